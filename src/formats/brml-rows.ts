import { badInput } from '../domain/errors.ts';

const [OPEN, CLOSE] = ['<Datum>', '</Datum>'];

/** The text of a raw data file without its rows; `<Rows>3</Rows>` stands where the run `runs[3]` was taken out. */
export interface LiftedRows {
  readonly xml: string;
  readonly runs: readonly (readonly string[])[];
}

/** Takes the points out of the XML, which is then a hundred times smaller: no tree of elements has to hold them. Throws badInput. */
export function liftRows(text: string, fileName: string): LiftedRows {
  const parts: string[] = [];
  const runs: string[][] = [];
  let from = 0;
  for (let at = text.indexOf(OPEN); at >= 0; at = text.indexOf(OPEN, from)) {
    parts.push(text.slice(from, at), `<Rows>${runs.length}</Rows>`);
    const rows: string[] = [];
    while (text.startsWith(OPEN, at)) {
      const end = text.indexOf(CLOSE, at);
      if (end < 0) throw badInput(fileName, `row ${rows.length + 1} of the measured data does not end`, 'copy or export the file again');
      rows.push(text.slice(at + OPEN.length, end));
      at = end + CLOSE.length;
      while (at < text.length && text.charCodeAt(at) <= 32) at++;
    }
    runs.push(rows);
    from = at;
  }
  parts.push(text.slice(from));
  return { xml: parts.join(''), runs };
}

/** Columns of the rows by their number, from 0. Throws badInput where rows differ in length or hold anything but numbers. */
export function columnsOf(rows: readonly string[], fileName: string): { readonly count: number; column(index: number): Float64Array } {
  const count = rows[0]?.split(',').length ?? 0;
  const fields = rows.map((row, i) => {
    const words = row.split(',');
    if (words.length !== count)
      throw badInput(fileName, `row ${i + 1} holds ${words.length} numbers and the first ${count}`, 'copy or export the file again');
    return words;
  });
  return {
    count,
    column: (index) =>
      Float64Array.from(fields, (words, i) => {
        const word = words[index]?.trim() ?? '';
        const value = word === '' ? Number.NaN : Number(word);
        if (!Number.isFinite(value))
          throw badInput(
            fileName,
            `row ${i + 1} holds "${word.slice(0, 20)}" where a number should stand`,
            'copy or export the file again',
          );
        return value;
      }),
  };
}
