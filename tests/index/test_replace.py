"""References whose fingerprints change: the index is as if the last ones had been added first."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from fingerprint.scheme import Fingerprint
from index.manifest import Manifest
from index.store import Index
from tests.index.builders import SCHEMES, SMALL, VIDEO, Model, check, fingerprint, hits, naive


@pytest.mark.parametrize("seed", range(6))
def test_any_sequence_of_changes_equals_the_model(tmp_path: Path, seed: int) -> None:
    rng = np.random.default_rng(seed)
    index, model = Index(tmp_path), Model()
    for step in range(10):
        numbers = set(rng.integers(0, 8, rng.integers(1, 4)).tolist())
        scheme = str(rng.choice(SCHEMES))
        new = {n: fingerprint(scheme, int(rng.integers(1000))) for n in numbers}
        match rng.choice(["add", "replace", "replace", "remove", "reopen"]):
            case "add":
                index.add(scheme, new)
                model.add(scheme, new)
            case "replace":
                index.replace(scheme, new, dict.fromkeys(new, str(step)))
                held = {n: f for n, f in new.items() if n in model.held.get(scheme, {})}
                model.forget(scheme, set(held))
                model.add(scheme, held)
            case "remove":
                index.remove(numbers)
                model.remove(numbers)
            case "reopen":
                index = Index(tmp_path)
        check(index, model)
    check(Index(tmp_path), model)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_replacing_and_replacing_back_leaves_no_trace(tmp_path: Path, scheme: str) -> None:
    works = {n: fingerprint(scheme, n, 30) for n in range(1, 6)}
    index = Index(tmp_path)
    index.add(scheme, works)
    before = facts(index, scheme)
    part = {3: works[3].take(works[3].times < works[3].times[9])}
    index.replace(scheme, part, {3: "less"})
    assert index.revisions(scheme) == {1: "", 2: "", 3: "less", 4: "", 5: ""}
    assert facts(index, scheme) != before
    index.replace(scheme, {3: works[3]}, {3: ""})
    assert facts(index, scheme) == before
    assert facts(Index(tmp_path), scheme) == before


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_reference_of_which_nothing_is_left_is_still_held(tmp_path: Path, scheme: str) -> None:
    one = fingerprint(scheme, 1, 30)
    index = Index(tmp_path)
    index.add(scheme, {1: one})
    index.replace(scheme, {1: one.take(np.zeros(len(one), bool))}, {1: "nothing"})
    assert index.numbers(scheme) == {1}
    assert hits(index, one) == []
    assert index.extent_s(scheme) == 0
    index.replace(scheme, {1: one}, {})
    assert hits(index, one) == naive(one, {1: one})


def test_a_kill_before_the_manifest_leaves_the_old_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index, works = Index(tmp_path), {n: fingerprint(SMALL, n, 9) for n in (1, 2)}
    index.add(SMALL, works)

    def killed(self: Manifest, folder: Path) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(Manifest, "save", killed)
        with pytest.raises(KeyboardInterrupt):
            index.replace(SMALL, {1: fingerprint(SMALL, 77, 9)}, {1: "new"})
    again = Index(tmp_path)
    assert again.revisions(SMALL) == {1: "", 2: ""}
    check(again, Model({SMALL: works}))


@pytest.mark.parametrize("scheme", SCHEMES)
def test_a_search_that_leaves_some_out_is_one_without_them(tmp_path: Path, scheme: str) -> None:
    works = {n: fingerprint(scheme, n, 20) for n in range(1, 5)}
    index = Index(tmp_path)
    index.add(scheme, works)
    view = index.leaving_out([2, 3])
    others = {n: works[n] for n in (1, 4)}
    for number in works:
        assert hits(view, works[number]) == naive(works[number], others)
        assert hits(index, works[number]) == naive(works[number], works)
    assert view.numbers(scheme) == {1, 4}
    assert view.extent_s(scheme) < index.extent_s(scheme)


def facts(index: Index, scheme: str) -> list[object]:
    """All that an answer may depend on."""
    suspects: list[Fingerprint] = [fingerprint(scheme, n, 30) for n in range(1, 6)]
    found = [hits(index, suspect) for suspect in suspects]
    if scheme in (VIDEO, SMALL):  # in their order too, by which ties are broken
        found += [index.search(suspect).references.tolist() for suspect in suspects]
    counts = index.counts(scheme).tolist()
    return [index.identity, index.extent_s(scheme), index.rows(scheme), counts, found]
