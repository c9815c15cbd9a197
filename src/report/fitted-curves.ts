export type { FittedCurves, FittedPhase } from '../domain/fitted-curves.ts';
