"""What the network is taught: copies lie near their reference, everything else lies apart.

Each copy must find its reference among all views of the batch, and each reference its copy; near
ones count most, so twins and pictures that look alike are the hard negatives. Beside that, each
descriptor is pushed from its nearest (KoLeo), so that all of the sphere is used. References of
earlier steps are no negatives: with a network that still moves fast, all vectors flee from where
those were, together, and do not spread.
Source: Pizzi et al., "A Self-Supervised Descriptor for Image Copy Detection", CVPR 2022.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

TEMPERATURE = 0.05
SPREAD = 1.0  # weight of KoLeo


def loss(references: Tensor, copies: Tensor) -> Tensor:
    """Of unit vectors, shape (b, d) each, of different scenes."""
    views = torch.cat([references, copies])
    alike = (views @ views.T / TEMPERATURE).fill_diagonal_(float("-inf"))
    partners = torch.arange(len(views)).roll(len(copies))
    found = functional.cross_entropy(alike, partners)
    return found + SPREAD * (koleo(references) + koleo(copies)) / 2


def koleo(vectors: Tensor) -> Tensor:
    """Minus the mean logarithm of the distance of each unit vector to its nearest."""
    with torch.no_grad():
        alike = vectors @ vectors.T
        nearest = alike.fill_diagonal_(-1.0).argmax(dim=1)
    apart = (vectors - vectors[nearest]).pow(2).sum(dim=1)
    return -(apart + 1e-8).log().mean() / 2
