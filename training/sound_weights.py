"""The network of `audio-learned-1` as it is shipped: weights in whole steps, and what follows each
product."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import nn

from fingerprint.audio.relief import BANDS
from training.sound_net import FINENESS, Out
from training.sound_train import Training

STEPS_A_NAT = 128

F64 = NDArray[np.float64]


def weights(training: Training) -> dict[str, NDArray[Any]]:
    """Arrays `weights0` (int8), `factor0` and `shift0` (float32) of the first layer, and so on."""
    found: dict[str, NDArray[Any]] = {}
    net, scale = training.net, training.scale.detach().exp().double().numpy()
    layers = (net.halves, net.near, net.slots, net.around, net.out)
    for number, layer in enumerate(layers):
        steps, size = (part.detach().double().numpy() for part in layer.steps())
        factor, shift = _affine(layer.norm)
        fineness = _told_by(net.out, scale) if layer is net.out else FINENESS
        found[f"weights{number}"] = np.rint(steps).astype(np.int8)
        found[f"factor{number}"] = (size[:, 0] * factor * fineness).astype(np.float32)
        found[f"shift{number}"] = (shift * fineness).astype(np.float32)
    return found


def _told_by(out: Out, scale: F64) -> F64:
    """What a deviation of each bit says, in steps of 1 / STEPS_A_NAT, shape (BANDS + bits,)."""
    gain = out.gain.detach().double().numpy()
    counts = np.array([BANDS, len(gain) - BANDS])
    return np.asarray(gain * np.repeat(STEPS_A_NAT * scale / np.sqrt(counts), counts))


def _affine(norm: nn.BatchNorm1d) -> tuple[F64, F64]:
    """What a norm multiplies with and adds once it learns no more."""
    mean, var = norm.running_mean.double().numpy(), norm.running_var.double().numpy()
    gain = np.ones_like(var) if norm.weight is None else norm.weight.detach().double().numpy()
    bias = np.zeros_like(var) if norm.bias is None else norm.bias.detach().double().numpy()
    factor = gain / np.sqrt(var + norm.eps)
    return factor, bias - mean * factor
