import type { Scenario } from './prove-faults.ts';

export interface MatrixFault {
  readonly id: string;
  readonly title: string;
}

export const HOW_TO_WRITE =
  'EWALD_MATRIX=write npm run jest -- test/hil/simulator-faults test/hil/daco-faults test/hil/file-drivers-faults test/hil/huber-mythen-faults test/hil/cabinet-faults test/hil/sample-faults test/hil/run-interlock test/hil/run-broker-death';

/**
 * The page docs/scenario-matrix.md: one row per fault, one column per driver, and the tests behind every cell. `whyNot` says why a fault cannot
 * occur on a wire, or null. Paths of scenarios are relative to the root.
 */
export function matrixText(
  faults: readonly MatrixFault[],
  drivers: readonly string[],
  whyNot: (fault: string, driver: string) => string | null,
  scenarios: readonly Scenario[],
): string {
  const of = (fault: string, driver: string): string[] =>
    [
      ...new Set(scenarios.filter((one) => one.fault === fault && one.driver === driver).map(({ file, test }) => `${file}: ${test}`)),
    ].sort();
  const count = { passed: 0, cannot: 0, open: 0 };
  const cell = (fault: string, driver: string): string => {
    const passed = of(fault, driver).length;
    const reason = whyNot(fault, driver);
    if (passed > 0) count.passed++;
    else if (reason !== null) count.cannot++;
    else count.open++;
    return passed > 0 ? `passed (${passed})` : reason !== null ? '-' : '**not yet tried**';
  };
  const rows = faults.map(({ id, title }) => `| \`${id}\` | ${title} | ${drivers.map((driver) => cell(id, driver)).join(' | ')} |`);
  const reasons = faults.flatMap(({ id }) => {
    const where = drivers.filter((driver) => of(id, driver).length === 0 && whyNot(id, driver) !== null);
    return where.length === 0 ? [] : [`- \`${id}\` on ${where.join(', ')}: it ${whyNot(id, where[0]!)}`];
  });
  const proofs = faults.flatMap(({ id }) =>
    drivers.flatMap((driver) => of(id, driver).map((test) => `- \`${id}\`, ${driver}: ${escaped(test)}`)),
  );
  return [
    '# Faults and drivers',
    '',
    'Written by the test run, and checked by it: a page that does not fit the tests fails. Each driver, behind its guard where the test has one, is',
    'run against the simulated instrument of its wire with the fault on a schedule. A scenario counts if its test passed and the',
    "simulator's ledger shows that the fault took effect. What the test demands of the driver stands in the test. Written anew by:",
    '',
    '```',
    HOW_TO_WRITE,
    '```',
    '',
    `${count.passed} cells passed, ${count.cannot} cannot occur (-), ${count.open} not yet tried. The number is that of the scenarios.`,
    '',
    `| fault | what happens | ${drivers.join(' | ')} |`,
    `|---|---|${drivers.map(() => '---|').join('')}`,
    ...rows,
    '',
    '## Why a fault cannot occur',
    '',
    ...reasons,
    '',
    '## The scenarios',
    '',
    ...proofs,
    '',
  ].join('\n');
}

/** Names of tests may hold signs that Markdown takes for its own. */
function escaped(text: string): string {
  return text.replaceAll(/[*_<>`[\]|]/g, String.raw`\$&`).replaceAll('\n', ' ');
}
