/** A name or stamp as one line of plain text: no control characters, no line ends; null where nothing is left of it. */
export function oneLine(value: string | null): string | null {
  const plain = value?.replace(/[\p{Cc}\p{Cs}\p{Cn}\s]+/gu, ' ').trim() ?? '';
  return plain === '' ? null : plain;
}
