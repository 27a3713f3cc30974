"""The network of `audio-learned-1` as it is trained: five matrix products over slots of relief.

Everything is rounded in training as it is when the network is used: weights to 8 bits, what a layer
gives to 6. So all sums are whole numbers under 2**24, which float32 holds without an error, and
every machine gives the same bits (`fingerprint.audio.network`). Gradients go through the rounding
as if it were not there (Bengio et al., "Estimating or Propagating Gradients Through Stochastic
Neurons", 2013).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from fingerprint.audio.moments import AROUND, ROOTS, SAMPLES
from fingerprint.audio.network import BITS, HALF, MOST, SEEN
from fingerprint.audio.relief import BANDS, STEPS

WIDE = 512  # of hidden layers
FINENESS = 16.0  # steps to a deviation
WEIGHT_STEPS = 127
FAINT = 0.3


class Layer(nn.Module):
    """A matrix product, each of its outputs brought to one deviation, and rounded."""

    def __init__(self, seen: int, given: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(given, seen) / seen**0.5)
        self.norm = nn.BatchNorm1d(given, momentum=0.02)

    def forward(self, x: Tensor) -> Tensor:
        """Whole numbers from 0 to MOST, shape (n, given), of whole numbers, shape (n, seen)."""
        return rounded((self.norm(self.sums(x)) * FINENESS).clamp(0, MOST))

    def sums(self, x: Tensor) -> Tensor:
        """The products; whole numbers times the steps of the weights."""
        steps, size = self.steps()
        with torch.autocast("cpu", torch.bfloat16):
            product: Tensor = x @ steps.T
        return product.float() * size.T

    def steps(self) -> tuple[Tensor, Tensor]:
        """The weights in steps, shape (given, seen), and the size of a step of each row."""
        size = self.weight.detach().abs().amax(1, keepdim=True) / WEIGHT_STEPS
        return rounded(self.weight / size), size


class Out(Layer):
    """The last layer, which is not rounded: how each bit would be, and how surely."""

    def __init__(self, seen: int, given: int) -> None:
        super().__init__(seen, given)
        self.norm = nn.BatchNorm1d(given, momentum=0.02, affine=False)
        self.gain = nn.Parameter(torch.ones(given))

    def forward(self, x: Tensor) -> Tensor:
        """Deviations from the mean, each bit as much as it tells, shape (n, given)."""
        return torch.as_tensor(self.norm(self.sums(x)) * self.gain)


class Net(nn.Module):
    """Slots to one vector for each moment: how the outline of the reference would be there, and the
    bits that are learned."""

    def __init__(self) -> None:
        super().__init__()
        self.halves = Layer(HALF * BANDS, WIDE)  # a half of a slot
        # Three halves, a slot and a half on either side, five slots.
        self.near, self.slots, self.around = (Layer(size * WIDE, WIDE) for size, _ in SEEN)
        self.out = Out(WIDE + SAMPLES * BANDS, BANDS + BITS)  # and the slot itself
        with torch.no_grad():  # an outline is as it is heard, before anything is learned
            outline = self.out.weight[:BANDS]
            outline *= FAINT
            for sample in (HALF - 1, HALF):
                outline[:, WIDE + sample * BANDS :][:, :BANDS] += torch.eye(BANDS)

    def forward(self, *kinds: Tensor) -> list[Tensor]:
        """Vectors, shape (B, M, BANDS + bits), of slots, shape (B, M + 2 * AROUND, SAMPLES, BANDS):
        of suspects and of references, whose deviations are taken together."""
        heard = [rooted(slots) for slots in kinds]
        xs = [slots.reshape(len(slots), -1, HALF * BANDS) for slots in heard]
        xs = _by(self.halves, xs)
        for layer, seen in zip((self.near, self.slots, self.around), SEEN, strict=True):
            xs = _by(layer, [_unfolded(x, *seen) for x in xs])
        own = [slots[:, AROUND:-AROUND].flatten(2) for slots in heard]
        return _by(self.out, [torch.cat(pair, 2) for pair in zip(xs, own, strict=True)])


def _by(layer: Layer, xs: list[Tensor]) -> list[Tensor]:
    given = layer(torch.cat([x.flatten(0, 1) for x in xs]))
    parts = given.split([x.shape[0] * x.shape[1] for x in xs])
    return [part.reshape(*x.shape[:2], -1) for part, x in zip(parts, xs, strict=True)]


def _unfolded(x: Tensor, size: int, step: int) -> Tensor:
    """Runs of rows side by side, shape (B, (n - size) // step + 1, size * c), of (B, n, c)."""
    count = (x.shape[1] - size) // step + 1
    return torch.cat([x[:, i : i + step * (count - 1) + 1 : step] for i in range(size)], 2)


def rooted(slots: Tensor) -> Tensor:
    """Steps of a relief as the first layer sees them."""
    return torch.from_numpy(ROOTS)[slots.long() + STEPS]


def rounded(x: Tensor) -> Tensor:
    """Whole numbers, with the gradient of what they were."""
    return x + (x.round() - x).detach()


def loss(
    suspects: Tensor, references: Tensor, outlines: Tensor, beside: int, scale: Tensor
) -> tuple[Tensor, Tensor]:
    """How badly each moment of the suspects, shape (B, M, BANDS + bits), is told from all others,
    in nats, by outlines, shape (B, R, BANDS), alone, and with the signs of what references, shape
    (B, R, BANDS + bits), have learned; and the shares that are right either way, shape (2,)."""
    suspects = suspects - suspects.mean(1, keepdim=True)  # as they are weighed: what always sounds
    learned = references[:, :, BANDS:]
    signs = learned.tanh() + (learned.sign() - learned.tanh()).detach()
    by_outline = _logits(suspects[:, :, :BANDS], outlines.float()) * scale[0]
    by_both = by_outline + _logits(suspects[:, :, BANDS:], signs) * scale[1]
    alone, both = _told(by_outline, beside), _told(by_both, beside)
    return alone[0] + both[0], torch.stack([alone[1], both[1]])


def _logits(suspects: Tensor, signs: Tensor) -> Tensor:
    """How well each moment agrees with each of all references, shape (B, M, B, R)."""
    many, moments, bits = suspects.shape
    products = suspects.flatten(0, 1) @ signs.flatten(0, 1).T
    return products.reshape(many, moments, many, -1) / bits**0.5


def _told(logits: Tensor, beside: int) -> tuple[Tensor, Tensor]:
    """What it costs in nats to tell the right moment of its own reference, and that of all."""
    many, moments, _, there = logits.shape
    at = torch.arange(moments) + beside
    near = (torch.arange(there)[None] - at[:, None]).abs() == 1
    own = torch.eye(many, dtype=torch.bool)
    logits = logits.masked_fill(own[:, None, :, None] & near[None, :, None, :], -1e4)
    mine = logits.diagonal(dim1=0, dim2=2).permute(2, 0, 1).flatten(0, 1)  # (B * M, R)
    right = at.repeat(many)
    of_all = torch.arange(many).repeat_interleave(moments) * there + right
    among = nn.functional.cross_entropy(logits.flatten(2).flatten(0, 1), of_all)
    found = (mine.argmax(1) == right).float().mean()
    within = nn.functional.cross_entropy(mine, right)
    return within + among + _slid(mine.reshape(many, moments, there), beside), found


def _slid(logits: Tensor, beside: int) -> Tensor:
    """What it costs in nats to tell a whole excerpt from the reference slid in time, of what each
    moment, shape (B, M, R), says: the more moments the surer, as the root of their number."""
    many, moments, _ = logits.shape
    at = torch.arange(moments)[:, None] + torch.arange(2 * beside + 1)
    sums = logits.gather(2, at.expand(many, -1, -1)).sum(1) / moments**0.5
    sums[:, [beside - 1, beside + 1]] = -1e4
    return nn.functional.cross_entropy(sums, torch.full((many,), beside))
