/** A structure that the user brings along: the text of a CIF file and the name it is spoken of by. */
export interface BroughtCif {
  readonly file: string;
  readonly text: string;
}

/** A phase that the user thinks likely (above one half) or unlikely; never 0 or 1, because a belief must not forbid what is measured. */
export interface ExpectedPhase {
  readonly phaseId: string;
  readonly probability: number;
}

/** What the sample lies in, where it shows: a metal by its name, a structure of its own, or the angles of its lines. */
export interface HolderKnowledge {
  /** As `models/holders` knows it; null where only lines or a CIF are given. */
  readonly name: string | null;
  readonly cif: BroughtCif | null;
  readonly linesDeg: readonly number[];
}

/** A crystalline phase that was weighed into the sample: `weightFraction` is its share of the mixture, 0..1. */
export interface InternalStandard {
  readonly phaseId: string;
  readonly weightFraction: number;
}

/** Of the sample without the standard, 0..1; a little below 0 where there is none and the errors say so. */
export interface AmorphousShare {
  readonly standardId: string;
  readonly weightFraction: number;
  readonly sigma: number;
}

/** What the user tells about a sample before anything is measured. */
export interface SampleKnowledge {
  readonly cifs: readonly BroughtCif[];
  /** Symbols of the elements that may be in the sample; null where nothing is said. */
  readonly elements: readonly string[] | null;
  /** Symbols of elements that are in the sample for certain. */
  readonly required: readonly string[];
  readonly expected: readonly ExpectedPhase[];
  readonly holder: HolderKnowledge | null;
  readonly internalStandard: InternalStandard | null;
}

/** What of it counted in an answer. */
export interface ToldFacts {
  /** Phases that a CIF file added to the references, and those whose structure it replaced. */
  readonly addedPhaseIds: readonly string[];
  readonly replacedPhaseIds: readonly string[];
  /** Phases that the elements rule out. */
  readonly leftOutPhaseIds: readonly string[];
  readonly expected: readonly ExpectedPhase[];
  /** Elements that should be there and that no claimed phase holds. */
  readonly requiredMissing: readonly string[];
  /** What the internal standard tells; null where none was declared or it is not among the claimed phases. */
  readonly amorphous: AmorphousShare | null;
  readonly internalStandard: InternalStandard | null;
  /** Angles at which lines of the holder were fitted, degrees 2theta. */
  readonly holderLinesDeg: readonly number[];
}
