"""Trains one member of an ensemble on patterns drawn by draw-patterns.ts. See docs/training.md.

python3 train.py --pool work/pool-*.bin --validation work/validation.bin --member 0 --patterns 160000 --out work/member-0.pt
"""

import argparse
import json
import math
import os
import sys
import time

import numpy as np
import torch
from torch.nn import functional as F

from network import Member
from patterns_file import PatternsFile
from scores import sigmoid, summary


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pool", nargs="+", required=True, help="pattern files, shared by all members")
    parser.add_argument("--validation", required=True)
    parser.add_argument("--member", type=int, required=True, help="number of the member; also selects its share of the pool")
    parser.add_argument("--seed", type=int, default=20261122)
    parser.add_argument("--patterns", type=int, required=True, help="how many patterns to learn from, repeats counted")
    parser.add_argument("--share", type=float, default=0.8, help="part of the pool that one member sees")
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--width", type=int, default=64)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--continue-from", help="a finished member that learns from so many patterns more, in a second cosine cycle")
    parser.add_argument("--out", required=True)
    return parser.parse_args()


def row_order(sizes, generator, share, wanted):
    """(file, row) pairs: the member's own share of the pool, newly shuffled in every pass."""
    pairs = np.concatenate([np.stack([np.full(n, i), np.arange(n)], 1) for i, n in enumerate(sizes)])
    own = pairs[np.sort(generator.permutation(len(pairs))[: int(len(pairs) * share)])]
    passes = []
    while sum(map(len, passes)) < wanted:
        passes.append(own[generator.permutation(len(own))])
    return np.concatenate(passes)[:wanted], len(own)


def gather(files, pairs):
    inputs = np.empty((len(pairs), 3, files[0].points), np.float32)
    truth = np.empty((len(pairs), len(files[0].phases)), np.float32)
    for which in np.unique(pairs[:, 0]):
        at = np.flatnonzero(pairs[:, 0] == which)
        rows = pairs[at, 1]
        inputs[at] = files[which].inputs(rows)
        truth[at] = files[which].heights[rows] > 0
    return torch.from_numpy(inputs), torch.from_numpy(truth)


@torch.no_grad()
def predict(model, file, batch=64, limit=None):
    model.eval()
    count = min(len(file), limit or len(file))
    rows = [model(torch.from_numpy(file.inputs(slice(i, min(i + batch, count)))))[0].numpy() for i in range(0, count, batch)]
    model.train()
    return np.concatenate(rows)


def save(path, state):
    torch.save(state, path + ".part")
    os.replace(path + ".part", path)


def main():
    options = arguments()
    torch.set_num_threads(options.threads)
    seed = options.seed + 1000 * options.member
    torch.manual_seed(seed)
    generator = np.random.default_rng(seed)
    files = [PatternsFile(path) for path in sorted(options.pool)]
    validation = PatternsFile(options.validation)
    model = Member(files[0].points, len(files[0].phases), options.width)
    decay = [p for n, p in model.named_parameters() if p.ndim > 1 and n != "position"]
    plain = [p for n, p in model.named_parameters() if not (p.ndim > 1 and n != "position")]
    groups = [{"params": decay, "weight_decay": 0.02}, {"params": plain, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=options.rate)
    before, spent = 0, 0.0
    if options.continue_from:
        earlier = torch.load(options.continue_from)
        model.load_state_dict(earlier["model"])
        before, spent = earlier["about"]["patterns"], earlier["about"]["seconds"]
    order, own = row_order([len(f) for f in files], generator, options.share, before + options.patterns)
    order = order[before:]
    steps = len(order) // options.batch
    step, loss_mean, seconds = 0, math.nan, 0.0
    partial = options.out + ".resume"
    if os.path.exists(partial):
        state = torch.load(partial)
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(state["optimizer"])
        step, loss_mean, seconds = state["step"], state["loss"], state["seconds"]
    started, saved, first = time.monotonic(), time.monotonic(), step
    while step < steps:
        warm = min(1.0, (step + 1) / 100)
        rate = options.rate * warm * 0.5 * (1 + math.cos(math.pi * step / steps))
        for group in optimizer.param_groups:
            group["lr"] = rate
        x, truth = gather(files, order[step * options.batch : (step + 1) * options.batch])
        logits, _ = model(x)
        loss = F.binary_cross_entropy_with_logits(logits, truth)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        step += 1
        loss_mean = loss.item() if math.isnan(loss_mean) else 0.98 * loss_mean + 0.02 * loss.item()
        if step % 100 == 0:
            left = (time.monotonic() - started) / (step - first) * (steps - step)
            print(f"member {options.member}: {step}/{steps} loss {loss_mean:.5f}, {left / 60:.1f} min left", file=sys.stderr, flush=True)
        if step % 500 == 0:
            truth = validation.heights[:1000] > 0
            score = summary(sigmoid(predict(model, validation, limit=1000)), truth)
            print(f"member {options.member}: {step} F1 {score['f1']:.4f} exact {score['exact']:.4f}", file=sys.stderr, flush=True)
        if time.monotonic() - saved > 120:
            saved = time.monotonic()
            state = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "step": step, "loss": loss_mean}
            save(partial, {**state, "seconds": seconds + saved - started})
    score = summary(sigmoid(predict(model, validation)), validation.heights > 0)
    seconds += time.monotonic() - started
    about = {"member": options.member, "seed": seed, "patterns": before + steps * options.batch, "distinct": own, "width": options.width}
    about |= {"epochs": round((before + steps * options.batch) / own, 3), "seconds": round(spent + seconds, 1), "validation": score}
    save(options.out, {"model": model.state_dict(), "about": about, "phases": files[0].phases, "points": files[0].points})
    if os.path.exists(partial):
        os.remove(partial)
    print(json.dumps(about))


if __name__ == "__main__":
    main()
