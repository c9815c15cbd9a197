import { seededRandom } from '../../src/diffraction/seeded-random.ts';
import { badInput } from '../../src/domain/errors.ts';
import type { Clock, Log } from '../../src/ports/runtime.ts';
import { faultCases, junitText, writeReport } from '../junit.ts';
import { readText } from '../load-specimen.ts';
import { stderrLog, wallClock } from '../wall-runtime.ts';
import type { WireEffect } from './armed-fault.ts';
import { farSideOf, nearSideOf, socketAddress } from './choose-sides.ts';
import { FaultPlan } from './fault-plan.ts';
import { fileLedger, type WireLedger } from './ledger.ts';
import { Link } from './link.ts';
import { checkProxyOptions, type ProxyOptionsInput } from './options.ts';
import { wireRecorder } from './recorder.ts';
import { readWireSchedule } from './schedule.ts';

export interface RunningProxy {
  /** Where the controller finds it. */
  address(): { readonly url: string; readonly to: string } & Readonly<Record<string, unknown>>;
  /** What each scheduled fault has done so far. */
  records(): { readonly fault: string; readonly effects: readonly WireEffect[] }[];
  /** Ends every link and writes the report; gives the faults that took no effect. The same as a second call. */
  close(): Promise<readonly string[]>;
}

export interface ProxyDeps {
  readonly clock?: Clock;
  readonly log?: Log;
  /** Hears what the ledger file gets. */
  readonly ledger?: WireLedger;
  /** A schedule of faults as YAML text, besides that of the file. */
  readonly faultSchedule?: string;
}

/**
 * Puts itself between a controller and an instrument that are not ours, passes their bytes on and lays faults over the wire by a schedule.
 * Resolves when a controller may come. Fails with 'badInput', 'link' or 'busy'.
 */
export async function runProxy(input: ProxyOptionsInput, deps: ProxyDeps = {}): Promise<RunningProxy> {
  const options = checkProxyOptions(input);
  const clock = deps.clock ?? wallClock;
  const log = deps.log ?? stderrLog('warn');
  const planned = [
    ...(options.faults === null ? [] : readWireSchedule(readText(options.faults), options.faults)),
    ...readWireSchedule(deps.faultSchedule ?? '', 'faultSchedule'),
  ];
  if (options.record !== null && planned.length > 0)
    throw badInput('record', 'a recording is of the wire as it is, without faults', 'leave out --faults, or --record');
  const startedAtMs = clock.nowMs();
  const near = nearSideOf(options, socketAddress(options.to) === null);
  const far = farSideOf(options, clock, log);
  const recorderOf = options.record === null ? () => null : wireRecorder(options.record, far.name, startedAtMs);
  const stopping = new AbortController();
  const links = new Set<Link>();
  let made = 0;
  let elapsedMs = (): number => 0;
  const toFile: WireLedger = options.ledger === null ? () => {} : fileLedger(options.ledger, () => elapsedMs());
  const ledger: WireLedger = (event, fields) => {
    toFile(event, fields);
    deps.ledger?.(event, fields);
  };
  const cut = (how: 'end' | 'reset'): number => {
    const open = [...links];
    for (const link of open) link.close(how, 'a fault cut it');
    return open.length;
  };
  const plan = new FaultPlan(planned, {
    clock,
    signal: stopping.signal,
    random: seededRandom(options.seed),
    ledger,
    lanes: (direction) => [...links].map((link) => link.laneTo(direction)),
    cut,
    refuse: (turnedAway) => near.refuse(turnedAway),
  });
  elapsedMs = () => plan.elapsedMs();
  await far.open();
  try {
    plan.start();
    await near.open((attach) => {
      const id = ++made;
      if (!far.isFree()) {
        attach({ bytes: () => {}, finished: () => {}, gone: () => {} }).close('reset');
        ledger('link-refused', { link: id, why: 'the instrument serves one controller at a time' });
        return;
      }
      const link: Link = new Link(attach, far.attach, {
        id,
        clock,
        plan,
        ledger,
        recorder: recorderOf(id),
        over: () => links.delete(link),
      });
      if (link.isOpen) links.add(link);
    });
  } catch (error) {
    await far.close();
    throw error;
  }
  ledger('ready', { ...near.address(), to: far.name });
  const shutDown = async (): Promise<readonly string[]> => {
    for (const link of [...links]) link.close('end', 'the proxy ends');
    stopping.abort();
    near.close();
    await far.close();
    const idle = plan.records().flatMap(({ fault, effects }, index) => (effects.length === 0 ? [`${index}: ${fault}`] : []));
    ledger('ended', { withoutEffect: idle });
    if (options.junit !== null)
      writeReport(options.junit, junitText('ewald proxy', faultCases(plan.records()), startedAtMs, plan.elapsedMs() / 1000));
    return idle;
  };
  let closed: Promise<readonly string[]> | null = null;
  return {
    address: () => ({ ...near.address(), to: far.name }),
    records: () => plan.records(),
    close: () => {
      closed ??= shutDown();
      return closed;
    },
  };
}
