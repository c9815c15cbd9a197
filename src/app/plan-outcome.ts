import type { Config } from '../../config/schema.ts';
import type { Environment, Outcome } from './command.ts';
import { makeInstrument, openSimulator } from './compose.ts';
import { planRun } from './run-plan.ts';

/** Asks the instrument what it can do, and says what the run would do first. Commands nothing. */
export async function planOutcome(config: Config, environment: Environment): Promise<Outcome> {
  const simulator = await openSimulator(config);
  try {
    const instrument = makeInstrument(config, environment.runtime, simulator);
    try {
      const capabilities = await instrument.open(environment.signal);
      const plan = planRun(config, capabilities);
      const lines = plan.requests.map(
        ({ range, stepDeg, dwellS, estimateS, because }) =>
          `  ${range.fromDeg}-${range.toDeg} deg, step ${stepDeg} deg, ${dwellS} s per point: ${estimateS.toFixed(0)} s (${because})`,
      );
      const text = `First:\n${lines.join('\n')}\nThen as the pattern asks, at most ${plan.atMostS} s of instrument time in all. Nothing has moved.`;
      return { result: { plan: true, ...plan }, text, simulated: config.simulator !== undefined, seed: config.seed };
    } finally {
      await instrument.close();
    }
  } finally {
    await simulator?.close();
  }
}
