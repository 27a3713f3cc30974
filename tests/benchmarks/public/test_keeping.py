"""What a run keeps is for the same references alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.public.keeping import kept


def test_a_folder_of_its_own_goes_with_the_run() -> None:
    with kept(None, "vcsl", "picture", ["a"]) as home:
        assert home.is_dir()
    assert not home.exists()


def test_the_same_references_in_any_order_go_on(tmp_path: Path) -> None:
    with kept(tmp_path / "kept", "vcsl", "picture", ["a", "b"]) as home:
        home.mkdir()
    with kept(tmp_path / "kept", "vcsl", "picture", ["b", "a"]) as again:
        assert again == home


@pytest.mark.parametrize(
    ("name", "sense", "references"),
    [("vcsl", "picture", ["a"]), ("vcsl", "both", ["a", "b"]), ("fma", "picture", ["a", "b"])],
)
def test_other_references_do_not(
    tmp_path: Path, name: str, sense: str, references: list[str]
) -> None:
    with kept(tmp_path / "kept", "vcsl", "picture", ["a", "b"]):
        pass
    with (
        pytest.raises(ValueError, match="keeps other references"),
        kept(tmp_path / "kept", name, sense, references),
    ):
        pass


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").touch()
    with (
        pytest.raises(ValueError, match="neither empty nor kept by a run"),
        kept(tmp_path, "vcsl", "picture", ["a"]),
    ):
        pass
