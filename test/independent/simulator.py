"""Starts a simulated instrument in a process of its own, and waits for what it does."""

import json
import pathlib
import subprocess
import time

HOUSE = pathlib.Path(__file__).resolve().parents[2]
PATIENCE_S = 120


class Simulator:
    def __init__(self, wire, *more):
        command = ["node", "--import", "tsx", "simulators/main.ts", "--as", wire, "--speed", "max", "--seed", "9"]
        self.process = subprocess.Popen(
            [*command, "--phases", "MgO_225:1", *more], cwd=HOUSE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.address = json.loads(self.process.stdout.readline())

    def __enter__(self):
        return self.address

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(20)


def until(what, ask):
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        answer = ask()
        if answer:
            return answer
        time.sleep(0.05)
    raise AssertionError(f"waited {PATIENCE_S} s in vain for {what}")
