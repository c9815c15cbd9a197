/** The bytes of the wire (docs/drivers/daco-mp.md): SOH text CR, with ENQ after a command to ask for its answer. */

export const SOH = 0x01;
export const ENQ = 0x05;
export const CR = 0x0d;
const LF = 0x0a;

/** 'soh-enq': SOH text CR ENQ, as the D5000 is spoken to. 'line': text CR alone, as some D8 ports are configured. */
export type Framing = 'soh-enq' | 'line';

/** The longest status is about 250 characters; anything of this length has lost its end. */
const MAX_TEXT = 4096;

/** A command as it is sent. `text` is printable ASCII. */
export function encodeCommand(text: string, framing: Framing): Uint8Array {
  const body = Buffer.from(text, 'latin1');
  return framing === 'line' ? Uint8Array.of(...body, CR) : Uint8Array.of(SOH, ...body, CR, ENQ);
}

/** What came, one frame each: its text, or null where it is broken. */
export class FrameReader {
  readonly #framing: Framing;
  #text: number[] = [];
  #inside = false;
  #broken = false;

  constructor(framing: Framing) {
    this.#framing = framing;
    this.reset();
  }

  /** The frames that these bytes complete. Bytes between frames are no part of any and are dropped. */
  push(bytes: Uint8Array): (string | null)[] {
    const frames: (string | null)[] = [];
    for (const byte of bytes) {
      if (byte === SOH) {
        // The end of the frame before was lost.
        if (this.#inside && this.#text.length > 0) frames.push(null);
        this.#begin();
      } else if (byte === CR) {
        if (this.#inside) frames.push(this.#broken ? null : String.fromCharCode(...this.#text));
        this.reset();
      } else if (this.#inside && !(this.#framing === 'line' && byte === LF)) {
        if (byte < 0x20 || byte > 0x7e || this.#text.length >= MAX_TEXT) this.#broken = true;
        else this.#text.push(byte);
      }
    }
    return frames;
  }

  /** Forgets a frame that has begun. */
  reset(): void {
    this.#text = [];
    // Where lines need no start byte, an empty line is a frame too: the plain acknowledgement.
    this.#inside = this.#framing === 'line';
    this.#broken = false;
  }

  #begin(): void {
    this.#text = [];
    this.#inside = true;
    this.#broken = false;
  }
}
