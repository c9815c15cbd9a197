/** What the inference worker starts with. */
export interface SessionSetup {
  readonly model: Uint8Array;
}

/** What one input of the graph is given. */
export interface Feed {
  readonly name: string;
  readonly data: Float32Array;
  readonly size: readonly number[];
}

/** What one output of the graph gave. */
export interface OutputTensor {
  readonly data: Float32Array;
  readonly size: readonly number[];
}

export type ToSession =
  | {
      readonly kind: 'run';
      readonly id: number;
      readonly feeds: readonly Feed[];
      readonly outputs: readonly string[];
    }
  | { readonly kind: 'close' };

export type FromSession =
  | { readonly kind: 'ready'; readonly inputs: readonly string[]; readonly outputs: readonly string[] }
  /** The model cannot be loaded. */
  | { readonly kind: 'broken'; readonly message: string }
  | { readonly kind: 'done'; readonly id: number; readonly tensors: readonly OutputTensor[] }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string };
