"""Writes MODEL_CARD.md of a bundle from the figures in its manifest: python3 model_card.py ../my-bundle"""

import json
import os
import sys

TEXT = """# {title}

`{modelId}`: {n} networks that name {phases} phases of the space `{space}` in a powder pattern. Input and network: `docs/training.md`.

**Everything measured here is on simulated patterns** (drawn by `src/diffraction/scene.ts` and `models/training/draw-exposure.ts`); figures on
real scans come from `ewald evaluate`. The networks propose; Ewald's full-profile fit decides.

## Made from

- Structures: `models/references/{space}`; radiation Cu K-alpha.
- Prior: one to four phases (30, 30, 25, 15 %), each of the {phases} equally likely; heights 3 to 100 % of the strongest line; lattice strain within
  1 % (70 %) or 3 % (30 %), along each axis that the crystal system leaves free; texture, size, microstrain, line widths, zero, displacement,
  background, unknown peaks as in `TRAINING_PRIOR`; 40 to 40,000 counts at the top, ranges and repeated windows as in `TRAINING_EXPOSURE`.
- Members: each from its own random start, on its own random {share:.0f} % of the {pool} patterns drawn, in its own order:

| member | seed | width | patterns seen | distinct | passes | training time (s, one thread, shared machine) |
|---|---|---|---|---|---|---|
{members}

Probability of a phase: mean over members of sigmoid(logit / {temperature}); the temperature is fitted on {validation} patterns of the training
prior. Claims at {threshold} or above.

## Measured (simulated)

The suites other than the first are drawn from `SCORING_PRIOR`: one to three phases, traces from 5 % of the strongest line, 10 to 100 degrees, 300 to
20,000 counts at the top, and axial asymmetry, K-beta and tungsten lines, grain statistics and another background, which the training lacks. "members":
only the space's members occur, its distractors are candidates all the same.

| suite | patterns | micro F1 | precision | recall | exact sets | ECE (.02 < p < .98) | claims | F1 of single members |
|---|---|---|---|---|---|---|---|---|
{suites}

By number of phases (F1 / exact sets):

| suite | 1 | 2 | 3 | 4 |
|---|---|---|---|---|
{counts}

## Phase by phase: {last}

F1 at {threshold}, times present, and the phase most often named in its place.

| phase | F1 | present | taken for |
|---|---|---|---|
{rows}

## Limits

- Isomorphous phases whose cells differ by less than the strain allowed cannot be told apart by position, only by intensity: the rock salts (MgO, NiO,
  CoO, FeO, MnO), the rutiles (TiO2, GeO2, MnO2, VO2, SnO2), the corundum type (Cr2O3, Fe2O3, V2O3), ZrO2 and HfO2, the spinels. The table shows it.
- Trained on Cu K-alpha; other wavelengths are converted by spacing, which was not scored.
- A phase outside the list has no output: novelty is judged by the fit, not by the networks.
- Traces below 3 % of the strongest line were never shown.
"""


def row(*cells):
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def main():
    folder = sys.argv[1]
    with open(os.path.join(folder, "manifest.json")) as file:
        manifest = json.load(file)
    suites = manifest["measured"]["suites"]
    members = manifest["members"]
    pool = manifest["measured"]["poolPatterns"]
    text = TEXT.format(
        title=manifest["title"],
        modelId=manifest["modelId"],
        n=len(members),
        phases=len(manifest["phases"]),
        space=manifest["space"],
        share=100 * members[0]["distinct"] / pool,
        pool=pool,
        temperature=manifest["temperature"],
        threshold=manifest["threshold"],
        validation=suites["training prior"]["patterns"],
        last=list(suites)[-1],
        members="\n".join(row(*(m[k] for k in ("memberId", "seed", "width", "patterns", "distinct", "epochs", "seconds"))) for m in members),
        suites="\n".join(
            row(name, *(s[k] for k in ("patterns", "f1", "precision", "recall", "exact", "ece", "eceClaims")), ", ".join(map(str, s["memberF1"])))
            for name, s in suites.items()
        ),
        counts="\n".join(
            row(name, *(f"{n['f1']} / {n['exact']}" if n else "" for n in (s["byPhaseCount"].get(str(i)) for i in range(1, 5))))
            for name, s in suites.items()
        ),
        rows="\n".join(
            row(phase, r["f1"], r["present"], r.get("takenFor", ""))
            for phase, r in sorted(manifest["measured"]["perPhase"].items(), key=lambda item: item[1]["f1"])
        ),
    )
    with open(os.path.join(folder, "MODEL_CARD.md"), "w") as file:
        file.write(text)


if __name__ == "__main__":
    main()
