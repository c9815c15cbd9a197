import { cpus } from 'node:os';
import type { Command as Program } from 'commander';
import { benchPhysics } from './bench-physics.ts';
import { benchSimulate } from './bench-simulate.ts';
import { benchThinning } from './bench-thinning.ts';
import type { CommandPlugin, Environment, Outcome } from './command.ts';
import { wholeNumber } from './option-values.ts';
import { textTable } from './text-table.ts';

/** One kind of `ewald bench`. It adds its own options and answers with the outcome of its run. */
export interface Bench {
  readonly kind: string;
  readonly description: string;
  addOptions?(program: Program): void;
  run(options: Readonly<Record<string, string | undefined>>, environment: Environment): Promise<Outcome>;
}

const thinning: Bench = {
  kind: 'thinning',
  description: 'hold the binomial thinning of counts against its theory',
  addOptions: (program) => void program.option('--repeats <n>', 'draws of each count', '20000').option('--seed <n>', 'of the draws', '1'),
  async run(options) {
    const seed = wholeNumber('--seed', options['seed'] ?? '1', 0);
    const bench = benchThinning({ repeats: wholeNumber('--repeats', options['repeats'] ?? '20000', 100), seed });
    const rows = bench.cells.map((cell) => [
      String(cell.counts),
      String(cell.factor),
      cell.mean.toFixed(4),
      cell.meanExpected.toFixed(4),
      cell.variance.toFixed(4),
      cell.varianceExpected.toFixed(4),
    ]);
    const verdict = `largest deviation ${bench.worstZ.toFixed(2)} standard errors of ${bench.limitZ} allowed`;
    const n = bench.cells.length + bench.dispersion.length;
    return {
      result: benchResult('thinning', n, { ...bench }),
      text: `${textTable(['counts', 'kept', 'mean', 'expected', 'variance', 'expected'], rows)}\n${verdict}`,
      seed,
      simulated: true,
      warnings: bench.isWithinTheory ? [] : [{ code: 'outsideTheory', message: `thinning leaves its theory: ${verdict}` }],
    };
  },
};

const physics: Bench = {
  kind: 'physics',
  description: 'hold our powder lines against those of an independent program',
  addOptions: (program) => void program.option('--reference <file>', 'lines of another program, as in test/golden/powder-lines.json'),
  async run({ reference }) {
    const bench = benchPhysics(reference === undefined ? {} : { referenceFile: reference });
    const rows = bench.structures.map(({ name, lines, maxPositionDeg, maxIntensity }) => [
      name,
      String(lines),
      maxPositionDeg.toFixed(5),
      (100 * maxIntensity).toFixed(3),
    ]);
    const text = [
      `against ${bench.program} ${bench.version}`,
      textTable(['structure', 'lines', 'degrees', '% of strongest'], rows),
      `largest deviations: ${bench.maxPositionDeg.toFixed(5)} degrees, ${(100 * bench.maxIntensity).toFixed(3)} % of the strongest line`,
    ].join('\n');
    return { result: benchResult('physics', bench.structures.length, { ...bench }), text };
  },
};

const simulate: Bench = {
  kind: 'simulate',
  description: 'count the patterns that one core simulates in a second',
  addOptions: (program) =>
    void program
      .option('--space <id>', 'reference space')
      .option('--patterns <n>', 'patterns of each kind', '600')
      .option('--seed <n>', 'of the scenes', '1')
      .option('--python <program>', 'a Python that may have pymatgen, for the ratio'),
  async run({ space, patterns, seed, python }) {
    const seedNumber = wholeNumber('--seed', seed ?? '1', 0);
    const { n, ...bench } = await benchSimulate({
      ...(space === undefined ? {} : { spaceId: space }),
      patterns: wholeNumber('--patterns', patterns ?? '600', 1),
      seed: seedNumber,
      ...(python === undefined ? {} : { python }),
    });
    const { pymatgen } = bench;
    const text = [
      `training scenes ${bench.trainingPatternsPerCoreS.toFixed(0)} per core-second, with counts drawn ${bench.trainingCountsPerCoreS.toFixed(0)}, ` +
        `scoring scenes ${bench.scoringPatternsPerCoreS.toFixed(0)} (${bench.points} points, ${bench.phases} phases)`,
      pymatgen
        ? `pymatgen ${pymatgen.version}: ${pymatgen.lineListsPerCoreS.toFixed(1)} line lists per core-second; ours is ${pymatgen.ratio.toFixed(0)} times that`
        : 'no pymatgen found to compare with',
    ].join('\n');
    return { result: benchResult('simulate', n, bench), text, seed: seedNumber, simulated: true };
  },
};

/** `ewald bench KIND`; `more` are kinds that need the composition. */
export function makeBenchCommand(more: readonly Bench[] = []): CommandPlugin {
  return {
    name: 'bench',
    register(program, execute) {
      const bench = program.command('bench').description('measurements of Ewald itself');
      for (const kind of [thinning, physics, simulate, ...more]) {
        const command = bench.command(kind.kind).description(kind.description);
        kind.addOptions?.(command);
        command.action((options: Readonly<Record<string, string | undefined>>) =>
          execute('bench', (environment) => kind.run(options, environment)),
        );
      }
    },
  };
}

export const benchCommand: CommandPlugin = makeBenchCommand();

/** The head that every bench document shares; `own` is laid over it. */
export function benchResult(kind: string, n: number, own: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const machine = { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, node: process.version };
  return { kind, machine, suite: null, suiteSha256: null, real: false, n, ...own };
}
