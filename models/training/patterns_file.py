"""Reads the files that draw-patterns.ts writes: a JSON header padded to a multiple of 4096 bytes, then records of heights (uint8) and inputs (int16)."""

import json
import os

import numpy as np

HEADER_BYTES = 4096


def read_header(file):
    text = b""
    while True:
        block = file.read(HEADER_BYTES)
        text += block
        if text.rstrip().endswith(b"}"):
            try:
                return json.loads(text), len(text)
            except ValueError:
                pass
        if len(block) < HEADER_BYTES:
            raise SystemExit("the header of a patterns file is damaged")


class PatternsFile:
    """`heights[i]`: relative peak height of every phase, 0..255 (0 = absent); `inputs(rows)`: float32 [rows, 3, points]."""

    def __init__(self, path: str):
        with open(path, "rb") as file:
            self.header, offset = read_header(file)
        if self.header["schema"] != "ewald.patterns/1":
            raise SystemExit(f"{path} is not a patterns file")
        self.phases, self.scale = self.header["phases"], self.header["scale"]
        self.points = self.header["points"]
        label_bytes = len(self.phases) + len(self.phases) % 2
        record = np.dtype([("heights", np.uint8, label_bytes), ("input", "<i2", (3, self.points))])
        count = (os.path.getsize(path) - offset) // record.itemsize
        self.records = np.memmap(path, record, "r", offset, count)
        self.heights = np.array(self.records["heights"][:, : len(self.phases)])

    def __len__(self):
        return len(self.records)

    def inputs(self, rows):
        return self.records["input"][rows].astype(np.float32) / self.scale
