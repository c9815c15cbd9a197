import all from './jest.config.mjs';

/** Faults and scenarios of single wires take minutes; `npm run test:all` runs them too, and checks the matrix that is drawn from them. */
const WIRES =
  '/test/hil/(aeris|cabinet|daco|fault-proxy|file-drivers|huber|lablims|run-broker-death|run-two-agents|every-wire-run|simulator-(aeris|bruker|contract|daco|every|faults|huber|reports|same|wires))';

// biome-ignore lint/style/noDefaultExport: jest reads its config so
export default { ...all, reporters: ['default'], testPathIgnorePatterns: ['/node_modules/', '/test/examples/', WIRES] };
