"""The two sets of songs: tiny ones in their layouts, with real sound."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.public import fma, neural_audio_fp
from benchmarks.public.songs import RATE, Samples, lengths, read
from benchmarks.report import report
from media.clip import Span
from tests.benchmarks.public.build import run, song, tune
from tests.media.build import song as coded
from tests.media.build import tone

TEST = "music/test-query-db-500-30s"


@pytest.fixture
def nafp(tmp_path: Path) -> Path:
    """Two songs of 12 s, 23 segments each, and one to be mistaken."""
    for number in (1, 2):
        clean = tune(number, 12.0)
        noise = np.random.default_rng(number).normal(0, 800, len(clean))
        song(tmp_path / f"{TEST}/db/00{number}/00{number}000.wav", clean)
        degraded = (clean + noise).astype(np.int16)
        song(tmp_path / f"{TEST}/query/00{number}/00{number}000.wav", degraded)
    song(tmp_path / "music/test-dummy-db-100k-full/fma_full/009/009000.wav", tune(9, 12.0))
    # Of the second song 23 is the first segment, 27 the fifth, at 2 s; 20 runs into it after 2 s.
    np.save(tmp_path / neural_audio_fp.IDS, np.array([27, 20, 23]))
    return tmp_path


def test_segments_are_numbered_through_all_songs(nafp: Path, tmp_path: Path) -> None:
    given = neural_audio_fp.load(nafp, tmp_path / "made", None, (1, 3, 10))
    asked = {f"{s}s/{number}" for s in (1, 3, 10) for number in ("00023", "00027")}
    assert given.queries.keys() == {*asked, "1s/00020"}
    runs = {t.query_id: t for t in given.truths}
    assert (runs["1s/00020"].work or "").endswith("/001000")
    assert runs["1s/00023"].reference == Span(0, 1)
    run = runs["3s/00027"]
    assert run.work == "test-query-db-500-30s/db/002/002000"
    assert (run.query, run.reference) == (Span(0, 3), Span(2, 5))
    cut = read(given.queries["3s/00027"])
    whole = read(nafp / f"{TEST}/query/002/002000.wav")
    assert np.array_equal(cut, whole[2 * RATE : 5 * RATE])
    assert sorted(given.references) == [
        "test-dummy-db-100k-full/fma_full/009/009000",
        "test-query-db-500-30s/db/001/001000",
        "test-query-db-500-30s/db/002/002000",
    ]
    assert given.left_out == {"queries that go on into the next song": 2}


def test_the_first_songs_to_be_mistaken_are_taken(nafp: Path, tmp_path: Path) -> None:
    given = neural_audio_fp.load(nafp, tmp_path / "made", None, (1,), 0)
    assert len(given.references) == 2


def test_what_does_not_fit_together_is_said(nafp: Path, tmp_path: Path) -> None:
    made = tmp_path / "made"
    other = nafp / "other.npy"
    np.save(other, np.array([46]))
    with pytest.raises(ValueError, match="segment 46 of 46"):
        neural_audio_fp.load(nafp, made, other, (1,))
    first = nafp / f"{TEST}/query/001/001000.wav"
    song(first, tune(1, 9.0))
    with pytest.raises(ValueError, match="not of one length"):
        neural_audio_fp.load(nafp, made, None, (1,))
    first.unlink()
    with pytest.raises(ValueError, match="2 songs, but 1 degraded"):
        neural_audio_fp.load(nafp, made, None, (1,))
    song(nafp / f"{TEST}/query/003/003000.wav", tune(3, 12.0))
    with pytest.raises(ValueError, match="a file is missing"):
        neural_audio_fp.load(nafp, made, None, (1,))
    with pytest.raises(FileNotFoundError, match="no song under"):
        neural_audio_fp.load(made, made, None, (1,))
    with pytest.raises(ValueError, match="10 s, not 4"):
        lengths("1,4")


def test_real_songs_are_asked_for(nafp: Path, tmp_path: Path) -> None:
    to = tmp_path / "nafp.json"
    result = run(to, "neural-audio-fp", nafp, "--seconds", "3,10")
    (ours,) = result["systems"]
    assert set(ours["told"]) == {"3", "10"}
    for hits in ours["shipped"].values():
        assert (hits["exact"]["k"], hits["exact"]["n"], hits["wrong"]["k"]) == (2, 2, 0)
    assert result["left_out"] == {"queries that go on into the next song": 2}
    page = report([to], tmp_path / "docs").read_text()
    assert "| Reelprint, sound alone | as shipped | 10 | 2 | 1.000" in page
    assert "issue 18" in page


@pytest.fixture
def tracks(tmp_path: Path) -> Path:
    """Three tracks: one too short, one that does not decode, one to be asked for."""
    folder = tmp_path / "fma_full"
    for name, seconds in (("000/000002", 20.0), ("000/000005", 5.0)):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        coded(folder / f"{name}.mp3", tone(seconds), "libmp3lame")
    (folder / "001").mkdir()
    (folder / "001/001001.mp3").write_bytes(b"\0" * 4000)
    (folder / "001/cover.mp3").write_bytes(b"\0")
    return folder


def test_a_plain_folder_of_fma_is_read(tracks: Path, tmp_path: Path) -> None:
    given = fma.load(tracks, tmp_path / "made", songs=2, seconds=(1, 10))
    assert sorted(given.references) == ["000002", "000005", "001001"]
    assert {t.work for t in given.truths} == {"000002"}
    assert len(given.queries) == fma.PLACES * 2
    assert given.left_out == {
        "files without a number for a name": 1,
        "songs of queries, for want of tracks that are long enough": 1,
    }
    short, long = (read(given.queries[f"{s}s/000002-0"]) for s in (1, 10))
    assert (len(short), len(long)) == (RATE, 10 * RATE)
    assert np.array_equal(short, long[:RATE])
    spectrum = np.abs(np.fft.rfft(long))
    assert spectrum.argmax() / 10 == pytest.approx(440, abs=1)  # the tone, at its pitch


def test_queries_of_fma_are_degraded_the_same_way_twice(tracks: Path, tmp_path: Path) -> None:
    aug = tmp_path / "aug"
    babble = np.random.default_rng(1).integers(-9000, 9000, 5 * RATE, np.int16)
    song(aug / "bg/ts/pub.wav", babble)
    song(aug / "ir/ts/room.wav", np.array([20000, 0, 0, 8000, 4000], np.int16))
    clean, once, again = (
        read(fma.load(tracks, tmp_path / name, 1, (3,), None, noise).queries["3s/000002-1"])
        for name, noise in (("clean", None), ("once", aug), ("again", aug))
    )
    assert np.array_equal(once, again)
    assert not np.array_equal(once, clean)
    assert beside_the_tone(clean) < 0.001
    # A background that is as loud as the tone, or 10 dB softer: half of all power, or a tenth.
    assert 0.08 < beside_the_tone(once) < 0.6


def beside_the_tone(samples: Samples) -> float:
    """The share of power that does not lie around 440 Hz."""
    power = np.abs(np.fft.rfft(samples)) ** 2
    hertz = np.fft.rfftfreq(len(samples), 1 / RATE)
    return float(power[np.abs(hertz - 440) > 20].sum() / power.sum())
