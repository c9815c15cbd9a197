"""Figures of merit of multi-label probabilities. `p`, `truth`: [patterns, phases]."""

import numpy as np


def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-np.clip(x, -60, 60)))


def ensemble_probability(member_logits, temperature):
    """Mean over members of the tempered probabilities; member_logits [patterns, members, phases]."""
    return sigmoid(member_logits / temperature).mean(1)


def cross_entropy(p, truth):
    p = np.clip(p, 1e-7, 1 - 1e-7)
    return float(-(truth * np.log(p) + (1 - truth) * np.log(1 - p)).mean())


def fit_temperature(member_logits, truth):
    grid = np.exp(np.linspace(np.log(0.4), np.log(2.5), 64))
    losses = [cross_entropy(ensemble_probability(member_logits, t), truth) for t in grid]
    return float(grid[int(np.argmin(losses))])


def summary(p, truth, threshold=0.5):
    """Micro F1, precision, recall, share of exactly right sets, expected calibration error over claims .02 < p < .98."""
    claim = p >= threshold
    tp, fp, fn = (claim & truth).sum(), (claim & ~truth).sum(), (~claim & truth).sum()
    unsure = (p > 0.02) & (p < 0.98)
    bins = np.clip((p[unsure] * 10).astype(int), 0, 9)
    ece = sum(abs(p[unsure][bins == b].mean() - truth[unsure][bins == b].mean()) * (bins == b).mean() for b in range(10) if (bins == b).any())
    return {
        "patterns": int(len(p)),
        "f1": round(float(2 * tp / max(1, 2 * tp + fp + fn)), 4),
        "precision": round(float(tp / max(1, tp + fp)), 4),
        "recall": round(float(tp / max(1, tp + fn)), 4),
        "exact": round(float((claim == truth).all(1).mean()), 4),
        "ece": round(float(ece), 4),
        "eceClaims": int(unsure.sum()),
        "crossEntropy": round(cross_entropy(p, truth), 5),
    }
