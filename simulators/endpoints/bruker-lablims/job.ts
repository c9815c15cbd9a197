import { xmlTree } from './xml.ts';

/** What a job file asks for. */
export interface LabLimsJob {
  readonly samplePosition: string;
  readonly experiment: string;
  readonly script: string;
}

export interface ScanParams {
  readonly startDeg: number;
  readonly endDeg: number;
  readonly stepDeg: number;
  readonly dwellS: number;
}

/** The fields of Job.xml; null where it is not whole or lacks one. */
export function readJob(text: string): LabLimsJob | null {
  const job = xmlTree(text, 'MeasurementJob');
  if (!job) return null;
  const [samplePosition, priority, permanent, experiment, script] = [
    'SamplePosition',
    'Priority',
    'Permanent',
    'ExperimentFileOrID',
    'ScriptFile',
  ].map((name) => job.get(name));
  if (!samplePosition || !priority || !permanent || !experiment || !script) return null;
  if (!/^\d+$/.test(priority) || !/^(true|false)$/.test(permanent)) return null;
  return { samplePosition, experiment, script };
}

const HEADER = 'start_angle;end_angle;step_size;time_per_step;';

/** ScanParams.txt: a line of names and a line of numbers with points; null where it is anything else. */
export function readScanParams(text: string): ScanParams | null {
  const [header = '', numbers = ''] = text.split(/\r?\n/);
  if (header.trim() !== HEADER || !/^(-?\d+(\.\d+)?;){4}$/.test(numbers.trim())) return null;
  const [startDeg = 0, endDeg = 0, stepDeg = 0, dwellS = 0] = numbers.trim().split(';').map(Number);
  return stepDeg > 0 && dwellS > 0 && endDeg > startDeg ? { startDeg, endDeg, stepDeg, dwellS } : null;
}
