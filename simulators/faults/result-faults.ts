import { z } from 'zod';
import type { Result, ShelfAct } from '../endpoints/result-shelf.ts';
import { type Fault, forTimes } from './fault.ts';

const countSchema = z.strictObject({ results: z.int().positive().default(1) });
const heldSchema = countSchema.extend({ forWallS: z.number().positive().nullable().default(null) });

/** A fault that treats the next `results` result files. */
function resultFault<O extends z.infer<typeof countSchema>>(
  id: string,
  title: string,
  schema: z.ZodType<O>,
  effect: string,
  treat: (result: Result, options: O) => readonly ShelfAct[],
  needs: 'results' | 'textResults' = 'results',
): Fault<O> {
  return {
    id,
    title,
    optionsSchema: schema,
    needs,
    apply(reach, options, _atS, took) {
      forTimes(options.results, (spend) =>
        reach.results?.addTamper((result) => {
          took(`${result.name}: ${effect}`);
          spend();
          return treat(result, options);
        }),
      );
    },
  };
}

const write = (name: string, text: string, afterMs = 0): ShelfAct => ({ kind: 'write', name, text, afterMs });

/** A name as programs give it to a file that is there already. */
function secondName(name: string): string {
  const dot = name.lastIndexOf('.');
  return `${name.slice(0, dot)} (2)${name.slice(dot)}`;
}

export const partialResult = resultFault(
  'partial-result',
  'a result file is there before it is whole; the rest never comes, or later',
  heldSchema,
  'only its first half was written',
  ({ name, text }, { forWallS }) => [
    write(name, text.slice(0, Math.floor(text.length * 0.55))),
    ...(forWallS === null ? [] : [write(name, text, forWallS * 1000)]),
  ],
);

export const doubleResult = resultFault(
  'double-result',
  'two result files appear for one scan',
  countSchema,
  'two files were written',
  ({ name, text }) => [write(name, text), write(secondName(name), text)],
);

export const lockedResult = resultFault(
  'locked-result',
  'the result file is there and cannot be opened',
  heldSchema,
  'it could not be opened',
  ({ name, text }, { forWallS }) => [
    { kind: 'lock', name, afterMs: 0 },
    ...(forWallS === null ? [] : [write(name, text, forWallS * 1000)]),
  ],
);

export const lateResult = resultFault(
  'late-result',
  'the result file comes late',
  countSchema.extend({ byWallS: z.number().positive().default(3) }),
  'it was held back',
  ({ name, text }, { byWallS }) => [write(name, text, byWallS * 1000)],
);

export const missingResult = resultFault(
  'missing-result',
  'the scan ends and no result file comes',
  countSchema,
  'it never came',
  () => [],
);

/** As a computer set to another language writes it. */
export const decimalComma = resultFault(
  'decimal-comma',
  'the numbers of the result have decimal commas',
  countSchema,
  'its numbers had decimal commas',
  ({ name, text }) => [write(name, text.replace(/(\d)\.(\d)/g, '$1,$2'))],
  'textResults',
);

export const staleResult: Fault<z.infer<typeof countSchema>> = {
  id: 'stale-result',
  title: 'the file of an earlier job lies where the result is expected, as soon as the scan begins',
  optionsSchema: countSchema,
  needs: 'results',
  apply({ results }, options, _atS, took) {
    forTimes(options.results, (spend) =>
      results?.onBegin((name) => {
        results.put({ name, text: results.earlier() });
        took(`${name}: the file of an earlier job was there`);
        spend();
      }),
    );
  },
};

const jumpSchema = z.strictObject({ byS: z.number().default(3600) });

/** The computer that writes results sets its clock; nothing else changes. */
export const clockJump: Fault<z.infer<typeof jumpSchema>> = {
  id: 'clock-jump',
  title: 'the clock by which the instrument stamps what it says jumps',
  optionsSchema: jumpSchema,
  needs: 'stamps',
  apply({ stamps }, { byS }, _atS, took) {
    stamps?.shiftStamps(byS * 1000);
    took(`the stamps are ${byS} s off from now on`);
  },
};
