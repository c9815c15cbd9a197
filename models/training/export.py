"""Fuses trained members into one ONNX bundle with manifest, self-test and figures. See docs/training.md.

python3 export.py --members work/member-*.pt --validation work/validation.bin --suite strain3=work/scoring3.bin --about about.json --out ../my-bundle

about.json: modelId, title, space; where the bundle carries its structures, references (the folder's name); groups (lists of phase ids that cannot be told
apart); skipped (file, reason); dataSha256.
"""

import argparse
import hashlib
import json
import os
import time

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch.nn.utils.fusion import fuse_conv_bn_eval

from network import STRIDE, Ensemble, Member
from patterns_file import PatternsFile
from reconstruction import write_reconstruction
from scores import ensemble_probability, fit_temperature, summary

OPSET = 13
SELF_TEST_PATTERNS = 8


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--members", nargs="+", required=True)
    parser.add_argument("--validation", required=True, help="for the temperature and the figures under the training prior")
    parser.add_argument("--suite", action="append", default=[], help="name=file of a further set to report")
    parser.add_argument("--pool", nargs="*", default=[], help="the training files, for their hash and number")
    parser.add_argument("--about", required=True, help="JSON file of what the bundle is called and made from")
    parser.add_argument("--out", required=True)
    return parser.parse_args()


def load_members(paths):
    states = [torch.load(path, map_location="cpu") for path in paths]
    members = []
    for state in states:
        member = Member(state["points"], len(state["phases"]), state["about"]["width"])
        member.load_state_dict(state["model"])
        members.append(member.eval())
    return members, states[0]["phases"], states[0]["points"], [state["about"] for state in states]


@torch.no_grad()
def predict(ensemble, file):
    rows = [ensemble(torch.from_numpy(file.inputs(slice(i, i + 32))))[0].numpy() for i in range(0, len(file), 32)]
    return np.concatenate(rows)


def halve_weights(model):
    """Stores large weights as 16-bit floats, cast back on loading; the graph computes in 32 bits."""
    casts = []
    for tensor in list(model.graph.initializer):
        values = numpy_helper.to_array(tensor)
        if tensor.data_type != TensorProto.FLOAT or values.size < 256:
            continue
        half = numpy_helper.from_array(values.astype(np.float16), tensor.name + "_half")
        model.graph.initializer.remove(tensor)
        model.graph.initializer.append(half)
        casts.append(helper.make_node("Cast", [half.name], [tensor.name], to=TensorProto.FLOAT))
    for node in reversed(casts):
        model.graph.node.insert(0, node)


def fold_and_round(members):
    """Folds the batch norms into the convolutions, then rounds as the stored graph will be: figures are of what is shipped."""
    for member in members:
        for i in range(0, len(member.stem), 3):
            member.stem[i] = fuse_conv_bn_eval(member.stem[i], member.stem[i + 1])
            member.stem[i + 1] = torch.nn.Identity()
        for block in member.blocks:
            block.first, block.norm1 = fuse_conv_bn_eval(block.first, block.norm1), torch.nn.Identity()
            block.second, block.norm2 = fuse_conv_bn_eval(block.second, block.norm2), torch.nn.Identity()
        for value in member.parameters():
            if value.numel() >= 256:
                value.data = value.data.half().float()


def write_graph(ensemble, points, path):
    axes = {"x": {0: "batch"}, "logits": {0: "batch"}, "maps": {0: "batch"}}
    example = torch.zeros(2, 3, points)
    example[:, 2] = 1
    extra = {"dynamo": False} if int(torch.__version__.split(".")[0]) >= 2 else {}
    torch.onnx.export(
        ensemble, example, path, input_names=["x"], output_names=["logits", "maps"], dynamic_axes=axes, opset_version=OPSET, **extra
    )
    model = onnx.load(path)
    halve_weights(model)
    onnx.checker.check_model(model)
    onnx.save(model, path)


def sha256(*paths):
    digest = hashlib.sha256()
    for path in paths:
        with open(path, "rb") as file:
            for block in iter(lambda: file.read(1 << 20), b""):
                digest.update(block)
    return digest.hexdigest()


