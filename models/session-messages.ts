/** What the inference worker starts with. */
export interface SessionSetup {
  readonly model: Uint8Array;
  /** Name of the graph's input. */
  readonly input: string;
}

export type ToSession =
  | {
      readonly kind: 'run';
      readonly id: number;
      readonly data: Float32Array;
      readonly shape: readonly number[];
      readonly outputs: readonly string[];
    }
  | { readonly kind: 'close' };

export type FromSession =
  | { readonly kind: 'ready'; readonly inputs: readonly string[]; readonly outputs: readonly string[] }
  /** The model cannot be loaded. */
  | { readonly kind: 'broken'; readonly message: string }
  | { readonly kind: 'done'; readonly id: number; readonly tensors: readonly Float32Array[] }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string };
