import { writeFileSync } from 'node:fs';
import { badInput } from '../src/domain/errors.ts';

/** One line of a JUnit report; `failure` is one sentence, or null where it passed. */
export interface JunitCase {
  readonly name: string;
  readonly failure: string | null;
  /** What a person may want to know of it all the same. */
  readonly output: readonly string[];
}

/** A fault that never took effect proves nothing, so it fails. */
export function faultCases(
  records: readonly { readonly fault: string; readonly effects: readonly { readonly effect: string }[] }[],
): JunitCase[] {
  return records.map(({ fault, effects }, index) => ({
    name: `${index}: ${fault}`,
    failure: effects.length > 0 ? null : `the fault ${fault} was scheduled and took no effect`,
    output: effects.map(({ effect }) => effect),
  }));
}

/** A report in the XML that test tools of all kinds read: one suite with its cases. */
export function junitText(suite: string, cases: readonly JunitCase[], startedAtMs: number, seconds: number): string {
  const failures = cases.filter(({ failure }) => failure !== null).length;
  const counts = `tests="${cases.length}" failures="${failures}" errors="0" skipped="0" time="${seconds.toFixed(3)}"`;
  const lines = cases.flatMap(({ name, failure, output }) => [
    `    <testcase classname="${escaped(suite)}" name="${escaped(name)}">`,
    ...(failure === null ? [] : [`      <failure message="${escaped(failure)}"/>`]),
    ...(output.length === 0 ? [] : [`      <system-out>${escaped(output.join('\n'))}</system-out>`]),
    '    </testcase>',
  ]);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites ${counts}>`,
    `  <testsuite name="${escaped(suite)}" timestamp="${new Date(startedAtMs).toISOString()}" ${counts}>`,
    ...lines,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

/** Writes a text to a file that the user named. Fails with 'badInput'. */
export function writeReport(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw badInput(file, `the file ${file} cannot be written`, 'check its folder and permissions', error);
  }
}

/** XML knows no control characters, not even escaped. */
function escaped(text: string): string {
  return text
    .replaceAll(/\p{Cc}/gu, (sign) => (sign === '\n' || sign === '\t' ? sign : '?'))
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
