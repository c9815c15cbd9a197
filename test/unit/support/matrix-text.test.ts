import { expect, test } from '@jest/globals';
import { matrixText } from '../../support/matrix/matrix-text.ts';

const FAULTS = [
  { id: 'lost', title: 'it gets lost' },
  { id: 'late', title: 'it comes late' },
];
const whyNot = (fault: string, driver: string) => (fault === 'late' && driver === 'files' ? 'needs a line' : null);
const SCENARIO = { fault: 'lost', driver: 'line', file: 'test/hil/a.test.ts', test: 'a [lost] reply' };

test('a cell is passed with its scenarios, impossible with its reason, or not yet tried', () => {
  const text = matrixText(FAULTS, ['line', 'files'], whyNot, [SCENARIO, SCENARIO]);
  expect(text).toMatch('| `lost` | it gets lost | passed (1) | **not yet tried** |');
  expect(text).toMatch('| `late` | it comes late | **not yet tried** | - |');
  expect(text).toMatch('1 cells passed, 1 cannot occur (-), 2 not yet tried.');
  expect(text).toMatch('- `late` on files: it needs a line');
  expect(text).toMatch(String.raw`- \`lost\`, line: test/hil/a.test.ts: a \[lost\] reply`.replaceAll('\\`', '`'));
});

test('the page does not depend on the order in which tests end', () => {
  const other = { ...SCENARIO, test: 'another' };
  expect(matrixText(FAULTS, ['line'], whyNot, [other, SCENARIO])).toBe(matrixText(FAULTS, ['line'], whyNot, [SCENARIO, other]));
});
