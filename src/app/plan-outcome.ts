import type { Config } from '../../config/schema.ts';
import type { Environment, Outcome } from './command.ts';
import { makeInstrument, openSimulator } from './compose.ts';
import { openConfigured } from './open-configured.ts';
import { checkRadiation } from './read-instrument.ts';
import { planRun, type RunPlan } from './run-plan.ts';

/**
 * Asks the instrument what it can do, and says what the run would do first. Commands nothing. What the run would be refused for is refused here
 * too: the model, what is told of the sample, the phase asked about, an instrument file of another radiation.
 */
export async function planOutcome(config: Config, environment: Environment): Promise<Outcome> {
  const { identifier, calibration } = await openConfigured(config, environment.runtime);
  await identifier.close();
  const simulator = await openSimulator(config);
  try {
    const instrument = makeInstrument(config, environment.runtime, simulator);
    try {
      const capabilities = await instrument.open(environment.signal);
      const { radiation, instrumentId } = await instrument.identity();
      if (calibration) checkRadiation(calibration, radiation, config.instrument.calibration ?? '', instrumentId);
      const plan = planRun(config, capabilities);
      const lines = plan.requests.map(
        ({ range, stepDeg, dwellS, estimateS, because, refused }) =>
          `  ${range.fromDeg}-${range.toDeg} deg, step ${stepDeg} deg, ${dwellS} s per point: ${estimateS.toFixed(0)} s (${because})${refused === null ? '' : `; would be refused: ${refused}`}`,
      );
      const text = `First:\n${lines.join('\n')}\nThen as the pattern asks, at most ${plan.atMostS} s of instrument time in all. Nothing has moved.`;
      const warnings = warningsOf(plan, config);
      return { result: { plan: true, ...plan }, text, simulated: config.simulator !== undefined, seed: config.seed, warnings };
    } finally {
      await instrument.close();
    }
  } finally {
    await simulator?.close();
  }
}

function warningsOf({ requests }: RunPlan, { goal, limits }: Config): NonNullable<Outcome['warnings']> {
  const refused = requests.flatMap((request) => (request.refused === null ? [] : [{ code: 'refused', message: request.refused }]));
  if (goal.budgetInstrumentS <= limits.maxBeamS) return refused;
  const message = `the budget of ${goal.budgetInstrumentS} s is more than the ${limits.maxBeamS} s of beam that limits.maxBeamS allows the sample`;
  return [...refused, { code: 'dose', message }];
}
