"""From the fetched pictures to the weights of `video-learned-1`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from training import manifest
from training.fetch import MANIFEST
from training.picture_store import LISTED, Pictures, store, stored
from training.shipping import write

WEIGHTS = Path(__file__).parents[1] / "fingerprint" / "video" / "learned-1.npz"
FOLDER = "video-learned-1"  # within the cache: the state and the log
Tell = Callable[[str], object]


def train_pictures(cache: Path, out: Path, steps: int | None, tell: Tell) -> None:
    """Train, or go on where it was stopped, and write the weights. Needs PyTorch, which no other
    part of Reelprint does. Raises ValueError where there is nothing to train on."""
    from training.picture_net import weights
    from training.picture_train import Recipe, train

    recipe = Recipe() if steps is None else Recipe(steps=steps)
    net = train(recipe, _pictures(cache, tell), cache / FOLDER, tell)
    write(out, weights(net))


def _pictures(cache: Path, tell: Tell) -> Pictures:
    """The pictures as they were decoded, or decoded now."""
    if not (cache / LISTED).exists():
        rows = manifest.read(cache / MANIFEST)
        tell(f"decoding the pictures among {len(rows)} files")
        store(rows, cache)
    return stored(cache)
