import type { Identification } from '../domain/identification.ts';
import type { ScanFinding } from '../domain/scan-finding.ts';

export interface Warning {
  readonly code: string;
  readonly message: string;
}

export function findingWarnings(findings: readonly ScanFinding[] = []): Warning[] {
  return findings.map(({ kind, message }) => ({ code: kind, message }));
}

/** What the user should know about how the knowledge of the sample was used; empty where nothing was told. */
export function toldWarnings({ told, candidates }: Pick<Identification, 'told' | 'candidates'>): Warning[] {
  if (!told) return [];
  const silent = candidates.filter(({ networkSilent }) => networkSilent).map(({ phaseId }) => phaseId);
  const warnings: Warning[] = [];
  if (silent.length > 0)
    warnings.push({
      code: 'networkSilent',
      message: `the network has never seen ${silent.join(', ')}: what is said of ${silent.length === 1 ? 'it' : 'them'} rests on the fit alone`,
    });
  if (told.replacedPhaseIds.length > 0)
    warnings.push({
      code: 'structureReplaced',
      message: `the CIF file of ${told.replacedPhaseIds.join(', ')} stands in place of the library's structure`,
    });
  if (told.requiredMissing.length > 0)
    warnings.push({
      code: 'requiredMissing',
      message: `no claimed phase holds ${told.requiredMissing.join(', ')}, which the sample is said to hold`,
    });
  if (told.internalStandard && !told.amorphous)
    warnings.push({
      code: 'standardNotFound',
      message: `the internal standard ${told.internalStandard.phaseId} is not among the claimed phases, so that nothing is said of the amorphous share`,
    });
  return warnings;
}
