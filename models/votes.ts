/** What the members say about every phase of the model. Arrays run over phases. */
export interface EnsembleVote {
  readonly phaseIds: readonly string[];
  /** Mean of the members' probabilities. */
  readonly probability: Float64Array;
  /** Standard deviation of the members' probabilities (divided by the number of members). */
  readonly spread: Float64Array;
  /** Mean of the members' logits, tempered. */
  readonly logits: Float64Array;
  /** Tempered logits of each member. */
  readonly memberLogits: readonly Float64Array[];
}

/** `logits`: one pattern's [members, phases] as the graph gives them. Probabilities are sigmoid(logit / temperature). */
export function countVotes(logits: Float32Array, phaseIds: readonly string[], members: number, temperature: number): EnsembleVote {
  const phases = phaseIds.length;
  const memberLogits = Array.from({ length: members }, (_, m) =>
    Float64Array.from(logits.subarray(m * phases, (m + 1) * phases), (logit) => logit / temperature),
  );
  const probability = new Float64Array(phases);
  const spread = new Float64Array(phases);
  const mean = new Float64Array(phases);
  for (let i = 0; i < phases; i++) {
    const votes = memberLogits.map((own) => 1 / (1 + Math.exp(-own[i]!)));
    const p = votes.reduce((sum, vote) => sum + vote, 0) / members;
    probability[i] = p;
    spread[i] = Math.sqrt(votes.reduce((sum, vote) => sum + (vote - p) ** 2, 0) / members);
    mean[i] = memberLogits.reduce((sum, own) => sum + own[i]!, 0) / members;
  }
  return { phaseIds, probability, spread, logits: mean, memberLogits };
}
