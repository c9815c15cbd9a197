import type { ScanFinding } from '../domain/scan-finding.ts';
import { type Markup, markup } from './markup.ts';
import { section } from './page.ts';

/** What is wrong with the scan itself, before anything that is read from it; null where nothing is. */
export function findingList(findings: readonly ScanFinding[]): Markup | null {
  if (findings.length === 0) return null;
  const items = findings.map(
    ({ message, severity }) => markup`<li><b>${severity === 'stop' ? 'Nothing can be read' : 'Look at this'}:</b> ${message}.</li>`,
  );
  return section('The scan itself', markup`<ul>${items}</ul>`);
}
