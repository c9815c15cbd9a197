/** What one room may import. Names are rooms; a name also covers the rooms below it (`drivers` covers `drivers/transport`). */
export interface RoomRule {
  readonly room: string;
  readonly may: readonly string[] | 'everything';
  /** Rooms of which only types may be imported. */
  readonly mayTypes?: readonly string[];
  /** Files of other rooms that may be run as a process of their own; nothing of them is loaded here. */
  readonly mayStart?: readonly string[];
  readonly node: readonly string[] | 'all' | 'none';
  readonly packages: readonly string[] | 'all';
  readonly why: string;
}

const PURE = ['domain', 'diffraction', 'analysis'];
const HOUSE = [...PURE, 'ports', 'formats', 'store', 'safety', 'loop', 'report', 'service', 'dashboard'];
const APP = [...HOUSE, 'config', 'drivers', 'models', 'policies'];

/** The import arrows of the house (docs/architecture.md). Every room may import itself. */
export const roomRules: readonly RoomRule[] = [
  { room: 'domain', may: [], node: 'none', packages: [], why: 'the nouns stand on nothing' },
  {
    room: 'diffraction',
    may: ['domain'],
    mayTypes: ['ports'],
    node: 'none',
    packages: [],
    why: 'the physics is pure: it knows nouns and the shape of a random source',
  },
  { room: 'ports', may: ['domain'], node: 'none', packages: ['rxjs'], why: 'a port is a promise made in nouns' },
  {
    room: 'formats',
    may: ['domain'],
    mayTypes: ['ports'],
    node: ['node:crypto', 'node:zlib', 'node:worker_threads'],
    packages: ['fast-xml-parser', 'h5wasm'],
    why: 'a reader turns bytes into nouns and opens no file; HDF5 is read in a thread that can be thrown away',
  },
  {
    room: 'analysis',
    may: ['domain', 'diffraction'],
    mayTypes: ['ports'],
    node: ['node:crypto'],
    packages: [],
    why: 'analysis goes from noun to noun; node:crypto names patterns by their hash',
  },
  { room: 'store', may: ['domain', 'ports'], node: 'all', packages: 'all', why: 'the store keeps nouns and knows nothing of the run' },
  { room: 'safety', may: ['domain', 'ports'], node: 'none', packages: ['rxjs'], why: 'the guard must be readable on its own' },
  {
    room: 'loop',
    may: ['domain', 'ports', 'analysis'],
    node: 'none',
    packages: ['xstate', 'rxjs', 'zod'],
    why: 'the loop meets the world through ports only',
  },
  {
    room: 'report',
    may: ['domain', 'analysis', 'formats', 'loop/record'],
    mayTypes: ['ports', 'loop'],
    node: 'all',
    packages: 'all',
    why: 'a report is written from what was stored',
  },
  {
    room: 'service',
    may: ['domain', 'ports', 'loop/run', 'store', 'formats', 'config', 'report', 'dashboard'],
    node: 'all',
    packages: 'all',
    why: 'the service starts runs by the one door and speaks through the message bus port',
  },
  {
    room: 'dashboard',
    may: ['domain', 'ports', 'loop/run', 'store', 'formats', 'config', 'report', 'service'],
    node: 'all',
    packages: 'all',
    why: 'the dashboard shows what is stored and starts runs by the one door',
  },
  {
    room: 'app',
    may: APP,
    mayStart: ['simulators/main.ts', 'simulators/proxy/main.ts'],
    node: 'all',
    packages: 'all',
    why: 'what runs on a real instrument holds no simulator and no test',
  },
  {
    room: 'app/dispatch',
    may: [...APP, 'app', 'app/bench'],
    node: 'all',
    packages: 'all',
    why: 'the list of commands holds no simulator and no test of its own',
  },
  {
    room: 'app/bench',
    may: [...APP, 'app', 'simulators'],
    node: 'all',
    packages: 'all',
    why: 'demo, simulate and bench may simulate, but hold no test',
  },
  { room: 'config', may: ['domain'], node: 'all', packages: 'all', why: 'schemas of plug-ins reach the config as arguments' },
  {
    room: 'drivers',
    may: ['domain', 'ports', 'formats'],
    node: 'all',
    packages: 'all',
    why: 'a driver translates one wire into one port',
  },
  {
    room: 'policies',
    may: ['domain', 'ports', 'analysis'],
    node: 'none',
    packages: ['zod'],
    why: 'a policy is pure, so that any past decision can be replayed',
  },
  {
    room: 'models',
    may: ['domain', 'ports', 'analysis', 'diffraction'],
    node: 'all',
    packages: 'all',
    why: 'an identifier knows patterns, not instruments or runs',
  },
  {
    room: 'simulators',
    may: ['domain', 'ports', 'diffraction', 'formats', 'models/references', 'drivers/protocol', 'drivers/transport'],
    node: 'all',
    packages: 'all',
    why: 'the far end of a wire shares only the wire with the driver',
  },
  { room: 'docs', may: 'everything', node: 'all', packages: 'all', why: 'pages are made from anything' },
  { room: 'test', may: 'everything', node: 'all', packages: 'all', why: 'tests may look everywhere' },
];

/** Packages that have one home. `files` says in how many files they may be imported. */
export const packageHomes: readonly { readonly name: string; readonly home: RegExp; readonly files: number; readonly why: string }[] = [
  { name: 'xstate', home: /^(src\/loop|test)\//, files: Number.POSITIVE_INFINITY, why: 'the statechart is the loop' },
  { name: 'mqtt', home: /^drivers\/transport\//, files: 1, why: 'everyone else speaks to the message bus port' },
  { name: 'serialport', home: /^drivers\/transport\//, files: 1, why: 'everyone else speaks to the byte port' },
  { name: 'onnxruntime-node', home: /^models\//, files: 1, why: 'a native addon is loaded in one place' },
];

/** Where nothing may be reached from, not even through others. */
export const closedRooms = {
  rooms: ['app'],
  never: ['simulators', 'test'],
  why: 'what runs on a real instrument holds no simulator and no test, not even through another file',
} as const;

/** Time, chance and the machine are handed in: these rooms may not reach for them. */
export const handedIn: readonly { readonly rooms: readonly string[]; readonly globals: readonly string[]; readonly why: string }[] = [
  {
    rooms: [...PURE, 'policies', 'formats', 'ports', 'loop', 'safety'],
    globals: ['Date', 'performance', 'Math.random', 'process', 'setTimeout', 'setInterval', 'setImmediate', 'fetch', 'require'],
    why: 'time, chance and the machine are handed in, so that simulated hours run in seconds and every decision replays',
  },
  {
    rooms: ['drivers', 'store', 'report', 'service', 'models'],
    globals: ['Math.random'],
    why: 'chance is handed in, so that every run replays from its seed',
  },
];
