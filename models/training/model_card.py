"""Writes MODEL_CARD.md of a bundle from the figures in its manifest: python3 model_card.py ../my-bundle [--real evaluate.json]

`--real`: the document that `ewald evaluate LABELS --model ../my-bundle --json` prints; its figures are kept in the manifest.
"""

import argparse
import json
import os

TEXT = """# {title}

`{modelId}`: {n} networks that name {phases} phases of the space `{space}` in a powder pattern. Input and network: `docs/training.md`.

**Unless it says otherwise, what is measured here is measured on simulated patterns** (drawn by `src/diffraction/scene.ts` and
`models/training/draw-exposure.ts`) and is of the networks alone. The networks propose; Ewald's full-profile fit decides.

## Made from

- Structures: `{references}`; radiation Cu K-alpha.{skipped}
- Prior: one to four phases (30, 30, 25, 15 %), each of the {phases} equally likely; heights 3 to 100 % of the strongest line; lattice strain within
  1 % (70 %) or 3 % (30 %), along each axis that the crystal system leaves free; texture, size, microstrain, line widths, zero, displacement,
  background, unknown peaks as in `TRAINING_PRIOR`; 40 to 40,000 counts at the top, ranges and repeated windows as in `TRAINING_EXPOSURE`.
- Members: each from its own random start, on its own random {share:.0f} % of the {pool} patterns drawn, in its own order. Other programs ran on the same
  processor, so that the processor time says more than the time on the wall:

| member | seed | width | patterns seen | distinct | passes | wall time / s | processor time / s | device |
|---|---|---|---|---|---|---|---|---|
{members}

Probability of a phase: mean over members of sigmoid(logit / {temperature}); the temperature is fitted on {validation} patterns of the training
prior. Claims at {threshold} or above.

## Learning curve

Micro F1 of a single member (mean over members) on patterns of the training prior, after so many patterns. While it still rises at the end, more training
would help.

| patterns | micro F1 |
|---|---|
{curve}

## Phases that a powder pattern cannot tell apart

{groups}

## Measured (simulated)

The suites other than the first are drawn from `SCORING_PRIOR`: one to three phases, traces from 5 % of the strongest line, 10 to 100 degrees, 300 to
20,000 counts at the top, and axial asymmetry, K-beta and tungsten lines, grain statistics and another background, which the training lacks.

| suite | patterns | micro F1 | precision | recall | exact sets | ECE (.02 < p < .98) | claims | F1 of single members |
|---|---|---|---|---|---|---|---|---|
{suites}

By number of phases (F1 / exact sets):

| suite | 1 | 2 | 3 | 4 |
|---|---|---|---|---|
{counts}

## Measured (real scans)

{real}

## Phase by phase: {last}

F1 at {threshold}, times present, and the phase most often named in its place.

| phase | F1 | present | taken for |
|---|---|---|---|
{rows}

## Limits

- Isomorphous phases whose cells differ by less than the strain allowed cannot be told apart by position, only by intensity; the table shows which.
- Trained on Cu K-alpha; other wavelengths are converted by spacing, which was not scored.
- A phase outside the list has no output: novelty is judged by the fit; how badly the principal components of the training's patterns reconstruct a
  pattern is told beside it.
- Traces below 3 % of the strongest line were never shown.{acceptance}
"""

ACCEPTANCE_SPACE = "solid-state-precursors"
ACCEPTANCE = f"""
- The model that turns the votes into probabilities of the whole identification (`models/acceptance`) was trained with the bundle
  `{ACCEPTANCE_SPACE}`, not with this one."""

ALIKE = """By the rule of `models/references/look-alikes.ts` (cosine of the patterns 0.95 or more after the lattices may change by 0.5 %); either name of a
group counts as right where scores are by group:

"""


def row(*cells):
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def groups_of(phases):
    groups = {tuple(sorted([phase["phaseId"], *phase["groupPhaseIds"]])) for phase in phases if phase["groupPhaseIds"]}
    return ALIKE + "\n".join("- " + ", ".join(group) for group in sorted(groups)) if groups else "None, by the rule of `models/references/look-alikes.ts`."


