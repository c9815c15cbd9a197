import { asEwaldError, EwaldError, mayRetry } from '../../src/domain/errors.ts';
import type { KeptScan } from '../kept-scans/kept-scan.ts';
import { fetchValues } from './commands.ts';
import { readCounts } from './counted.ts';
import type { Instrument, StopReason } from './instrument.ts';
import { ScanTally } from './scan-tally.ts';
import type { DacoStatus } from './status-fields.ts';
import { alarmsOf, isGeneratorOn, isScanning } from './words.ts';

const CHUNK_POINTS = 64;
const CHUNK_MS = 2000;

/**
 * Follows the running scan and fetches its values, until all are there. Only values that a green state has confirmed after they were stored
 * are fetched: what was counted while the beam failed stays out. Gives how many were lost inside a read; what follows a loss is delivered only
 * when the count at the end proves its angles. Fails where the scan is cut short.
 */
export async function measurePoints(instrument: Instrument, kept: KeptScan, dwellS: number, stop: StopReason): Promise<number> {
  const points = new Points(instrument, kept, dwellS);
  const { clock } = instrument.runtime;
  try {
    for (;;) {
      const why = stop();
      if (why) throw why;
      const status = await readPatiently(instrument);
      demandBeam(instrument, status);
      const over =
        !isScanning(status) || (status.remainingSteps === 0 && points.tally.next + status.storedValues >= kept.command.pointCount);
      if (over) demandNoAbort(instrument, status);
      points.tally.note(status);
      const asked = await points.fetch(status.storedValues, over);
      if (over && asked === 0) {
        points.giveUp(status.storedValues);
        break;
      }
      if (!over && (asked === 0 || asked === status.storedValues)) await clock.sleep(instrument.options.pollMs);
    }
    return points.finish();
  } finally {
    points.flush();
  }
}

class Points {
  readonly tally: ScanTally;
  readonly #instrument: Instrument;
  readonly #kept: KeptScan;
  readonly #dwellS: number;
  #index = 0;
  #counts: number[] = [];
  #sinceMs = 0;
  /** After a loss: what came later, and the strays seen when it began to come. */
  #held: { readonly index: number; readonly counts: number[] }[] | null = null;
  #strayValues = 0;

  constructor(instrument: Instrument, kept: KeptScan, dwellS: number) {
    this.#instrument = instrument;
    this.#kept = kept;
    this.#dwellS = dwellS;
    this.tally = new ScanTally(kept.command.pointCount);
  }

