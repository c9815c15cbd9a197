import type { FitData } from './fit-data.ts';
import { type Mixture, type MixtureFit, MixtureFitter } from './fit-mixture.ts';
import { type LibraryPhase, PhaseProposer, type Proposal } from './propose-phases.ts';

/** What was worked out from one fit. */
interface Known {
  proposals: Proposal[] | null;
  readonly without: Map<string, MixtureFit>;
  readonly added: Map<string, MixtureFit>;
}

/** The fits that a search asks for, each made once: removals, substitutions and evidence look at the same neighbours of a mixture. */
export class MixtureTrials {
  private readonly fitter: MixtureFitter;
  private readonly proposer: PhaseProposer;
  private readonly phaseOf: ReadonlyMap<string, LibraryPhase>;
  private readonly known = new WeakMap<MixtureFit, Known>();

  constructor(data: FitData, library: readonly LibraryPhase[], believed: ReadonlySet<string>) {
    this.fitter = new MixtureFitter(data);
    this.proposer = new PhaseProposer(data, library, believed);
    this.phaseOf = new Map(library.map((phase) => [phase.phaseId, phase]));
  }

  /** Scales and background alone. */
  linear(mixture: Mixture): MixtureFit {
    return this.fitter.linearFit(mixture);
  }

  /** Everything free. */
  refine(fit: MixtureFit, iterations: number): MixtureFit {
    return this.fitter.fit(fit, { iterations, freePhases: 'all', freeInstrument: true });
  }

  /** Phases free, the instrument not: for lines that need not stand where the sample's do. */
  settle(fit: MixtureFit): MixtureFit {
    return this.fitter.fit(fit, { iterations: 6, freePhases: 'all', freeInstrument: false });
  }

  /** What would explain the rest of a fit, best first; phases of the fit among them. */
  proposals(fit: MixtureFit): readonly Proposal[] {
    const known = this.knownOf(fit);
    known.proposals ??= this.proposer.propose(fit);
    return known.proposals;
  }

  /** The fit without one of its phases, what is left scaled anew. */
  without(fit: MixtureFit, phaseId: string): MixtureFit {
    return remembered(this.knownOf(fit).without, phaseId, () =>
      this.fitter.linearFit({ ...mixtureOf(fit), phases: fit.phases.filter((phase) => phase.phaseId !== phaseId) }, fit.model),
    );
  }

  /** The fit with one phase more, whose lattice and size are fitted. */
  added(fit: MixtureFit, { phaseId, strain }: Proposal, freeInstrument: boolean): MixtureFit {
    return remembered(this.knownOf(fit).added, `${phaseId} ${strain} ${freeInstrument}`, () => {
      const { state } = this.phaseOf.get(phaseId)!;
      const strained = { ...state, strain: strain === 0 ? state.strain : [strain, strain, strain, 0, 0, 0] };
      const mixture = { ...mixtureOf(fit), phases: [...fit.phases, { phaseId, state: strained }] };
      return this.fitter.fit(mixture, { iterations: 3, freePhases: new Set([phaseId]), freeInstrument });
    });
  }

  private knownOf(fit: MixtureFit): Known {
    let known = this.known.get(fit);
    if (!known) {
      known = { proposals: null, without: new Map(), added: new Map() };
      this.known.set(fit, known);
    }
    return known;
  }
}

export function inSet(mixture: Mixture, phaseId: string): boolean {
  return mixture.phases.some((phase) => phase.phaseId === phaseId);
}

/** A fit's mixture alone: spreading the fit would work out all its curves. */
function mixtureOf({ phases, optics, shift }: Mixture): Mixture {
  return { phases, optics, shift };
}

function remembered<T>(known: Map<string, T>, key: string, make: () => T): T {
  const old = known.get(key);
  if (old !== undefined) return old;
  const made = make();
  known.set(key, made);
  return made;
}
