import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { EwaldError } from '../../src/domain/errors.ts';
import type { ScanCommand } from '../../src/domain/scan.ts';
import { writeAtomically } from '../transport/handoff-folder.ts';

const noteSchema = z.strictObject({
  jobId: z.string(),
  requestId: z.string(),
  attempt: z.int(),
  /** 'planned': nothing of it has been sent; 'sent': the instrument may have heard that it shall begin; 'over': it has ended. */
  phase: z.enum(['planned', 'sent', 'over']),
  begunMs: z.number(),
  endedMs: z.number().nullable(),
  /** What was asked for. */
  fromDeg: z.number(),
  toDeg: z.number(),
  stepDeg: z.number(),
  dwellS: z.number(),
  pointCount: z.int(),
  expectedS: z.number(),
  program: z.string().nullable(),
  slot: z.string().nullable(),
  /** A time stamp of the far end's own file system when the job was handed over, ms. */
  farMs: z.number().nullable(),
});

/** What is known of one job that was handed to an instrument which keeps no ids itself. Times in ms since 1970 on this computer. */
export type JobNote = z.output<typeof noteSchema>;

/** The notes of jobs, one small file each, so that a restarted program finds what it began. */
export class JobBook {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async open(): Promise<void> {
    await mkdir(this.#folder, { recursive: true }).catch((error: unknown) => {
      throw new EwaldError('store', this.#folder, `the folder ${this.#folder} for notes of jobs cannot be made`, 'mend jobFolder', error);
    });
  }

  async read(jobId: string): Promise<JobNote | null> {
    const text = await readFile(this.#path(jobId), 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
    if (text === null) return null;
    const parsed = noteSchema.safeParse(asJson(text));
    if (parsed.success) return parsed.data;
    const remedy = 'look what became of the job, then delete this file';
    throw new EwaldError('store', this.#path(jobId), 'the note of a job is damaged', remedy);
  }

  /** Durable when it returns. */
  write(note: JobNote): Promise<void> {
    return writeAtomically(this.#path(note.jobId), `${JSON.stringify(note)}\n`);
  }

  /** The notes of every job that was begun and has not been seen to end. */
  async unfinished(): Promise<JobNote[]> {
    const names = await readdir(this.#folder).catch(() => []);
    const notes = await Promise.all(names.filter((name) => name.endsWith('.json')).map((name) => this.read(name.slice(0, -5))));
    return notes.flatMap((note) => (note && note.phase !== 'over' ? [note] : []));
  }

  async drop(jobId: string): Promise<void> {
    await rm(this.#path(jobId), { force: true });
  }

  #path(jobId: string): string {
    return join(this.#folder, `${jobId}.json`);
  }
}

/** The note of a command about which nothing has been sent. */
export function noteOf(jobId: string, command: ScanCommand, nowMs: number, farMs: number | null = null): JobNote {
  const { requestId, attempt, range, stepDeg, dwellS, pointCount, expectedS, how, sample } = command;
  const program = how.kind === 'program' ? how.name : null;
  const asked = { fromDeg: range.fromDeg, toDeg: range.toDeg, stepDeg, dwellS, pointCount, expectedS, program, slot: sample.slot };
  return { jobId, requestId, attempt, phase: 'planned', begunMs: nowMs, endedMs: null, ...asked, farMs };
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
