import { parse } from 'yaml';
import { z } from 'zod';
import { badInput } from '../../../src/domain/errors.ts';

const programSchema = z
  .strictObject({
    name: z.string().regex(/^[^@=\s]+$/, 'holds @, = or a space'),
    fromDeg: z.number(),
    toDeg: z.number(),
    stepDeg: z.number().positive(),
    /** Live time of each point. */
    dwellS: z.number().positive(),
  })
  .refine(({ fromDeg, toDeg }) => toDeg > fromDeg, 'toDeg is not above fromDeg');

/** A named measurement, made beforehand at the instrument. */
export type Program = z.infer<typeof programSchema>;

/** A list of {name, fromDeg, toDeg, stepDeg, dwellS} in YAML. Fails with 'badInput' naming the entry. */
export function readPrograms(text: string, subject: string): Program[] {
  const remedy = 'write a list of programs, each with name, fromDeg, toDeg, stepDeg and dwellS';
  let document: unknown;
  try {
    document = parse(text);
  } catch (error) {
    throw badInput(subject, `${subject} is not YAML`, remedy, error);
  }
  const parsed = z.array(programSchema).min(1).safeParse(document);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw badInput(subject, `${subject}: ${issue.path.join('.') || 'programs'}: ${issue.message}`, remedy);
}

/** The catalogue without a file: long fast programs, and a slow one for every window between multiples of 5 degrees from 10 to 100 that is up to 20 wide. */
export function usualPrograms(): Program[] {
  const programs: Program[] = [60, 80, 100, 140].map((toDeg) => ({
    name: `10-${toDeg}_Low`,
    fromDeg: 10,
    toDeg,
    stepDeg: 0.02,
    dwellS: 2,
  }));
  for (let fromDeg = 10; fromDeg < 100; fromDeg += 5)
    for (let toDeg = fromDeg + 5; toDeg <= Math.min(100, fromDeg + 20); toDeg += 5)
      programs.push({ name: `${fromDeg}-${toDeg}_High`, fromDeg, toDeg, stepDeg: 0.02, dwellS: 10 });
  return programs;
}
