"""The training of `audio-learned-1`: what is taught how fast, and how far it has come.

Each step draws from a generator of its own number, so that a training that is taken up again goes
on as if it had not been stopped.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim import AdamW

from training import checkpoint
from training.sound_net import Net, loss
from training.sound_pairs import BESIDE, Material

STATE, LOG = "state.pt", "log.jsonl"
CHECKS = 12  # batches of what is held back
FIGURES = ("loss", "right_by_outline", "right")


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a network is taught. The same recipe and material give the same network, but for what
    machines round differently."""

    steps: int = 10_000
    rate: float = 2e-3  # of learning, at its fastest
    warm_steps: int = 100
    decay: float = 0.01
    scale: float = 1.0  # at first, of what vectors say
    seconds: float = 90.0  # of a batch
    kept_steps: int = 250  # between two states
    seed: int = 20261123

    def rate_at(self, step: int) -> float:
        """Rising at first, then falling as a cosine does."""
        warm = min(1.0, (step + 1) / self.warm_steps)
        return self.rate * warm * (0.5 + 0.5 * math.cos(math.pi * step / self.steps)) + 1e-6


class Training:
    """A network between two steps."""

    def __init__(self, recipe: Recipe) -> None:
        torch.set_num_threads(1)
        torch.manual_seed(recipe.seed)
        self.recipe, self.net, self.step = recipe, Net(), 0
        self.scale = nn.Parameter(torch.full((2,), math.log(recipe.scale)))
        weights = [p for p in self.net.parameters() if p.ndim > 1]
        others = [p for p in self.net.parameters() if p.ndim == 1]
        decayed = {"params": weights, "weight_decay": recipe.decay}
        free = {"params": [*others, self.scale], "weight_decay": 0.0}
        self.optimizer = AdamW([decayed, free], recipe.rate)

    def learn(self, material: Material) -> list[float]:
        """One step; its loss, and the shares of moments that were right."""
        for group in self.optimizer.param_groups:
            group["lr"] = self.recipe.rate_at(self.step)
        self.net.train()
        lost, right = self._judged(material, [self.recipe.seed, self.step])
        self.optimizer.zero_grad()
        lost.backward()
        self.optimizer.step()
        self.step += 1
        return [lost.item(), *right.tolist()]

    def checked(self, held: Material) -> list[float]:
        """Loss and shares of what is held back, of the same excerpts each time."""
        self.net.eval()
        told = []
        with torch.no_grad():
            for number in range(CHECKS):
                lost, right = self._judged(held, [self.recipe.seed, 1, number])
                told.append([lost.item(), *right.tolist()])
        return [float(mean) for mean in np.mean(told, axis=0)]

    def _judged(self, material: Material, seed: list[int]) -> tuple[Tensor, Tensor]:
        batch = material.batch(np.random.default_rng(seed), self.recipe.seconds)
        slots = torch.from_numpy(batch.suspects), torch.from_numpy(batch.references)
        suspects, references = self.net(*slots)
        outlines = torch.from_numpy(batch.outlines)
        return loss(suspects, references, outlines, BESIDE, self.scale.exp())

    def state(self) -> checkpoint.State:
        """All that the next step depends on."""
        return {
            "recipe": asdict(self.recipe),
            "net": self.net.state_dict(),
            "scale": self.scale.detach(),
            "optimizer": self.optimizer.state_dict(),
            "step": self.step,
        }

    @classmethod
    def taken_up(cls, recipe: Recipe, state: checkpoint.State) -> Training:
        """One at a state. Raises ValueError when it is of another recipe."""
        if state["recipe"] != asdict(recipe):
            raise ValueError(f"the state was trained otherwise, by {state['recipe']}")
        training = cls(recipe)
        training.net.load_state_dict(state["net"])
        training.scale.data = state["scale"]
        training.optimizer.load_state_dict(state["optimizer"])
        training.step = int(state["step"])
        return training


def train(
    recipe: Recipe,
    material: Material,
    held: Material,
    folder: Path,
    tell: Callable[[str], object] = print,
) -> Training:
    """Train to the end, or on from where it was stopped; states and log lie in the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    state = checkpoint.load(folder / STATE)
    training = Training(recipe) if state is None else Training.taken_up(recipe, state)
    checkpoint.forget_after(folder / LOG, training.step)
    while training.step < recipe.steps:
        count = min(recipe.kept_steps, recipe.steps - training.step)
        taught = np.mean([training.learn(material) for _ in range(count)], axis=0)
        figures = _figures(taught.tolist(), training.checked(held))
        checkpoint.note(folder / LOG, training.step, figures)
        checkpoint.save(folder / STATE, training.state())
        tell(f"step {training.step} of {recipe.steps}: {figures}")
    return training


def _figures(taught: list[float], held: list[float]) -> dict[str, float]:
    named = {name: round(value, 4) for name, value in zip(FIGURES, taught, strict=True)}
    return named | {f"held_{n}": round(v, 4) for n, v in zip(FIGURES, held, strict=True)}
