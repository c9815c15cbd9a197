import { type AddressInfo, createServer } from 'node:net';
import type { Endpoint, EndpointPlugIn, EndpointSetup } from '../../../simulators/endpoints/endpoint.ts';
import { ReplyGate } from '../../../simulators/endpoints/reply-gate.ts';
import { watchOver } from '../../../simulators/endpoints/watch.ts';
import { WireScans } from '../../../simulators/endpoints/wire-scans.ts';
import { NOTHING_TO_REACH } from '../../../simulators/faults/fault.ts';
import { profileFor } from '../../../simulators/instrument-profile.ts';
import { Refusal } from '../../../simulators/refusal.ts';

interface LineScan {
  stage: 'running' | 'whole' | 'cut';
  readonly counts: number[];
  readonly plan: string;
  readonly beganS: number;
  endedS: number;
}

/** The far end of the wire in protocol.ts, written from its description alone. */
export const lineGoniometerEndpoint: EndpointPlugIn = {
  id: 'line-goniometer',
  title: 'goniometer that speaks lines of text over TCP',
  help: { host: 'where it listens (127.0.0.1)', port: '0 for any free one (0)' },
  profile: (_options, specimen, instrumentId) => profileFor('point', specimen, instrumentId),
  make: async (setup) => makeEndpoint(setup),
};

function makeEndpoint({ options, bootId, device, specimen, clock, journal }: EndpointSetup): Endpoint {
  const stopping = new AbortController();
  const gate = new ReplyGate(clock, stopping.signal);
  const scans = new WireScans(device, specimen);
  const known = new Map<string, LineScan>();

  const begin = (name: string, numbers: readonly string[]): string => {
    if (known.has(name)) return 'ok';
    const [fromDeg = 0, stepDeg = 0, pointCount = 0, dwellS = 0] = numbers.map(Number);
    const udeg = (deg: number) => Math.round(deg * 1e6);
    const plan = { fromUdeg: udeg(fromDeg), stepUdeg: udeg(stepDeg), pointCount, dwellNs: Math.round(dwellS * 1e9) };
    const texts = `${fromDeg.toFixed(4)} ${stepDeg.toFixed(4)} ${dwellS.toFixed(3)}`;
    const scan: LineScan = { stage: 'running', counts: [], plan: texts, beganS: device.clock.nowS(), endedS: 0 };
    try {
      scans.begin(name, plan, 'step', {
        points: ({ counts }) => void scan.counts.push(...counts),
        end: ({ report }) => Object.assign(scan, { stage: report.completeness === 'whole' ? 'whole' : 'cut', endedS: report.endedAtS }),
      });
    } catch (error) {
      if (error instanceof Refusal) return `no ${error.message}`;
      throw error;
    }
    known.set(name, scan);
    return 'ok';
  };
  const look = (name: string): string => {
    const scan = known.get(name);
    return scan ? `scan ${scan.stage} ${scan.counts.length} ${scan.plan} ${scan.beganS.toFixed(3)} ${scan.endedS.toFixed(3)}` : 'none';
  };
  const state = (): string => {
    const { shutter, doorsClosed, interlockClosed, emergencyStop, generatorOn } = device.circuitState();
    const door = doorsClosed && interlockClosed ? 'closed' : 'open';
    const beam = shutter === 'open' ? 'on' : 'off';
    return `state ${device.clock.nowS().toFixed(3)} ${beam} ${door} ${emergencyStop ? 'in' : 'out'} ${generatorOn ? 'on' : 'off'}`;
  };
  const stop = (): string => {
    device.halt('stopped over the wire');
    return 'ok';
  };
  const answer = (line: string): string => {
    const [word, name = '', ...numbers] = line.split(' ');
    if (word !== 'state' && word !== 'look' && word !== 'read') journal('word', { atS: device.clock.nowS(), word: line });
    if (word === 'id') return `id LG-2 ${bootId}`;
    if (word === 'state') return state();
    if (word === 'scan') return begin(name, numbers);
    if (word === 'look') return look(name);
    if (word === 'stop') return stop();
    const [first = 0, points = 0] = numbers.map(Number);
    const counts = word === 'read' ? known.get(name)?.counts.slice(first, first + points) : undefined;
    return counts && counts.length > 0 ? `counts ${counts.join(' ')}` : 'no such thing';
  };

  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.once('data', (bytes) => {
      const line = bytes.toString().trim();
      if (!gate.admits(line)) return;
      const reply = new TextEncoder().encode(`${answer(line)}\n`);
      void gate.answer(line, reply, (sent) => socket.writable && socket.write(sent)).then(() => socket.end());
    });
  });
  let { port } = options;
  const end = (): void => {
    stopping.abort();
    server.close();
  };
  return {
    address: () => ({ url: `tcp://${options.host}:${port}`, host: options.host, port }),
    reach: { ...NOTHING_TO_REACH, replies: gate },
    open: async () => {
      await new Promise<void>((resolve) => server.listen(Number(port), options.host, resolve));
      port = (server.address() as AddressInfo).port;
      void watchOver(device, clock, stopping.signal);
    },
    vanish: () => {
      device.die();
      end();
    },
    close: async () => {
      await device.shutDown('the simulator is being stopped');
      end();
    },
  };
}
