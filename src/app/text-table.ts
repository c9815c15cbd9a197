/** Columns of text with a rule under the headings; columns of figures stand right, the others left. */
export function textTable(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = headings.map((heading, i) => Math.max(heading.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const isFigures = headings.map((_, i) => rows.every((row) => /^[-+\d]/.test(row[i] ?? '-')));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => (isFigures[i] ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)))
      .join('  ')
      .trimEnd();
  return [line(headings), widths.map((width) => '-'.repeat(width)).join('  '), ...rows.map(line)].join('\n');
}
