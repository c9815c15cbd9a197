const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];
const HEIGHTS = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/** A bar of `columns` letters, filled for the share 0..1. */
export function textBar(share: number, columns: number): string {
  const eighths = Math.round(8 * columns * Math.min(1, Math.max(0, Number.isFinite(share) ? share : 0)));
  const full = '█'.repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8]!;
  return full.padEnd(columns, '·');
}

/** One letter for each value, as high as its square root; blank where the value is not finite. */
export function sparkline(values: ArrayLike<number>): string {
  let most = 0;
  for (let i = 0; i < values.length; i++) if (values[i]! > most && Number.isFinite(values[i]!)) most = values[i]!;
  return Array.from(values, (value) => {
    if (!Number.isFinite(value)) return ' ';
    return HEIGHTS[most > 0 ? 1 + Math.round(7 * Math.sqrt(Math.max(0, value) / most)) : 1]!;
  }).join('');
}
