import { openRunStore } from '../../../src/store/sqlite-run-store.ts';

/** Appends chunks until it is killed, and prints the number of each one once the store has it. */
const store = openRunStore(process.argv[2]!);
for (let sequence = 0; ; sequence++) {
  const values = new Float64Array(64).fill(sequence);
  store.appendChunk('run', {
    requestId: 'r',
    attempt: 1,
    sequence,
    twoThetaDeg: values,
    counts: values,
    liveS: values,
    instrumentTimeS: sequence,
  });
  store.append('run', { kind: 'chunk', atMs: sequence, fields: { sequence } });
  process.stdout.write(`${sequence}\n`);
}
