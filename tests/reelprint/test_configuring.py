"""Settings are changed where they are to be, and nowhere else."""

from __future__ import annotations

import stat
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reelprint.configuring import placed, write
from reelprint.workspace import SETTINGS_TEXT, Workspace

TEXT = SETTINGS_TEXT.format(schemes='["a"]')
URL = "postgresql://user@host/works"
words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1)


@given(st.none() | words, st.none() | words.filter(lambda one: "/" not in one))
def test_what_is_set_is_read_and_the_rest_is_as_it_was(url: str | None, name: str | None) -> None:
    blobs = None if name is None else Path("/srv") / name
    text = placed(TEXT, url, blobs)
    said = {"catalog": url, "blobs": None if blobs is None else str(blobs)}
    expected = tomllib.loads(TEXT) | {key: one for key, one in said.items() if one is not None}
    assert tomllib.loads(text) == expected
    assert placed(text, None, None) == TEXT
    assert len(text.splitlines()) == len(TEXT.splitlines())


def test_settings_of_before_can_be_changed_too() -> None:
    text = 'max_e_value = 1e-4 # mine\r\n schemes = ["a"]\n[other]\ncatalog = "not ours"\n'
    with pytest.raises(ValueError, match="by hand"):
        placed(text, URL, None)
    text = "# a comment\nmax_e_value = 1e-4 # mine\n\n[other]\nx = 1\n"
    assert placed(text, URL, None) == f'catalog = "{URL}"\n{text}'
    assert placed(text, None, None) == text


def test_they_are_written_at_once_and_as_readable_as_they_were(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    write(path, TEXT)
    path.chmod(0o640)
    write(path, placed(TEXT, URL, None))
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    write(path, placed(TEXT, "postgresql://user:secret@host/works", None))
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("line", ['catalog = "mysql://h/d"', "catalog = 3", 'blobs = "srv/x"'])
def test_what_names_no_place_is_refused(tmp_path: Path, line: str) -> None:
    (tmp_path / "settings.toml").write_text(f"{line}\n{TEXT}", encoding="utf-8")
    with pytest.raises(ValueError, match=r"URL|begin with /"):
        Workspace.open(tmp_path)
