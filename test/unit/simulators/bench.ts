import type { CommandBody, CommandVerb, RefusalCode, WireAlarm, WireChunk, WireEnd, WireReply } from '../../../drivers/mqtt/protocol.ts';
import type { Speed } from '../../../simulators/instrument-clock.ts';
import { type DetectorKind, profileFor } from '../../../simulators/instrument-profile.ts';
import type { Specimen } from '../../../simulators/specimen.ts';
import { poissonExposure } from '../../../simulators/virtual-detector.ts';
import { VirtualDiffractometer } from '../../../simulators/virtual-diffractometer.ts';
import { seededRandom } from '../../../src/diffraction/seeded-random.ts';
import { ManualClock, silentLog } from './manual-clock.ts';

/** Ten counts per second everywhere. */
export function flatSpecimen(): Specimen {
  return {
    sampleId: 'sample-0',
    radiation: { anode: 'Cu', lines: [{ wavelengthA: 1.540598, weight: 1 }] },
    rasters: 'free',
    range: null,
    apertureDeg: null,
    refusal: () => null,
    expose: (scan, takenAtS) => {
      const light = { rateOf: (angles: Float64Array) => new Float64Array(angles.length).fill(10), version: () => 0 };
      return poissonExposure(light, scan, seededRandom(1), { deadTimeS: 0, model: 'nonparalysable' }, takenAtS);
    },
    truth: () => ({}),
  };
}

export const SCAN: CommandBody<'scan'> = {
  requestId: 'r1',
  attempt: 1,
  sampleId: 'sample-0',
  fromUdeg: 20e6,
  stepUdeg: 20_000,
  pointCount: 501,
  dwellNs: 1e9,
  mode: 'continuous',
};

/** A virtual diffractometer on a table: commands in, everything it sends recorded. */
export class Bench {
  readonly clock = new ManualClock();
  readonly chunks: WireChunk[] = [];
  readonly ends: WireEnd[] = [];
  readonly alarms: { readonly alarmId: string; readonly alarm: WireAlarm | null }[] = [];
  readonly journal: { readonly kind: string; readonly fields: Readonly<Record<string, unknown>> }[] = [];
  readonly device: VirtualDiffractometer;
  leaseId: string | null = null;
  private commands = 0;

  constructor(options: { readonly speed?: Speed; readonly detector?: DetectorKind; readonly specimen?: Specimen } = {}) {
    const specimen = options.specimen ?? flatSpecimen();
    this.device = new VirtualDiffractometer({
      bootId: 'boot-1',
      profile: profileFor(options.detector ?? 'strip', specimen, 'sim1'),
      specimen,
      speed: options.speed ?? 1,
      clock: this.clock,
      log: silentLog,
      journal: (kind, fields) => this.journal.push({ kind, fields }),
    });
    this.device.attach({
      safety: () => {},
      alarm: (alarmId, alarm) => this.alarms.push({ alarmId, alarm }),
      chunk: (chunk) => this.chunks.push(chunk),
      end: (end) => this.ends.push(end),
    });
  }

  send(
    verb: CommandVerb,
    body: Record<string, unknown>,
    envelope: { id?: string; clientId?: string; bootId?: string; expiresAtS?: number } = {},
  ): WireReply {
    const nowS = this.device.clock.nowS();
    return this.device.handle(verb, {
      schema: 'ewald.command/1',
      id: `c${++this.commands}`,
      clientId: 'ewald',
      replyTo: null,
      bootId: 'boot-1',
      leaseId: this.leaseId,
      issuedAtS: nowS,
      expiresAtS: nowS + 10,
      body,
      ...envelope,
    });
  }

  claim(ttlMs = 60_000): void {
    this.leaseId = this.send('claim', { ttlMs }).body['leaseId'] as string;
  }

  /** Lets wall seconds pass as the endpoint does, looking after the lease every 25 ms. */
  async pass(seconds: number): Promise<void> {
    for (let i = 0; i < seconds * 40; i++) {
      await this.clock.advance(25);
      this.device.tick();
    }
  }

  refusal(verb: CommandVerb, body: Record<string, unknown>, envelope: Parameters<Bench['send']>[2] = {}): RefusalCode | null {
    return this.send(verb, body, envelope).refusal?.code ?? null;
  }

  executions(): number {
    return this.journal.filter(({ kind }) => kind === 'execution').length;
  }

  unsafeMoments(): number {
    return this.journal.filter(({ kind, fields }) => kind === 'beam' && fields['unsafe'] === true).length;
  }
}
