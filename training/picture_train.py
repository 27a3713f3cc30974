"""Trains the network of `video-learned-1`; what was stopped goes on at the last state kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch.optim import AdamW

from training import checkpoint
from training.picture_loss import loss
from training.picture_net import Net, describe, seeded
from training.picture_store import Pictures
from training.scenes import grounds
from training.views import batch

KEPT_STEPS = 25  # between states
STATE, LOG = "state.pt", "log.jsonl"


@dataclass(frozen=True, slots=True)
class Recipe:
    """All that decides a training beside the pictures."""

    seed: int = 1
    steps: int = 500
    pictures: int = 128  # a step
    rate: float = 1.5e-3
    decay: float = 0.03  # of weights
    warm_steps: int = 40
    fall: float = 0.2  # of the steps, the last, in which the rate falls

    def rate_at(self, step: int) -> float:
        """Rising, then the same, then falling to nearly nothing.

        Up to where it falls it does not depend on `steps`, so that the end may be moved until then.
        """
        left = (self.steps - step) / (self.steps * self.fall)
        return self.rate * min((step + 1) / self.warm_steps, 1.0, left)


@dataclass(slots=True)
class Training:
    """A network between two steps."""

    recipe: Recipe
    net: Net
    optimizer: AdamW
    step: int = 0

    @classmethod
    def begun(cls, recipe: Recipe) -> Training:
        """One before its first step."""
        net = seeded(recipe.seed)
        optimizer = AdamW(net.parameters(), recipe.rate, weight_decay=recipe.decay)
        return cls(recipe, net, optimizer)

    def learn(self, pictures: Pictures) -> float:
        """One step; returns its loss. Raises ValueError for fewer pictures than a step takes."""
        if len(pictures.paths) < self.recipe.pictures:
            raise ValueError(f"a step takes {self.recipe.pictures} pictures; there are fewer")
        recipe = self.recipe
        chosen = grounds(len(pictures.paths), recipe.pictures, recipe.seed, self.step)
        views = np.concatenate(batch(pictures.luma, chosen, recipe.seed, self.step))
        found = self._descend(views)
        self.step += 1
        return found

    def _descend(self, views: NDArray[np.uint8]) -> float:
        for group in self.optimizer.param_groups:
            group["lr"] = self.recipe.rate_at(self.step)
        references, copies = describe(self.net, views).chunk(2)
        lost = loss(references, copies)
        self.optimizer.zero_grad(set_to_none=True)
        lost.backward()
        torch.nn.utils.clip_grad_norm_(self.net.parameters(), 5.0)
        self.optimizer.step()
        return float(lost.detach())

    def state(self) -> checkpoint.State:
        """All that the next step depends on."""
        return {
            "recipe": asdict(self.recipe),
            "net": self.net.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "step": self.step,
        }

    @classmethod
    def taken_up(cls, recipe: Recipe, state: checkpoint.State) -> Training:
        """One at a state. Raises ValueError when it is of another recipe, of whatever length."""
        if {**state["recipe"], "steps": recipe.steps} != asdict(recipe):
            raise ValueError(f"the state was trained otherwise, by {state['recipe']}")
        training = cls.begun(recipe)
        training.net.load_state_dict(state["net"])
        training.optimizer.load_state_dict(state["optimizer"])
        training.step = state["step"]
        return training


def train(
    recipe: Recipe, pictures: Pictures, folder: Path, tell: Callable[[str], object] = print
) -> Net:
    """Train to the end, or on from where it was stopped; states and log lie in the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    state = checkpoint.load(folder / STATE)
    training = Training.begun(recipe) if state is None else Training.taken_up(recipe, state)
    checkpoint.forget_after(folder / LOG, training.step)
    for losses in _stretches(training, pictures):
        mean = sum(losses) / len(losses)
        checkpoint.note(folder / LOG, training.step, {"loss": round(mean, 4)})
        checkpoint.save(folder / STATE, training.state())
        tell(f"step {training.step} of {recipe.steps}: loss {mean:.3f}")
    training.net.eval()
    return training.net


def _stretches(training: Training, pictures: Pictures) -> Iterator[list[float]]:
    """The losses of as many steps as lie between two states."""
    while training.step < training.recipe.steps:
        left = training.recipe.steps - training.step
        yield [training.learn(pictures) for _ in range(min(KEPT_STEPS, left))]
