/** One import as it is written in a file. Paths are relative to the root of the repository and use forward slashes. */
export interface Arrow {
  readonly from: string;
  /** A file of the repository, `node:<module>`, or the name of a package. */
  readonly to: string;
  /** 'start': a file that is named by its URL, to be run in a thread or process of its own. */
  readonly kind: 'file' | 'start' | 'node' | 'package';
  /** Nothing of it remains when the types are stripped. */
  readonly typesOnly: boolean;
}

/** An arrow, or the use of a global, that the house does not allow. */
export interface Violation {
  readonly from: string;
  readonly to: string;
  readonly rule: string;
  readonly why: string;
}
