"""The training of `audio-learned-1`, on the sound of the works that the demo ships."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from fingerprint.audio.moments import AROUND, SAMPLES
from fingerprint.audio.network import BITS, of_arrays
from fingerprint.audio.relief import BANDS, STEPS
from training import reliefs, waves
from training.manifest import Row
from training.shipping import write
from training.sound_pairs import Material

torch = pytest.importorskip("torch", reason="PyTorch is there for training alone")

from training import checkpoint  # noqa: E402
from training.sound_train import STATE, Recipe, Training, train  # noqa: E402
from training.sound_weights import weights  # noqa: E402

pytestmark = pytest.mark.long  # to load PyTorch alone takes seconds
DEMO = Path(__file__).parents[2] / "reelprint" / "demo"
TINY = Recipe(steps=3, seconds=8.0, warm_steps=2)
MINIATURE = Recipe(steps=120, seconds=45.0, warm_steps=10, kept_steps=60)
MARGIN = 0.1  # of moments that are told from all others, by which it beats an untrained network


@pytest.fixture(scope="module")
def works(tmp_path_factory: pytest.TempPathFactory) -> tuple[Material, Material]:
    """Two works in three, and the others."""
    folder = tmp_path_factory.mktemp("works")
    for path in sorted((DEMO / "works").glob("*.ogg")):
        (folder / path.name).symlink_to(path)
    names = sorted(path.name for path in folder.iterdir())
    waves.decode([_row(name) for name in names], folder)
    found = waves.load(folder)
    reliefs.read(found.samples, folder)
    relief = reliefs.load(folder)
    sides = (
        [w for i, w in enumerate(found.list) if (i % 3 == 0) == held] for held in (False, True)
    )
    rest, held = (Material.of(waves.Waves(found.samples, side), relief) for side in sides)
    return rest, held


def _row(name: str) -> Row:
    return Row(name, "music", name, "debian:one=1", "CC0-1.0", "0" * 64, 1.0, 0, 0, "yes")


def test_numpy_computes_what_the_network_does(tmp_path: Path) -> None:
    training = Training(TINY)
    rng = np.random.default_rng(0)
    slots = rng.integers(-STEPS, STEPS + 1, (9 + 2 * AROUND, SAMPLES, BANDS)).astype(np.int8)
    training.net.train()
    with torch.no_grad():
        for _ in range(200):  # so that its norms have seen something
            training.net(torch.from_numpy(slots[None]))
        training.net.eval()
        told = training.net(torch.from_numpy(slots[None]))[0][0]
    write(tmp_path / "w.npz", weights(training))
    found = of_arrays(dict(np.load(tmp_path / "w.npz"))).vectors(slots)
    assert found.shape == told.shape == (9, BANDS + BITS)
    scale = 128 * training.scale.detach().exp().numpy() / np.sqrt([BANDS, BITS])
    wanted = told.numpy() * np.repeat(scale, [BANDS, BITS])
    assert np.abs(found - wanted.clip(-127, 127)).max() < 2  # steps; PyTorch rounds sums to 8 bits


def test_what_is_stopped_goes_on_as_if_it_had_not_been(
    works: tuple[Material, Material], tmp_path: Path
) -> None:
    whole = Training(TINY)
    losses = [whole.learn(works[0]) for _ in range(3)]
    first = Training(TINY)
    first.learn(works[0])
    checkpoint.save(tmp_path / STATE, first.state())
    state = checkpoint.load(tmp_path / STATE)
    assert state is not None
    second = Training.taken_up(TINY, state)
    assert [second.learn(works[0]) for _ in range(2)] == losses[1:]
    assert all(
        torch.equal(a, b)
        for a, b in zip(
            second.net.state_dict().values(), whole.net.state_dict().values(), strict=True
        )
    )


def test_a_state_of_another_recipe_is_refused() -> None:
    with pytest.raises(ValueError, match="trained otherwise"):
        Training.taken_up(Recipe(steps=4), Training(TINY).state())


def test_a_miniature_beats_an_untrained_network(
    works: tuple[Material, Material], tmp_path: Path
) -> None:
    rest, held = works
    untrained = Training(MINIATURE)
    for _ in range(20):  # its norms alone
        with torch.no_grad():
            untrained.net.train()
            untrained._judged(rest, [1])
    before = untrained.checked(held)
    after = train(MINIATURE, rest, held, tmp_path, lambda _: None).checked(held)
    assert after[2] > before[2] + MARGIN
    assert after[0] < before[0]