def write_self_test(ensemble, validation, logits, path):
    """Half of the stored patterns are those on which the members differ most, among the ambiguous ones."""
    p = 1 / (1 + np.exp(-logits))
    spread = p.std(1).max(1)
    doubtful = np.argsort(-spread)[: SELF_TEST_PATTERNS // 2]
    plain = [i for i in range(len(validation)) if i not in doubtful][: SELF_TEST_PATTERNS - len(doubtful)]
    rows = np.array([*plain, *doubtful])
    stored = validation.records["input"][rows]
    with torch.no_grad():
        expected = ensemble(torch.from_numpy(validation.inputs(rows)))[0].numpy()
    with open(path, "wb") as file:
        file.write(stored.astype("<i2").tobytes())
        file.write(expected.astype("<f4").tobytes())
    return {"patterns": len(rows), "scale": validation.scale, "ambiguous": list(range(len(plain), len(rows)))}, rows


def per_phase(p, truth, phases):
    claim = p >= 0.5
    rows = {}
    for i, phase in enumerate(phases):
        tp = int((claim[:, i] & truth[:, i]).sum())
        total = int(truth[:, i].sum() + claim[:, i].sum())
        rows[phase] = {"f1": round(2 * tp / max(1, total), 3), "present": int(truth[:, i].sum())}
        confused = claim & ~truth & truth[:, [i]] & ~claim[:, [i]]
        other = int(confused.sum(0).argmax())
        if confused[:, other].sum() > 1:
            rows[phase]["takenFor"] = phases[other]
    return rows


def figures(file, logits, temperature):
    truth = file.heights > 0
    p = ensemble_probability(logits, temperature)
    singles = [summary(1 / (1 + np.exp(-logits[:, m] / temperature)), truth)["f1"] for m in range(logits.shape[1])]
    by_count = {}
    for n in range(1, int(truth.sum(1).max()) + 1):
        rows = truth.sum(1) == n
        by_count[str(n)] = {key: summary(p[rows], truth[rows])[key] for key in ("patterns", "f1", "exact")}
    return {**summary(p, truth), "memberF1": singles, "byPhaseCount": by_count}, per_phase(p, truth, file.phases)


def learning_curve(abouts):
    """Mean over the members of the validation F1 after so many patterns; only marks that all members have."""
    rows = zip(*(about.get("curve", []) for about in abouts))
    return [{"patterns": row[0]["patterns"], "microF1": round(float(np.mean([r["microF1"] for r in row])), 4)} for row in rows]


def main():
    options = arguments()
    with open(options.about) as file:
        about_bundle = json.load(file)
    groups = about_bundle.get("groups", [])
    os.makedirs(options.out, exist_ok=True)
    members, phases, points, abouts = load_members(options.members)
    fold_and_round(members)
    ensemble = Ensemble(members).eval()
    graph = os.path.join(options.out, "ensemble.onnx")
    write_graph(ensemble, points, graph)
    validation = PatternsFile(options.validation)
    logits = predict(ensemble, validation)
    temperature = fit_temperature(logits, validation.heights > 0)
    measured, phase_rows = figures(validation, logits, temperature)
    suites = {"training prior": measured}
    for name, path in (text.split("=") for text in options.suite):
        file = PatternsFile(path)
        suites[name], phase_rows = figures(file, predict(ensemble, file), temperature)
    test_file = os.path.join(options.out, "self-test.bin")
    self_test, tested = write_self_test(ensemble, validation, logits, test_file)
    reconstruction_file = os.path.join(options.out, "reconstruction.bin")
    pool = [PatternsFile(path) for path in options.pool]
    reconstruction = write_reconstruction(pool or [validation], validation, points // STRIDE, tested, reconstruction_file)
    manifest = {
        "schema": "ewald.model/1",
        **{key: about_bundle[key] for key in ("modelId", "title", "space", "references") if about_bundle.get(key)},
        "phases": [
            {"phaseId": phase, "groupPhaseIds": [other for group in groups if phase in group for other in group if other != phase]}
            for phase in phases
        ],
        "grid": validation.header["grid"],
        "cells": points // STRIDE,
        "members": [{key: about[key] for key in ("seed", "patterns", "distinct", "epochs", "width", "seconds", "cpuS", "device")} for about in abouts],
        "onnx": {"file": "ensemble.onnx", "sha256": sha256(graph), "opset": OPSET, "input": "x", "logits": "logits", "maps": "maps"},
        "temperature": round(temperature, 4),
        "threshold": 0.5,
        "dataSha256": about_bundle.get("dataSha256") or (sha256(*options.pool) if options.pool else None),
        "selfTest": {"file": "self-test.bin", "sha256": sha256(test_file), **self_test},
        "reconstruction": {"file": "reconstruction.bin", "sha256": sha256(reconstruction_file), **reconstruction},
        "measured": {
            "simulated": True,
            "poolPatterns": sum(map(len, pool)),
            "learningCurve": learning_curve(abouts),
            "suites": suites,
            "perPhase": phase_rows,
            "skipped": about_bundle.get("skipped", []),
        },
    }
    for i, member in enumerate(manifest["members"]):
        member["memberId"] = f"member-{i}"
    with open(os.path.join(options.out, "manifest.json"), "w") as file:
        json.dump(manifest, file, indent=1)
        file.write("\n")
    print(json.dumps({"event": "done", "temperature": temperature, "bytes": os.path.getsize(graph), "cpuS": round(time.process_time(), 1)}))


if __name__ == "__main__":
    main()
