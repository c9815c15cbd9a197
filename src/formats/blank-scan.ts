import type { RecordedScan } from './format-reader.ts';

/** A scan of which the file says nothing but its points: spread it first, then what the file does say. */
export const BLANK_SCAN = {
  liveS: null,
  stepTimeS: null,
  radiation: null,
  sampleName: null,
  startedAt: null,
  endedAt: null,
  status: null,
  attenuationApplied: false,
  apertureDeg: null,
  radiusMm: null,
  scanAxis: null,
} as const satisfies Omit<RecordedScan, 'unit' | 'twoThetaDeg' | 'counts'>;
