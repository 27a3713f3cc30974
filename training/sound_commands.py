"""From the fetched sounds to the weights of `audio-learned-1`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from fingerprint.audio.spectrum import RATE
from training import manifest, reliefs, waves
from training.fetch import MANIFEST
from training.shipping import write
from training.sound_pairs import Material

WEIGHTS = Path(__file__).parents[1] / "fingerprint" / "audio" / "learned-1.npz"
FOLDER = "audio-learned-1"  # within the cache: the state and the log
Tell = Callable[[str], object]


def train_sounds(cache: Path, out: Path, steps: int | None, tell: Tell) -> None:
    """Train, or go on where it was stopped, and write the weights. Needs PyTorch, which no other
    part of Reelprint does. Raises OSError where there is nothing to train on."""
    from training.sound_train import Recipe, train
    from training.sound_weights import weights

    recipe = Recipe() if steps is None else Recipe(steps=steps)
    material, held = materials(cache, tell)
    write(out, weights(train(recipe, material, held, cache / FOLDER, tell)))


def materials(cache: Path, tell: Tell) -> tuple[Material, Material]:
    """What is trained on, and what is held back; decoded and read now if it was not before."""
    if not (cache / waves.LIST).exists():
        rows = [row for row in manifest.read(cache / MANIFEST) if row.kind in waves.KINDS]
        tell(f"decoding {len(rows)} sounds")
        waves.decode(rows, cache)
        (cache / reliefs.RELIEFS).unlink(missing_ok=True)
    heard = waves.load(cache)
    if not (cache / reliefs.RELIEFS).exists():
        tell(f"reading {len(heard.samples) / RATE / 3600:.1f} h of sound")
        reliefs.read(heard.samples, cache)
    relief = reliefs.load(cache)
    rest, held = heard.apart()
    return Material.of(rest, relief), Material.of(held, relief)
