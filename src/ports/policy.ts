import type { Decision, RunView } from '../domain/decision.ts';

/** Decides what to measure next, or that it is enough. Pure and synchronous, so that any past decision can be replayed from the journal. */
export interface Policy {
  readonly id: string;
  decide(view: RunView): Decision;
}

/** Why a policy cannot answer a question with the options it was given. */
export interface PolicyObjection {
  /** Name of the option in the way. */
  readonly option: string;
  /** One plain sentence. */
  readonly message: string;
}
