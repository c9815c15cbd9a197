import { execFile } from 'node:child_process';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { loadReferences } from '../../models/references/load-references.ts';
import { computeReflections } from '../diffraction/reflections.ts';
import { drawScene, type LibraryPhase, SCORING_PRIOR, type ScenePrior, sceneRates, TRAINING_PRIOR } from '../diffraction/scene.ts';
import { seededRandom } from '../diffraction/seeded-random.ts';
import { primaryWavelengthA } from '../domain/radiation.ts';

export interface BenchSimulateOptions {
  readonly spaceId?: string;
  readonly patterns?: number;
  readonly seed?: number | string;
  /** A Python that may have pymatgen. */
  readonly python?: string;
}

export interface BenchSimulateResult {
  readonly machine: { readonly cpu: string; readonly cores: number; readonly node: string };
  readonly spaceId: string;
  readonly phases: number;
  readonly points: number;
  readonly n: number;
  /** Drawing the scene and its rates; 1-4 phases, every effect of the training prior. */
  readonly trainingPatternsPerCoreS: number;
  /** The same with Poisson counts drawn from the rates. */
  readonly trainingCountsPerCoreS: number;
  /** Scoring prior: 1-3 phases, axial asymmetry, K-beta and tungsten lines, grain statistics. */
  readonly scoringPatternsPerCoreS: number;
  /** Line lists of single phases by pymatgen's XRDCalculator (no profiles), and our patterns per one of these; null where no Python has it. */
  readonly pymatgen: { readonly version: string; readonly lineListsPerCoreS: number; readonly ratio: number } | null;
}

const FROM_DEG = 10;
const STEP_DEG = 0.04;
const POINTS = 3248;
const WARM_UP = 50;

/** Measures how many patterns of 10-139.88 degrees by 0.04 one core simulates per second of its own time. */
export async function benchSimulate(options: BenchSimulateOptions = {}): Promise<BenchSimulateResult> {
  const spaceId = options.spaceId ?? 'solid-state-precursors';
  const n = options.patterns ?? 600;
  const seed = options.seed ?? 1;
  const library = readLibrary(spaceId);
  const trainingPatternsPerCoreS = measure(library, TRAINING_PRIOR, n, seed, false);
  const pymatgen = await timePymatgen(options.python ?? 'python3', spaceId);
  return {
    machine: { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, node: process.version },
    spaceId,
    phases: library.length,
    points: POINTS,
    n,
    trainingPatternsPerCoreS,
    trainingCountsPerCoreS: measure(library, TRAINING_PRIOR, n, seed, true),
    scoringPatternsPerCoreS: measure(library, SCORING_PRIOR(0.03), n, seed, false),
    pymatgen: pymatgen && { ...pymatgen, ratio: trainingPatternsPerCoreS / pymatgen.lineListsPerCoreS },
  };
}

function readLibrary(spaceId: string): LibraryPhase[] {
  const { radiation } = TRAINING_PRIOR;
  return loadReferences(spaceId).map(({ phaseId, structure }) => ({
    phaseId,
    structure,
    reflections: computeReflections(structure, { wavelengthA: primaryWavelengthA(radiation), twoThetaMaxDeg: 140, anode: radiation.anode }),
  }));
}

function measure(library: readonly LibraryPhase[], prior: ScenePrior, n: number, seed: number | string, withCounts: boolean): number {
  const twoThetaDeg = Float64Array.from({ length: POINTS }, (_, i) => FROM_DEG + STEP_DEG * i);
  const random = seededRandom(seed);
  const draw = () => {
    const rates = sceneRates(drawScene(random, library, prior), twoThetaDeg);
    if (withCounts) for (let i = 0; i < rates.length; i++) rates[i] = random.poisson(rates[i]!);
  };
  for (let i = 0; i < WARM_UP; i++) draw();
  const before = process.cpuUsage();
  for (let i = 0; i < n; i++) draw();
  const { user, system } = process.cpuUsage(before);
  return n / ((user + system) / 1e6);
}

const PYMATGEN_SCRIPT = `
import glob, sys, time, warnings
warnings.simplefilter('ignore')
from importlib.metadata import version
from pymatgen.analysis.diffraction.xrd import XRDCalculator
from pymatgen.core import Structure
structures = []
for path in sorted(glob.glob(sys.argv[1] + '/*.cif')):
    try:
        structures.append(Structure.from_file(path))
    except Exception:
        pass
calculator = XRDCalculator('CuKa1')
start = time.process_time()
for structure in structures:
    calculator.get_pattern(structure, two_theta_range=(10, 140))
print(version('pymatgen'), len(structures) / (time.process_time() - start))
`;

function timePymatgen(python: string, spaceId: string): Promise<{ version: string; lineListsPerCoreS: number } | null> {
  const folder = fileURLToPath(new URL(`../../models/references/${spaceId}`, import.meta.url));
  const env = { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' };
  return new Promise((resolve) => {
    execFile(python, ['-c', PYMATGEN_SCRIPT, folder], { env, timeout: 300_000 }, (error, stdout) => {
      const [version, rate] = stdout.trim().split(' ');
      if (error || version === undefined || !(Number(rate) > 0)) resolve(null);
      else resolve({ version, lineListsPerCoreS: Number(rate) });
    });
  });
}