  /** Fetches what is stored, or a part of it; gives how many values it asked for. `over`: no more will be stored. */
  async fetch(stored: number, over: boolean): Promise<number> {
    const { exchange, lengths } = this.#instrument;
    const { next, pointCount } = this.tally;
    if (next + stored > pointCount) throw this.#odd(`more than the ${pointCount} values that were asked for`);
    if (lengths.least === null) throw this.#exhausted();
    const asked = lengths.choose(stored, pointCount - next, over);
    if (asked > 0) {
      try {
        this.#take(await exchange.ask(fetchValues(asked), (text) => this.#read(text, asked)));
      } catch (error) {
        const known = asEwaldError(error);
        if (!mayRetry(known) || 'deviceCode' in known) throw error;
        await this.#lose(asked, known);
      }
    }
    if (this.#counts.length >= CHUNK_POINTS || this.#instrument.runtime.clock.monotonicMs() - this.#sinceMs >= CHUNK_MS) this.flush();
    return asked;
  }

  /** Null where the answer is none to this question: broken, of another length, or an old one. */
  #read(text: string, asked: number): number[] | null {
    const { options, oldAnswers } = this.#instrument;
    const counts = readCounts(text, asked, this.#dwellS, options);
    if (counts === null || oldAnswers.isOld(asked, text, counts)) return null;
    oldAnswers.note(asked, text);
    return counts;
  }

  /** Makes a chunk of what came since the last one. */
  flush(): void {
    if (this.#counts.length > 0) this.#keep(this.#index, this.#counts);
    this.#counts = [];
  }

  /** Leaves values where they are: they could be asked for only in a way that an answer still on its way could be taken for theirs. */
  giveUp(stored: number): void {
    if (stored > 0) this.tally.giveUp(stored);
  }

  finish(): number {
    this.flush();
    const { next, pointCount, lostCount } = this.tally;
    if (next !== pointCount) throw this.#odd(`${next} of ${pointCount} values`);
    if (lostCount === pointCount) throw this.#unbelievable();
    if (this.#held && this.#instrument.exchange.counters.strayValues !== this.#strayValues) {
      throw new EwaldError(
        'garbled',
        this.#name,
        'values arrived that nobody had asked for, after others were lost',
        'the part in doubt is measured again',
      );
    }
    for (const { index, counts } of this.#held ?? []) this.#keep(index, counts);
    return lostCount;
  }

  #keep(firstIndex: number, counts: readonly number[]): void {
    const points = counts.map((count, i) => ({ index: firstIndex + i, counts: count, liveS: this.#dwellS }));
    this.#kept.add(points, this.#instrument.nowS());
  }

  get #name(): string {
    return this.#kept.command.requestId;
  }

  #take(counts: readonly number[]): void {
    const index = this.tally.next;
    this.tally.fetched(counts.length);
    if (this.#held) {
      this.#held.push({ index, counts: [...counts] });
      return;
    }
    if (this.#counts.length === 0) {
      this.#index = index;
      this.#sinceMs = this.#instrument.runtime.clock.monotonicMs();
    }
    this.#counts.push(...counts);
  }

  /** An answer with values was lost or spoiled: the controller may have forgotten them already. They are never asked for again blindly. */
  async #lose(asked: number, why: EwaldError): Promise<void> {
    this.flush();
    const { runtime, exchange, lengths } = this.#instrument;
    // Should the answer merely be late, it must pass before the next is asked for.
    await runtime.clock.sleep(this.#instrument.options.replyTimeoutMs);
    const status = await readPatiently(this.#instrument);
    const gone = this.tally.settleLoss(asked, status);
    runtime.log.warn('an answer with measured values was lost', {
      scan: this.#name,
      asked,
      settled: gone !== null,
      lost: this.tally.lostCount,
      why: why.message,
    });
    if (gone === null) {
      const message = 'an answer with measured values was lost, and which points it held cannot be told';
      throw new EwaldError('garbled', this.#name, message, 'the rest of the scan is measured again');
    }
    if (gone > 0) lengths.lost(gone, runtime.clock.monotonicMs());
    if (this.tally.lostCount > 0) this.#held ??= [];
    this.#strayValues = exchange.counters.strayValues;
  }

  #unbelievable(): EwaldError {
    const message = 'not one answer with measured values could be believed';
    return new EwaldError('deviceFault', this.#name, message, "look at the line, and whether the detector counts more than 'maxRateCps'");
  }

  /** Every length was lost once: nothing can be asked for any more. To measure again what never comes would go on for ever. */
  #exhausted(): EwaldError {
    if (this.tally.lostCount === this.tally.next) return this.#unbelievable();
    const message = 'so many answers with measured values were lost that a late one could be taken for another';
    return new EwaldError('garbled', this.#name, message, 'the rest of the scan is measured again');
  }

  #odd(what: string): EwaldError {
    return new EwaldError('deviceFault', this.#name, `the instrument gave ${what}`, 'look at the instrument; nobody else may command it');
  }
}

/** The state, with patience for a line that fails for a moment. */
async function readPatiently({ watch, runtime, options }: Instrument): Promise<DacoStatus> {
  const untilMs = runtime.clock.monotonicMs() + options.linkGraceMs;
  for (;;) {
    try {
      return await watch.read();
    } catch (error) {
      const known = asEwaldError(error);
      if (!mayRetry(known) || runtime.clock.monotonicMs() > untilMs) throw error;
      await runtime.clock.sleep(options.pollMs);
    }
  }
}

/** Fails where the beam is not what the counts need. */
function demandBeam({ watch, options }: Instrument, status: DacoStatus): void {
  const { instrumentId, generatorReady } = options;
  const [alarm] = alarmsOf(status);
  if (alarm) {
    const unsafe = alarm.kind === 'generator';
    const remedy = 'look at the instrument and clear the alarm there';
    throw new EwaldError(unsafe ? 'unsafe' : 'deviceFault', instrumentId, `the scan was stopped: ${alarm.message}`, remedy);
  }
  if (watch.shutter(status) !== 'open') {
    throw new EwaldError(
      'unsafe',
      instrumentId,
      'the shutter closed during the scan',
      'look for an open door or interlock, then start a new run',
    );
  }
  if (!isGeneratorOn(status, generatorReady))
    throw new EwaldError('unsafe', instrumentId, 'the generator failed during the scan', 'look at the generator');
}

function demandNoAbort({ options }: Instrument, { abortReason, missingReadies, pendingAlarms }: DacoStatus): void {
  if (abortReason === 0) return;
  const words = `abort reason ${abortReason}, missing readies ${missingReadies}, pending alarms ${pendingAlarms}`;
  throw new EwaldError(
    'deviceFault',
    options.instrumentId,
    `the instrument broke the scan off (${words})`,
    'look at the instrument, then resume',
  );
}
