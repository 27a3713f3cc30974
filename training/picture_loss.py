"""What the network is taught: copies lie near their reference, everything else lies apart.

Each copy must find its reference among those of the batch and of some thousand pictures before, and
each reference its copy; near ones count most, so pictures that look alike are the hard negatives.
Beside that, each descriptor is pushed from its nearest (KoLeo), so that all of the sphere is used.
Source: Pizzi et al., "A Self-Supervised Descriptor for Image Copy Detection", CVPR 2022.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

TEMPERATURE = 0.05
SPREAD = 1.0  # weight of KoLeo
QUEUE = 6144


@dataclass(frozen=True, slots=True)
class Queue:
    """References of the last steps: vectors, shape (q, d), and which pictures they are of."""

    vectors: Tensor
    pictures: Tensor  # (q,) int64

    @classmethod
    def empty(cls, length: int) -> Queue:
        """One of the first step."""
        return cls(torch.empty(0, length), torch.empty(0, dtype=torch.int64))

    def joined_by(self, references: Tensor, pictures: Tensor) -> Queue:
        """The queue with a batch more, and the oldest gone."""
        vectors = torch.cat([references.detach(), self.vectors])[:QUEUE]
        return Queue(vectors, torch.cat([pictures, self.pictures])[:QUEUE])


def loss(references: Tensor, copies: Tensor, pictures: Tensor, queue: Queue) -> Tensor:
    """Of unit vectors, shape (b, d) each, of different pictures, and those that came before."""
    right = torch.arange(len(copies))
    itself = pictures[:, None] == queue.pictures
    told = torch.zeros(())
    for asked, others in ((copies, references), (references, copies)):
        before = (asked @ queue.vectors.T).masked_fill(itself, -1.0)
        alike = torch.cat([asked @ others.T, before], dim=1) / TEMPERATURE
        told = told + functional.cross_entropy(alike, right) / 2
    return told + SPREAD * (koleo(references) + koleo(copies)) / 2


def koleo(vectors: Tensor) -> Tensor:
    """Minus the mean logarithm of the distance of each unit vector to its nearest."""
    with torch.no_grad():
        alike = vectors @ vectors.T
        nearest = alike.fill_diagonal_(-1.0).argmax(dim=1)
    apart = (vectors - vectors[nearest]).pow(2).sum(dim=1)
    return -(apart + 1e-8).log().mean() / 2
