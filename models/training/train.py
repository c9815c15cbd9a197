"""Trains one member of an ensemble on patterns drawn by draw-patterns.ts; `ewald train` starts it. See docs/training.md.

python3 train.py --pool work/pool-*.bin --validation work/validation.bin --member 0 --patterns 60000 --out work/member-0.pt

Prints one JSON document per line on stdout: {"event": "progress"} with step, steps, loss and the seconds spent, and at the end {"event": "done"} with the
figures. SIGINT and SIGTERM save the state and end with code 130; the same command goes on from there.
"""

import argparse
import json
import math
import os
import signal
import sys
import time

import numpy as np
import torch
from torch.nn import functional as F

from network import Member
from patterns_file import PatternsFile
from scores import sigmoid, summary

CURVE_POINTS = 8
CURVE_PATTERNS = 1000
SAVE_EVERY_S = 60


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pool", nargs="+", required=True, help="pattern files, shared by all members")
    parser.add_argument("--validation", required=True)
    parser.add_argument("--member", type=int, required=True, help="number of the member; also selects its share of the pool")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--patterns", type=int, required=True, help="how many patterns to learn from, repeats counted")
    parser.add_argument("--share", type=float, default=0.8, help="part of the pool that one member sees")
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--width", type=int, default=64)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto")
    parser.add_argument("--probe", type=int, default=0, help="only measure the speed over so many steps, and save nothing")
    parser.add_argument("--out", required=True)
    return parser.parse_args()


def say(event, **figures):
    print(json.dumps({"event": event, **figures}), flush=True)


def row_order(sizes, generator, share, wanted):
    """(file, row) pairs: the member's own share of the pool, newly shuffled in every pass."""
    pairs = np.concatenate([np.stack([np.full(n, i), np.arange(n)], 1) for i, n in enumerate(sizes)])
    own = pairs[np.sort(generator.permutation(len(pairs))[: max(1, int(len(pairs) * share))])]
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
def score(model, file, device, limit=None):
    model.eval()
    count = min(len(file), limit or len(file))
    rows = [model(torch.from_numpy(file.inputs(slice(i, min(i + 64, count)))).to(device))[0].cpu().numpy() for i in range(0, count, 64)]
    model.train()
    return summary(sigmoid(np.concatenate(rows)), file.heights[:count] > 0)


def save(path, state):
    torch.save(state, path + ".part")
    os.replace(path + ".part", path)


class Trainer:
    """Model, optimizer and how far they have come; everything that a later start must know is in `state`."""

    def __init__(self, options):
        self.options = options
        self.device = "cuda" if options.device != "cpu" and torch.cuda.is_available() else "cpu"
        if options.device == "cuda" and self.device == "cpu":
            raise SystemExit("there is no CUDA device")
        torch.set_num_threads(options.threads)
        self.seed = options.seed + 1000 * options.member
        torch.manual_seed(self.seed)
        self.files = [PatternsFile(path) for path in options.pool]
        self.validation = PatternsFile(options.validation)
        generator = np.random.default_rng(self.seed)
        self.order, self.own = row_order([len(f) for f in self.files], generator, options.share, options.patterns)
        self.steps = max(1, len(self.order) // options.batch)
        self.model = Member(self.files[0].points, len(self.files[0].phases), options.width).to(self.device)
        decay = [p for n, p in self.model.named_parameters() if p.ndim > 1 and n != "position"]
        plain = [p for n, p in self.model.named_parameters() if not (p.ndim > 1 and n != "position")]
        groups = [{"params": decay, "weight_decay": 0.02}, {"params": plain, "weight_decay": 0.0}]
        self.optimizer = torch.optim.AdamW(groups, lr=options.rate)
        self.step, self.loss, self.seconds, self.cpu_s, self.curve = 0, math.nan, 0.0, 0.0, []
        self.partial = options.out + ".resume"
        self.resumed_from = 0
        if os.path.exists(self.partial) and not options.probe:
            state = torch.load(self.partial, map_location=self.device)
            self.model.load_state_dict(state["model"])
            self.optimizer.load_state_dict(state["optimizer"])
            self.step, self.loss, self.seconds, self.cpu_s, self.curve = (state[k] for k in ("step", "loss", "seconds", "cpuS", "curve"))
            self.resumed_from = self.step * options.batch
        self.started, self.started_cpu = time.monotonic(), time.process_time()

    def spent(self):
        return {"seconds": self.seconds + time.monotonic() - self.started, "cpuS": self.cpu_s + time.process_time() - self.started_cpu}

    def save(self):
        state = {"model": self.model.state_dict(), "optimizer": self.optimizer.state_dict(), "step": self.step, "loss": self.loss}
        save(self.partial, {**state, **self.spent(), "curve": self.curve})

    def learn(self):
        """One step of AdamW on one batch; the rate rises over 100 steps and falls as a cosine."""
        options = self.options
        rate = options.rate * min(1.0, (self.step + 1) / 100) * 0.5 * (1 + math.cos(math.pi * self.step / self.steps))
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        x, truth = gather(self.files, self.order[self.step * options.batch : (self.step + 1) * options.batch])
        logits, _ = self.model(x.to(self.device))
        loss = F.binary_cross_entropy_with_logits(logits, truth.to(self.device))
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        self.step += 1
        self.loss = loss.item() if math.isnan(self.loss) else 0.98 * self.loss + 0.02 * loss.item()

    def note_curve(self):
        found = score(self.model, self.validation, self.device, CURVE_PATTERNS)
        self.curve.append({"patterns": self.step * self.options.batch, "microF1": found["f1"]})

    def finish(self):
        options = self.options
        found = score(self.model, self.validation, self.device)
        seen = self.step * options.batch
        about = {"member": options.member, "seed": self.seed, "patterns": seen, "distinct": min(self.own, seen), "width": options.width}
        about |= {"epochs": round(seen / self.own, 3), "device": self.device, "threads": options.threads, "validation": found, "curve": self.curve}
        about |= {key: round(value, 1) for key, value in self.spent().items()}
        save(options.out, {"model": self.model.state_dict(), "about": about, "phases": self.files[0].phases, "points": self.files[0].points})
        if os.path.exists(self.partial):
            os.remove(self.partial)
        say("done", **about)


def probe(trainer, steps):
    for _ in range(3):
        trainer.learn()
    trainer.started = time.monotonic()
    for _ in range(steps):
        trainer.learn()
    say("probe", patternsPerS=round(steps * trainer.options.batch / (time.monotonic() - trainer.started), 2), device=trainer.device)


def main():
    stopping = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.append(True))
    trainer = Trainer(arguments())
    if trainer.options.probe:
        return probe(trainer, trainer.options.probe)
    marks = {round(trainer.steps * (i + 1) / CURVE_POINTS) for i in range(CURVE_POINTS - 1)} - {0}
    saved = said = time.monotonic()
    say("start", step=trainer.step, steps=trainer.steps, resumedFrom=trainer.resumed_from, device=trainer.device)
    while trainer.step < trainer.steps:
        trainer.learn()
        if trainer.step in marks:
            trainer.note_curve()
        now = time.monotonic()
        if now - said > 2:
            said = now
            say("progress", step=trainer.step, steps=trainer.steps, loss=round(trainer.loss, 5), **trainer.spent())
        if stopping:
            trainer.save()
            sys.exit(130)
        if now - saved > SAVE_EVERY_S:
            saved = now
            trainer.save()
    trainer.note_curve()
    trainer.finish()


if __name__ == "__main__":
    main()
