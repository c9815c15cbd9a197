import { badInput, EwaldError } from '../../src/domain/errors.ts';
import type { Clock } from '../../src/ports/runtime.ts';
import { readText } from '../load-specimen.ts';
import { wallClock } from '../wall-runtime.ts';
import { nearSideOf } from './choose-sides.ts';
import { checkPlayerOptions, type PlayerOptionsInput } from './options.ts';
import { PlayedLink } from './played-link.ts';
import { readRecording } from './recording.ts';

export interface PlayedWire {
  readonly links: number;
  readonly heardBytes: number;
  readonly saidBytes: number;
}

export interface RunningPlayer {
  address(): { readonly url: string } & Readonly<Record<string, unknown>>;
  /** Settles when every recorded link was played to its end. Fails with 'garbled' where the controller departs from the recording. */
  readonly ended: Promise<PlayedWire>;
  /** Fails `ended` with 'interrupted' where something is left to play. */
  close(): Promise<void>;
}

/**
 * Answers a controller as an instrument did while it was recorded: link by link in the recorded order, each byte that comes compared with the
 * recorded one. Resolves when a controller may come. Fails with 'badInput' or 'link'.
 */
export async function runPlayer(input: PlayerOptionsInput, deps: { readonly clock?: Clock } = {}): Promise<RunningPlayer> {
  const options = checkPlayerOptions(input);
  const clock = deps.clock ?? wallClock;
  const recorded = readRecording(readText(options.file), options.file);
  if (recorded.length === 0) throw badInput(options.file, `${options.file} holds no link`, 'record a controller that connects');
  const near = nearSideOf(options, false);
  const total = { links: 0, heardBytes: 0, saidBytes: 0 };
  let settle: (error: EwaldError | null) => void = () => {};
  const ended = new Promise<PlayedWire>((resolve, reject) => {
    settle = (error) => (error ? reject(error) : resolve({ ...total }));
  });
  // Whoever does not ask must not be ended by it.
  ended.catch(() => undefined);
  const stopping = new AbortController();
  let next = 0;
  let open = 0;
  await near.open((attach) => {
    const link = recorded[next++];
    if (!link) {
      attach({ bytes: () => {}, finished: () => {}, gone: () => {} }).close('reset');
      // A terminal is plugged in again as soon as its link is over.
      if (!near.address().url.startsWith('serial:'))
        settle(departure(`link ${next} was opened, and the recording has only ${recorded.length}`));
      return;
    }
    open++;
    const speed = options.speed === 'max' ? Number.POSITIVE_INFINITY : options.speed;
    new PlayedLink(link, attach, {
      clock,
      speed,
      signal: stopping.signal,
      over: (result) => {
        open--;
        if (typeof result === 'string') return settle(departure(result));
        total.links++;
        total.heardBytes += result.heardBytes;
        total.saidBytes += result.saidBytes;
        if (next >= recorded.length && open === 0) settle(null);
      },
    });
  });
  return {
    address: () => near.address(),
    ended,
    close: async () => {
      settle(new EwaldError('interrupted', 'player', `${total.links} of ${recorded.length} links were played`, 'start it again'));
      stopping.abort();
      near.close();
    },
  };
}

function departure(message: string): EwaldError {
  return new EwaldError(
    'garbled',
    'controller',
    `the controller departs from the recording: ${message}`,
    'compare the controller with the one that was recorded, or make a new recording',
  );
}
