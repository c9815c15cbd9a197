import all from './jest.config.mjs';

/**
 * Faults, kills, bad input and scenarios of single wires through whole processes take minutes. Left out are also the driver contract over the real
 * transports of single wires (`*-contract`), the endpoints of the simulator (`simulator-*`) and the worked example of a driver (test/examples).
 * `npm run test:all` runs them too, and checks the matrix that is drawn from them.
 */
const WIRES =
  '/test/hil/(aeris|cabinet|cli-bad-input|daco|fault-proxy|file-drivers|huber|lablims|random-faults|run-(broker-death|interlock|interrupted|killed|two-agents)|sample-faults|every-wire-run|simulator-(aeris|bruker|contract|daco|every|faults|huber|reports|same|wires))';

// biome-ignore lint/style/noDefaultExport: jest reads its config so
export default { ...all, reporters: ['default'], testPathIgnorePatterns: ['/node_modules/', '/test/examples/', WIRES] };
