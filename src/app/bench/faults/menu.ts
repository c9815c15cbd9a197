import type { Draw } from './draw.ts';

/** What a drawn fault looks like; `early` where it can only take effect before a scan counts. */
export interface Dish {
  readonly options: Readonly<Record<string, unknown>>;
  readonly early?: boolean;
}

interface Words {
  /** Requests that a driver sends all the time or at the end, and those that it sends before it counts. */
  readonly often: readonly string[];
  readonly early: readonly string[];
}

/** How requests begin on the wires that have them. */
const WORDS: Readonly<Record<string, Words>> = {
  'daco-mp': { often: ['MV', 'ST', 'MV', 'TW0'], early: ['SS', 'GO', 'TW1', 'RC1'] },
  aeris: { often: ['@STATUS', '@SAMPLE@REMOVE'], early: ['@SAMPLE@MEASURE', '@SAMPLE@ADD'] },
  'huber-mythen': { often: ['-readout', '-get status', '-start', '?s1', '?p1', 'goto'], early: ['goto', '-start', '-time'] },
};

type Recipe = (draw: Draw, as: string) => Dish;

const ends: Recipe = (draw) => ({ options: { endsAfterS: draw.orNever(5, 60) } });
const recovers: Recipe = (draw) => ({ options: { recoversAfterS: draw.orNever(5, 60) } });
const forWall =
  (to: number): Recipe =>
  (draw) => ({ options: { forWallS: draw.orNever(0.05, to) } });
const chunks: Recipe = (draw) => ({ options: { chunks: draw.whole(1, 4) } });
const results = (more: (draw: Draw) => Readonly<Record<string, unknown>> = () => ({})): Recipe => {
  return (draw) => ({ options: { results: draw.chance(0.7) ? 1 : 2, ...more(draw) } });
};
const replies = (more: (draw: Draw) => Readonly<Record<string, unknown>> = () => ({}), count = 'replies'): Recipe => {
  return (draw, as) => {
    const words = WORDS[as];
    const early = draw.chance(0.4);
    const to = !words || draw.chance(0.15) ? null : draw.pick(early ? words.early : words.often);
    return { options: { to, [count]: draw.chance(0.6) ? 1 : draw.whole(2, 6), ...more(draw) }, early };
  };
};

/** How the options of each fault are drawn; a fault that is missing here comes with its defaults. */
const MENU: Readonly<Record<string, Recipe>> = {
  'door-opens': (draw) => ({ options: { closesAfterS: draw.orNever(2, 60), resetAfterS: draw.orNever(0, 30) } }),
  'generator-trip': recovers,
  'water-alarm': recovers,
  'high-voltage-alarm': recovers,
  'local-control': ends,
  'broker-drop': (draw) => ({ options: { forWallS: draw.between(0.05, 2.5) } }),
  'link-cut': (draw) => ({ options: { forWallS: draw.between(0.05, 4) } }),
  'lost-chunk': chunks,
  'repeated-chunk': chunks,
  'reordered-chunk': chunks,
  'garbled-chunk': chunks,
  'stale-safety': forWall(5),
  'lost-command': replies(undefined, 'commands'),
  'lost-reply': replies(),
  'late-reply': replies((draw) => ({ byWallS: draw.between(0.05, 1.5) })),
  'repeated-reply': replies(),
  'garbled-reply': replies((draw) => ({ how: draw.pick(['bits', 'cut']) })),
  'foreign-reply': replies(),
  'half-reply': replies((draw) => ({ restAfterWallS: draw.orNever(0.02, 1) })),
  'half-open-link': forWall(3),
  'unplugged-port': (draw) => ({ options: { forWallS: draw.orNever(0.05, 3), renamed: draw.chance(0.2) } }),
  'endless-xoff': forWall(2),
  'short-buffer': (draw) => ({ options: { bytes: draw.whole(8, 24), forWallS: draw.orNever(0.2, 3) }, early: true }),
  'limit-switch': (draw) => ({ options: { axis: draw.whole(1, 2), side: draw.pick(['negative', 'positive']) } }),
  'lost-initialisation': (draw) => ({ options: { axis: draw.whole(1, 2) } }),
  'encoder-freeze': (draw) => ({ options: { axis: draw.whole(1, 2), endsAfterS: draw.orNever(2, 60) }, early: draw.chance(0.6) }),
  'off-target': (draw) => ({ options: { byDeg: draw.pick([-1, 1]) * draw.between(0.02, 1) }, early: true }),
  'early-ready': (draw) => ({ options: { byS: draw.between(0.2, 4) }, early: true }),
  'second-master': ends,
  'service-switch': ends,
  'hot-strip': (draw) => ({ options: { channel: draw.whole(0, 1279), endsAfterS: draw.orNever(5, 60) } }),
  'dead-strips': (draw) => ({ options: { channel: draw.whole(0, 1200), count: draw.whole(1, 60), endsAfterS: draw.orNever(5, 60) } }),
  saturation: (draw) => ({ options: { factor: draw.pick([20, 200, 2000]), endsAfterS: draw.orNever(5, 60) } }),
  'threshold-drift': ends,
  'readout-failed': (draw) => ({ options: { readouts: draw.whole(1, 3), how: draw.pick(['frame', 'number']) } }),
  'emergency-stop': (draw) => ({ options: { releasedAfterS: draw.orNever(2, 60) } }),
  'foreign-chunk': chunks,
  'stale-reply': replies(),
  'reordered-reply': replies(),
  'busy-port': (draw) => ({ options: { commands: draw.whole(1, 4) } }),
  'shutter-stuck': (draw) => ({ options: { how: draw.pick(['open', 'closed']) } }),
  'shutter-misread': (draw) => ({ options: { shows: draw.pick(['open', 'closed']), endsAfterS: draw.orNever(5, 60) } }),
  'frame-overflow': (draw) => ({ options: { frames: draw.whole(1, 3) } }),
  'missing-sample': (draw) => ({ options: { holderStays: draw.chance(0.5), endsAfterS: draw.orNever(5, 60) } }),
  'wrong-sample': ends,
  'spinner-stop': ends,
  'fatal-reply': (draw) => ({ options: { commands: draw.whole(1, 3) }, early: true }),
  'stale-result': (draw) => ({ options: { results: draw.whole(1, 2) }, early: true }),
  'partial-result': results((draw) => ({ forWallS: draw.orNever(0.05, 1) })),
  'double-result': results(),
  'locked-result': results((draw) => ({ forWallS: draw.orNever(0.05, 1) })),
  'late-result': results((draw) => ({ byWallS: draw.between(0.05, 1.5) })),
  'missing-result': results(),
  'decimal-comma': results(),
  'clock-jump': (draw) => ({ options: { byS: draw.pick([-7000, -600, 600, 3600, 86_400]) } }),
};

/** An axis that the instrument lacks would end the schedule before it begins. */
export function dishOf(fault: string, draw: Draw, as: string): Dish {
  const dish = MENU[fault]?.(draw, as) ?? { options: {} };
  return as === 'huber-mythen' && 'axis' in dish.options ? { ...dish, options: { ...dish.options, axis: 1 } } : dish;
}
