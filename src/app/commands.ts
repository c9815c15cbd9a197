import { identifyReport } from '../report/identify-report.ts';
import { makeBenchCommand } from './bench-command.ts';
import { benchDemo } from './bench-demo.ts';
import { benchFaults } from './bench-faults.ts';
import { benchFormats } from './bench-formats.ts';
import { benchFuzz } from './bench-fuzz.ts';
import { benchIngest } from './bench-ingest.ts';
import { benchWires } from './bench-wires.ts';
import { makeCalibrateCommand } from './calibrate-command.ts';
import type { CommandPlugin } from './command.ts';
import { openIdentifier } from './compose.ts';
import { convertCommand } from './convert-command.ts';
import { drawCalibration } from './draw-calibration.ts';
import { VERSION } from './envelope.ts';
import { makeEvaluateCommand } from './evaluate-command.ts';
import { formatsCommand } from './formats-command.ts';
import { makeIdentifyCommand } from './identify-command.ts';
import { instrumentsCommand } from './instruments-command.ts';
import { modelsCommand } from './models-command.ts';
import { phasesCommand } from './phases-command.ts';
import { proxyCommand } from './proxy-command.ts';
import { makeReportCommand } from './report-command.ts';
import { runCommand } from './run-command.ts';
import { simulateCommand } from './simulate-command.ts';
import { trainCommand } from './train-command.ts';

/** Every command of the program. */
export const commands: readonly CommandPlugin[] = [
  runCommand,
  makeIdentifyCommand(openIdentifier, ({ file, pattern, identification, comparison, modelSha256, generatedAtMs }) =>
    identifyReport({
      name: file,
      pattern,
      identification,
      curves: identification.curves ?? null,
      maps: comparison.maps,
      regions: comparison.regions,
      modelSha256,
      version: VERSION,
      generatedAtMs,
    }),
  ),
  makeEvaluateCommand(openIdentifier),
  makeCalibrateCommand(drawCalibration),
  makeReportCommand(async (record) => record.identification?.curves ?? null),
  simulateCommand,
  proxyCommand,
  instrumentsCommand,
  modelsCommand,
  trainCommand,
  formatsCommand,
  convertCommand,
  phasesCommand,
  makeBenchCommand([benchDemo, benchFaults, benchFuzz, benchFormats, benchIngest, benchWires]),
];
