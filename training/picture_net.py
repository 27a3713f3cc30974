"""The network of `video-learned-1` as it is trained, and its weights as plain arrays for numpy.

It is a small residual one of dense convolutions alone, which processors multiply fast at reduced
precision. Luma, 128 x 128, is cut into squares of four pixels; four stages of 32, 64, 128 and 256
channels halve the sides; what is seen anywhere is pooled (generalised mean of power 3) and made 128
numbers of length 1. Sources: He et al., "Deep Residual Learning for Image Recognition", CVPR 2016;
Radenović et al., "Fine-tuning CNN Image Retrieval with No Human Annotation", 2018 (the pooling).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

WIDTHS = (32, 64, 128, 256)
BLOCKS = (1, 2, 2, 1)
PATCH = 4
LENGTH = 128
POWER, LEAST = 3.0, 1e-3


class Block(nn.Module):
    """Two convolutions beside a path on which nothing is done."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = _convolution(width, width, 3, 1)
        self.second = _convolution(width, width, 3, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Shape (b, width, h, w) to the same."""
        return functional.relu(x + self.second(functional.relu(self.first(x))))


class Net(nn.Module):
    """From luma as floats, shape (b, 1, 128, 128), 0 to 255, to unit vectors, shape (b, 128)."""

    def __init__(self) -> None:
        super().__init__()
        stages: list[nn.Module] = []
        for i, (width, blocks) in enumerate(zip(WIDTHS, BLOCKS, strict=True)):
            inward, step = (WIDTHS[i - 1], 2) if i else (1, PATCH)
            stages += [_convolution(inward, width, step, step), nn.ReLU()]
            stages += [Block(width) for _ in range(blocks)]
        self.trunk = nn.Sequential(*stages)
        # What is pooled is positive: without its mean taken off, all vectors would begin alike.
        self.middle = nn.BatchNorm1d(WIDTHS[-1], affine=False)
        self.head = nn.Linear(WIDTHS[-1], LENGTH)

    def forward(self, luma: Tensor) -> Tensor:
        """Descriptors of views, of length 1."""
        seen = self.trunk(luma / 64 - 2).float()
        pooled = seen.clamp(min=LEAST).pow(POWER).mean((2, 3)).pow(1 / POWER)
        return functional.normalize(self.head(self.middle(pooled)).float(), dim=1)


def seeded(seed: int) -> Net:
    """An untrained network. One thread, so that sums are made in one order."""
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    return cast(Net, Net().to(memory_format=torch.channels_last))


def describe(net: Net, views: NDArray[np.uint8]) -> Tensor:
    """Unit vectors, shape (b, 128), of views, shape (b, 128, 128), in reduced precision."""
    luma = torch.from_numpy(np.ascontiguousarray(views)).float()[:, None]
    with torch.autocast("cpu", torch.bfloat16):
        return cast(Tensor, net(luma.to(memory_format=torch.channels_last)))


def weights(net: Net) -> dict[str, NDArray[np.float16]]:
    """The network as the shipped inference reads it: its convolutions in order, as matrices.

    `c00.w` has shape (k · k · in, out), rows by row of the kernel, its column and the channel;
    `c00.b` shape (out,). What the normalisation does is folded in. `head.w` has shape (256, 128).
    """
    arrays: dict[str, Tensor] = {}
    for i, (kernel, bias) in enumerate(_folded(net)):
        matrix = kernel.permute(2, 3, 1, 0).reshape(-1, len(kernel))
        arrays |= {f"c{i:02}.w": matrix, f"c{i:02}.b": bias}
    spread = torch.sqrt(net.middle.running_var + net.middle.eps)
    head = (net.head.weight / spread).T
    arrays |= {"head.w": head, "head.b": net.head.bias - net.middle.running_mean @ head}
    return {name: array.detach().numpy().astype(np.float16) for name, array in arrays.items()}


def _folded(net: Net) -> Iterator[tuple[Tensor, Tensor]]:
    """(kernel, bias) of each convolution, in the order in which they are met."""
    modules = [m for m in net.trunk.modules() if isinstance(m, nn.Conv2d | nn.BatchNorm2d)]
    for conv, norm in zip(modules[::2], modules[1::2], strict=True):
        if not isinstance(norm, nn.BatchNorm2d) or norm.running_var is None:
            raise TypeError("a convolution is not followed by a normalisation")
        scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
        mean = cast(Tensor, norm.running_mean)
        yield cast(Tensor, conv.weight) * scale[:, None, None, None], norm.bias - mean * scale


def _convolution(inward: int, outward: int, side: int, step: int) -> nn.Sequential:
    around = side // 2 if step == 1 else 0
    conv = nn.Conv2d(inward, outward, side, step, around, bias=False)
    return nn.Sequential(conv, nn.BatchNorm2d(outward))
