import { claimed, type Identification, type PhaseCandidate } from '../domain/identification.ts';
import { plainText } from '../report/plain-text.ts';
import { toldLines } from '../report/told-facts.ts';
import { percent } from './percent.ts';
import { textTable } from './text-table.ts';

const VERDICTS: Readonly<Record<Identification['verdict'], string>> = {
  confident: 'The phases are named with confidence.',
  ambiguous: 'More than one set of phases fits; the most probable one is shown.',
  novel: 'Something in the pattern is none of the phases of the model.',
  noSignal: 'There are no peaks to identify.',
};

/** What a person reads: the claimed phases, their doubtful neighbours and what the fit leaves. */
export function identifyText(file: string, identification: Identification): string {
  const phases = claimed(identification);
  const others = identification.candidates.filter(({ probability }) => probability < identification.threshold && probability >= 0.02);
  const { unexplained, shift } = identification;
  const lines = [
    `${file}: ${VERDICTS[identification.verdict]}`,
    ...(identification.scanFindings ?? []).map(({ message }) => `look at the scan: ${message}`),
    phases.length > 0 ? table(phases) : 'no phase reaches the threshold',
    `probability that this set is exactly right: ${percent(identification.setProbability)}`,
  ];
  if (others.length > 0) lines.push(`also possible: ${others.map((other) => `${other.phaseId} ${percent(other.probability)}`).join(', ')}`);
  for (const { phaseIds, probability, differsAtDeg } of identification.rivalSets.slice(0, 3)) {
    const where = differsAtDeg.length > 0 ? `, differs at ${differsAtDeg.map((deg) => deg.toFixed(2)).join(', ')} degrees` : '';
    lines.push(`rival set ${phaseIds.join(' + ') || '(none)'}: ${percent(probability)}${where}`);
  }
  for (const { range, between } of identification.disagreement.slice(0, 5))
    lines.push(
      `evidence for ${between[0]} and ${between[1]} disagrees at ${range.fromDeg.toFixed(2)} to ${range.toDeg.toFixed(2)} degrees`,
    );
  const peak =
    unexplained.atDeg === null ? '' : `, highest ${unexplained.maxPeakSigma.toFixed(1)} sigma at ${unexplained.atDeg.toFixed(2)} degrees`;
  lines.push(`unexplained: ${percent(unexplained.fraction)} of the net intensity${peak}`);
  lines.push(
    `shift: zero ${shift.zeroDeg.toFixed(3)} degrees, displacement ${shift.displacementMm.toFixed(3)} mm; model ${identification.modelId}`,
  );
  lines.push(...toldLines(identification.told, (phaseId) => phaseId));
  return lines
    .flatMap((line) => line.split('\n'))
    .map(plainText)
    .join('\n');
}

function table(phases: readonly PhaseCandidate[]): string {
  const rows = phases.map((phase) => [
    phase.phaseId,
    percent(phase.probability),
    phase.weightFraction === null
      ? '-'
      : `${percent(phase.weightFraction)}${phase.weightFractionSigma === null ? '' : ` +- ${percent(phase.weightFractionSigma)}`}`,
    phase.sizeNm === null ? '-' : phase.sizeNm.toFixed(0),
    percent(phase.latticeStrainMax, 2),
    phase.groupPhaseIds.filter((id) => id !== phase.phaseId).join(' ') || '-',
  ]);
  return textTable(['phase', 'probability', 'weight', 'size nm', 'strain', 'same to X-rays'], rows);
}
