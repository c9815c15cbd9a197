import { z } from 'zod';
import { badInput } from '../../src/domain/errors.ts';

const headSchema = z.object({ ewaldWire: z.literal(1), startedAt: z.string(), wire: z.string() });
const lineSchema = z.union([
  z.object({ ms: z.number(), link: z.int(), event: z.literal('opened') }),
  z.object({ ms: z.number(), link: z.int(), event: z.literal('ended'), by: z.enum(['controller', 'instrument']) }),
  z.object({ ms: z.number(), link: z.int(), event: z.literal('withheld'), why: z.string() }),
  z.object({ ms: z.number(), link: z.int(), dir: z.enum(['toInstrument', 'toController']), base64: z.base64() }),
]);

/** One line of a recording: what happened at the instrument's end of the wire, so many ms after the start. */
export type WireLine = z.infer<typeof lineSchema>;

/** What the instrument sends on a link once it has heard so many bytes, and how long after the line before. */
export interface Utterance {
  readonly afterHeard: number;
  readonly pauseMs: number;
  readonly bytes: Uint8Array;
}

/** One link as it was recorded. */
export interface RecordedLink {
  readonly link: number;
  readonly request: Uint8Array;
  readonly utterances: readonly Utterance[];
  /** The instrument closed the link once it had heard so many bytes; null where the controller did. */
  readonly endedAfterHeard: number | null;
}

/** Reads a recording (JSON lines). Fails with 'badInput' naming the line, or where the recording holds what was withheld. */
export function readRecording(text: string, subject: string): RecordedLink[] {
  const complain = (line: number, message: string) =>
    badInput(subject, `${subject}, line ${line}: ${message}`, 'give a file that ewald proxy --record has written');
  const rows = text.split('\n').map((row, index) => ({ row, number: index + 1 }));
  const links = new Map<number, WireLine[]>();
  let hasHead = false;
  for (const { row, number } of rows) {
    if (row.trim() === '') continue;
    let value: unknown;
    try {
      value = JSON.parse(row);
    } catch {
      throw complain(number, 'this is no JSON');
    }
    if (!hasHead) {
      if (!headSchema.safeParse(value).success) throw complain(number, 'this is no recording of a wire');
      hasHead = true;
      continue;
    }
    const line = lineSchema.safeParse(value);
    if (!line.success) throw complain(number, 'this line is not understood');
    if ('event' in line.data && line.data.event === 'withheld') throw complain(number, `a link was withheld: ${line.data.why}`);
    links.set(line.data.link, [...(links.get(line.data.link) ?? []), line.data]);
  }
  if (!hasHead) throw complain(1, 'the file is empty');
  return [...links].sort(([a], [b]) => a - b).map(([link, lines]) => linkOf(link, lines));
}

function linkOf(link: number, lines: readonly WireLine[]): RecordedLink {
  const heard: Uint8Array[] = [];
  const utterances: Utterance[] = [];
  let heardBytes = 0;
  let endedAfterHeard: number | null = null;
  let beforeMs = lines[0]?.ms ?? 0;
  for (const line of lines) {
    if ('dir' in line) {
      const bytes = Uint8Array.from(Buffer.from(line.base64, 'base64'));
      if (line.dir === 'toInstrument') {
        heard.push(bytes);
        heardBytes += bytes.length;
      } else utterances.push({ afterHeard: heardBytes, pauseMs: Math.max(0, line.ms - beforeMs), bytes });
    } else if (line.event === 'ended' && line.by === 'instrument') endedAfterHeard ??= heardBytes;
    beforeMs = line.ms;
  }
  return { link, request: Uint8Array.from(Buffer.concat(heard)), utterances, endedAfterHeard };
}
