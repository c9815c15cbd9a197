/** The marks of the two dialects. In D5000 a word is SOH text CR, and ENQ asks for the answer; in D8 a word is text CR. */
export const SOH = 0x01;
export const ENQ = 0x05;
export const CR = 0x0d;

/** Longer words than any command are noise. */
const LONGEST = 80;

export interface WordListener {
  word(text: string): void;
  /** Somebody asks for an answer. */
  enquiry(): void;
}

/** Cuts the stream of bytes into words. What stands between words is dropped; a new start within a word begins it anew. */
export class WordReader {
  private readonly startsWith: number | null;
  private readonly listener: WordListener;
  private word: number[] | null;

  constructor(dialect: 'd5000' | 'd8', listener: WordListener) {
    this.startsWith = dialect === 'd5000' ? SOH : null;
    this.listener = listener;
    this.word = this.startsWith === null ? [] : null;
  }

  push(bytes: Uint8Array): void {
    for (const byte of bytes) this.take(byte);
  }

  private take(byte: number): void {
    if (byte === this.startsWith) this.word = [];
    else if (byte === ENQ) this.listener.enquiry();
    else if (byte === CR) {
      const { word } = this;
      this.word = this.startsWith === null ? [] : null;
      if (word) this.listener.word(String.fromCharCode(...word));
    } else if (byte !== 0x0a && this.word) {
      this.word.push(byte);
      if (this.word.length > LONGEST) this.word = this.startsWith === null ? [] : null;
    }
  }
}

/** A reply as bytes of the dialect. */
export function frame(dialect: 'd5000' | 'd8', text: string): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  return Uint8Array.from(dialect === 'd5000' ? [SOH, ...bytes, CR] : [...bytes, CR]);
}