def skipped_of(files):
    return "".join(f"\n- Left out: `{entry['file']}` ({entry['reason']})." for entry in files)


def real_of(real):
    if not real:
        return "None were scored."
    lines = [
        "The whole identifier (networks, search and fit) by `ewald evaluate` on labelled scans whose phases all belong to this space; strict match, 95 %",
        "intervals from a bootstrap over samples:",
        "",
        "| labels (SHA-256) | scans | micro F1 | 95 % | precision | recall | exact sets | by group: micro F1 | search without networks: micro F1 |",
        "|---|---|---|---|---|---|---|---|---|",
        row(
            real["labelsSha256"][:12],
            real["patterns"],
            figure(real["microF1"]),
            " to ".join(map(figure, real["microF1Ci95"] or [])),
            figure(real["precision"]),
            figure(real["recall"]),
            f"{real['exact']} of {real['patterns']}",
            figure(real["groupedMicroF1"]),
            figure(real["searchMicroF1"]),
        ),
    ]
    return "\n".join(lines)


def figure(value):
    return "" if value is None else f"{value:.3f}"


def real_figures(path):
    with open(path) as file:
        result = json.load(file)["result"]
    strict, interval = result["strict"], result["strict"]["ci95"]["microF1"]
    ends = [interval["from"], interval["to"]] if isinstance(interval, dict) else interval
    return {
        "labelsSha256": result["source"]["labelsSha256"],
        **{key: strict[key] for key in ("patterns", "tp", "fp", "fn", "microF1", "precision", "recall", "exact")},
        "microF1Ci95": ends,
        "groupedMicroF1": result["grouped"]["microF1"],
        "searchMicroF1": result["baselines"].get("search", {}).get("microF1"),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder")
    parser.add_argument("--real")
    options = parser.parse_args()
    path = os.path.join(options.folder, "manifest.json")
    with open(path) as file:
        manifest = json.load(file)
    measured = manifest["measured"]
    if options.real:
        measured["real"] = real_figures(options.real)
        with open(path, "w") as file:
            json.dump(manifest, file, indent=1)
            file.write("\n")
    suites, members = measured["suites"], manifest["members"]
    text = TEXT.format(
        title=manifest["title"],
        modelId=manifest["modelId"],
        n=len(members),
        phases=len(manifest["phases"]),
        space=manifest["space"],
        references=manifest.get("references") or f"models/references/{manifest['space']}",
        skipped=skipped_of(measured.get("skipped", [])),
        share=100 * members[0]["distinct"] / max(1, measured["poolPatterns"]),
        pool=measured["poolPatterns"],
        temperature=manifest["temperature"],
        threshold=manifest["threshold"],
        validation=suites["training prior"]["patterns"],
        last=list(suites)[-1],
        members="\n".join(
            row(*(m.get(k, "") for k in ("memberId", "seed", "width", "patterns", "distinct", "epochs", "seconds", "cpuS", "device"))) for m in members
        ),
        curve="\n".join(row(point["patterns"], point["microF1"]) for point in measured["learningCurve"]),
        groups=groups_of(manifest["phases"]),
        suites="\n".join(
            row(name, *(s[k] for k in ("patterns", "f1", "precision", "recall", "exact", "ece", "eceClaims")), ", ".join(map(str, s["memberF1"])))
            for name, s in suites.items()
        ),
        counts="\n".join(
            row(name, *(f"{n['f1']} / {n['exact']}" if n else "" for n in (s["byPhaseCount"].get(str(i)) for i in range(1, 5))))
            for name, s in suites.items()
        ),
        real=real_of(measured.get("real")),
        acceptance="" if manifest["space"] == ACCEPTANCE_SPACE else ACCEPTANCE,
        rows="\n".join(
            row(phase, r["f1"], r["present"], r.get("takenFor", ""))
            for phase, r in sorted(measured["perPhase"].items(), key=lambda item: item[1]["f1"])
        ),
    )
    with open(os.path.join(options.folder, "MODEL_CARD.md"), "w") as file:
        file.write(text)


if __name__ == "__main__":
    main()
