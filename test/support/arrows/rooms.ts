/**
 * The rooms of the house: the first pattern that fits a path names its room. `src/app` is three rooms: `app/dispatch` offers every command,
 * `app/bench` is everything that may simulate, `app` is the rest. `loop/run` is the door to start a run, `loop/record` what is kept of one.
 */
const ROOMS: readonly (readonly [room: string, path: RegExp])[] = [
  ['app/dispatch', /^src\/app\/(main\.ts|commands\.ts|ewald\.mjs)$/],
  ['app/bench', /^src\/app\/(demo|simulate|bench)[-.\w]*\.ts$/],
  ['app/bench', /^src\/app\/(demo|simulate|bench)\//],
  ['loop/run', /^src\/loop\/run\.ts$/],
  ['loop/record', /^src\/loop\/(context|checkpoint)\.ts$/],
  ['house', /^src\/(\w+)\//],
  ['drivers/transport', /^drivers\/transport\//],
  ['drivers/protocol', /^drivers\/[\w-]+\/protocol\.ts$/],
  ['models/references', /^models\/references\//],
  ['outer', /^(drivers|models|policies|simulators|config|test|docs)\//],
];

/** The room of a file; null for a path outside all of them. */
export function roomOf(path: string): string | null {
  for (const [room, pattern] of ROOMS) {
    const match = pattern.exec(path);
    if (match) return room === 'house' || room === 'outer' ? match[1]! : room;
  }
  return null;
}
