"""The network of one ensemble member: a pattern in, per-phase logits and the per-cell maps they are sums of."""

import torch
from torch import nn
from torch.nn import functional as F

CHANNELS = 3
FOLD = 4  # so many neighbouring grid points become channels of one place; quicker than small kernels over every point
STRIDE = 16  # one cell is 16 grid points


class ContextBlock(nn.Module):
    """Two dilated convolutions with a shortcut; the mean and maximum over the measured cells are added to every cell."""

    def __init__(self, width: int, dilation: int):
        super().__init__()
        self.first = nn.Conv1d(width, width, 3, padding=dilation, dilation=dilation, bias=False)
        self.norm1 = nn.BatchNorm1d(width)
        self.second = nn.Conv1d(width, width, 3, padding=dilation, dilation=dilation, bias=False)
        self.norm2 = nn.BatchNorm1d(width)
        self.context = nn.Linear(2 * width, width)

    def forward(self, x, mask, measured):
        """`x` is never negative and 0 where `mask` is; `measured`: [batch, 1], how many cells are."""
        context = self.context(torch.cat([x.sum(2) / measured, x.amax(2)], 1)).unsqueeze(2)
        y = F.relu(self.norm1(self.first(x)))
        return F.relu(x + self.norm2(self.second(y)) + context) * mask


class Member(nn.Module):
    """[batch, 3, points] -> logits [batch, phases], maps [batch, phases, cells]; logits = bias + maps.sum(2), exactly."""

    def __init__(self, points: int, phases: int, width: int = 64):
        super().__init__()
        self.cells = points // STRIDE
        stem, before = [], CHANNELS * FOLD
        for _ in range(2):
            stem += [nn.Conv1d(before, width, 5, stride=2, padding=2, bias=False), nn.BatchNorm1d(width), nn.ReLU()]
            before = width
        self.stem = nn.Sequential(*stem)
        self.position = nn.Parameter(torch.randn(1, width, self.cells) * 0.02)
        self.blocks = nn.ModuleList(ContextBlock(width, dilation) for dilation in (1, 2, 4))
        self.head = nn.Parameter(torch.randn(self.cells, width, phases) * 0.01)
        self.bias = nn.Parameter(torch.full((phases,), -3.0))

    def forward(self, x):
        mask = F.max_pool1d((x[:, 2:3] > 0).to(x.dtype), STRIDE)
        measured = mask.sum(2).clamp(min=1.0)
        places = self.cells * STRIDE // FOLD
        folded = x.reshape(-1, CHANNELS, places, FOLD).transpose(2, 3).reshape(-1, CHANNELS * FOLD, places)
        y = F.relu(self.stem(folded) + self.position) * mask
        for block in self.blocks:
            y = block(y, mask, measured)
        maps = torch.matmul(y.permute(2, 0, 1), self.head).permute(1, 2, 0)  # masked cells are 0 in y, so 0 in the map
        return maps.sum(2) + self.bias, maps


class Ensemble(nn.Module):
    """All members over the same input: logits [batch, members, phases], maps [batch, members, phases, cells]."""

    def __init__(self, members):
        super().__init__()
        self.members = nn.ModuleList(members)

    def forward(self, x):
        outputs = [member(x) for member in self.members]
        return torch.stack([o[0] for o in outputs], 1), torch.stack([o[1] for o in outputs], 1)
