import type { ActivationMap, Identification } from '../domain/identification.ts';
import type { Pattern } from '../domain/pattern.ts';
import type { Radiation } from '../domain/radiation.ts';

/** Names the phases of a pattern. */
export interface Identifier {
  readonly modelId: string;
  readonly modelSha256: string;
  readonly phaseIds: readonly string[];
  readonly threshold: number;
  identify(pattern: Pattern): Promise<Identification>;
  /** Maps of every member for each of the phases; empty where the identifier has no network. */
  explain(pattern: Pattern, phaseIds: readonly string[]): Promise<ActivationMap[]>;
  /** Gets ready while there is nothing to identify yet, so that the first answer comes as fast as the later ones. */
  warmUp?(radiation: Radiation): void;
  /** The same identifier as if these phases were not in its library; it closes with this one. Missing where the identifier cannot. */
  without?(phaseIds: readonly string[]): Identifier;
  close(): Promise<void>;
}
