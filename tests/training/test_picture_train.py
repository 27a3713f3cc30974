from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from fingerprint.video.learned_net import TOLERANCE, by_weights, read
from tests.training.pictured import drawn
from training.picture_store import Pictures
from training.shipping import write
from training.view_geometry import SIDE

torch = pytest.importorskip("torch", reason="PyTorch is there for training alone")

from training import checkpoint  # noqa: E402
from training.picture_loss import loss  # noqa: E402
from training.picture_net import Net, describe, seeded, weights  # noqa: E402
from training.picture_train import LOG, STATE, Recipe, Training, train  # noqa: E402
from training.views import batch  # noqa: E402

pytestmark = pytest.mark.long  # to load PyTorch alone takes seconds
TINY = Recipe(steps=4, pictures=8, warm_steps=2)
MINIATURE = Recipe(steps=150, pictures=48, warm_steps=20)
MARGIN = 0.1  # of copies that find theirs, by which it beats an untrained network


def _views(count: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return np.random.default_rng(0).integers(0, 256, (count, SIDE, SIDE)).astype(np.uint8)


def test_numpy_computes_what_the_network_does(tmp_path: Path) -> None:
    net = seeded(1)
    with torch.no_grad():
        describe(net, _views(20))
        net.eval()
        luma = torch.from_numpy(_views(20)).float()[:, None]
        wanted = net(luma).numpy()
    write(tmp_path / "w.npz", weights(net))
    found = by_weights(_views(20), read(tmp_path / "w.npz"))
    assert np.abs(found - wanted).max() < TOLERANCE
    assert by_weights(_views(0), read(tmp_path / "w.npz")).shape == (0, 128)


def test_the_same_weights_are_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write(tmp_path / f"{name}.npz", weights(seeded(1)))
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


def test_what_is_stopped_goes_on_as_if_it_had_not_been(tmp_path: Path) -> None:
    pictures = drawn(12)
    whole = Training.begun(TINY)
    losses = [whole.learn(pictures) for _ in range(4)]
    first = Training.begun(TINY)
    for _ in range(2):
        first.learn(pictures)
    checkpoint.save(tmp_path / STATE, first.state())
    state = checkpoint.load(tmp_path / STATE)
    assert state is not None
    second = Training.taken_up(TINY, state)
    assert [second.learn(pictures) for _ in range(2)] == losses[2:]
    assert all(torch.equal(a, b) for a, b in zip(_of(second), _of(whole), strict=True))


def _of(training: Training) -> list[object]:
    return list(training.net.state_dict().values())


def test_a_state_of_another_recipe_is_refused() -> None:
    state = Training.begun(TINY).state()
    with pytest.raises(ValueError, match="trained otherwise"):
        Training.taken_up(Recipe(steps=4, pictures=9, warm_steps=2), state)


def test_too_few_pictures_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="takes 8 pictures"):
        train(TINY, drawn(7), tmp_path)


def test_the_log_forgets_what_the_state_does_not_know(tmp_path: Path) -> None:
    for step in (1, 2, 3):
        checkpoint.note(tmp_path / LOG, step, {"loss": 1.0})
    checkpoint.forget_after(tmp_path / LOG, 2)
    lines = (tmp_path / LOG).read_text().splitlines()
    assert [json.loads(line)["step"] for line in lines] == [1, 2]


def test_what_is_told_apart_costs_less_than_what_is_not() -> None:
    apart, same = torch.eye(4), torch.ones(4, 4) / 2
    assert float(loss(apart, apart)) < float(loss(apart, apart.roll(1, 0))) - 5
    assert float(loss(apart, apart)) < float(loss(same, same)) - 1


def test_a_miniature_beats_an_untrained_network(tmp_path: Path) -> None:
    pictures, held = drawn(480), drawn(96, seed=1)
    untrained = Training.begun(MINIATURE).net
    with torch.no_grad():
        for _ in range(20):  # its norms alone
            describe(untrained, np.concatenate(batch(pictures.luma, np.arange(48), 2, 0)))
    trained = train(MINIATURE, pictures, tmp_path, lambda _: None)
    assert _found(trained, held) > _found(untrained.eval(), held) + MARGIN


def _found(net: Net, held: Pictures) -> float:
    """The share of copies whose own reference is the nearest of all."""
    views = batch(held.luma, np.arange(len(held.paths)), 3, 0)
    with torch.no_grad():
        references, copies = (describe(net, view) for view in views)
    nearest = (copies @ references.T).argmax(1)
    return float((nearest == torch.arange(len(nearest))).float().mean())
