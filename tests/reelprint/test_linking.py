from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from casework.record import Dossier, Finding, Sample
from reelprint.commands.linking import report
from tests.casework.build import dossier, finding, sha256_of
from tests.reelprint import branding
from tests.reelprint.streams import captured, film, sample_of, segmented, sites

NAMES = ("a.example", "b.example", "again.example", "reencoded.example", "other.example")
RIPPED: dict[str, Any] = {
    "speed": 1.04271,
    "transform": {"mirrored": True, "crop": [0.1, 0.0, 0.9, 1.0], "picture": None},
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("os.fsync", lambda _: None)
        yield tmp_path_factory.mktemp("links")


@pytest.fixture(scope="module")
def network(folder: Path) -> Dossier:
    """Five sites: the same files, the same encode in other segments, and two other encodes."""
    first = film(folder / "first.mp4", 1)
    same = segmented(first, folder / "same", 1.0)
    again = segmented(first, folder / "again", 2.0, "fmp4")
    fresh = segmented(film(folder / "fresh.mp4", 1, crf=30, gop=25), folder / "fresh", 1.0)
    other = segmented(film(folder / "other.mp4", 2), folder / "other", 1.0)
    samples: list[Sample] = []
    with sites(same, same, again, fresh, other) as running:
        for name, site in zip(NAMES, running, strict=True):
            done = captured(site, folder / "captures")
            assert done.whole
            samples.append(sample_of(done, f"of-{name}", name))
    ripped = [
        *_cut(samples[0]),
        *_cut(samples[3]),
        finding(samples[4], "film", **RIPPED | {"speed": 1.0}),
    ]
    return dossier(samples, ripped)


def _cut(of: Sample) -> list[Finding]:
    """Two stretches that follow each other in the suspect and not in the film."""
    spans = (((0.0, 20.0), (100.0, 120.85)), ((20.2, 40.0), (150.0, 170.6)))
    return [
        Finding(
            f"{of.sample_id}-{at}",
            of.sample_id,
            of.media[0],
            sha256_of(of.sample_id),
            {
                **finding(of, "film", **RIPPED).match,
                "query": dict(zip(("start_s", "end_s"), query, strict=True)),
                "reference": dict(zip(("start_s", "end_s"), reference, strict=True)),
            },
            1e-4,
            {},
            of.ended_at,
        )
        for at, (query, reference) in enumerate(spans)
    ]


def found(of: Dossier, folder: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    where = folder / "captures"
    assert report([of], lambda _, sample: where / str(sample.capture), as_json=True) == 0
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    return answer


def test_what_is_shared_is_found_and_quoted(
    network: Dossier, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = found(network, folder, capsys)
    strong = {
        (*sorted(link["sites"]), link["kind"]): link
        for link in answer["links"]
        if link["strength"] == "strong"
    }
    assert set(strong) == {
        ("a.example", "b.example", "segments"),
        ("a.example", "b.example", "encode"),
        ("a.example", "again.example", "encode"),
        ("again.example", "b.example", "encode"),
        ("a.example", "reencoded.example", "rip"),
    }
    assert answer["sources"] == [
        ["a.example", "again.example", "b.example", "reencoded.example"],
        ["other.example"],
    ]
    quotes = strong["a.example", "reencoded.example", "rip"]["evidence"]
    assert quotes[0].startswith("film: cut from 120.8 s to 150.0 s: c/of-a.example/media/")
    assert any("mirrored" in quote for quote in quotes)
    same = strong["a.example", "b.example", "segments"]
    assert same["count"] >= 4
    assert "raw/" in same["evidence"][0]
    assert network.samples[0].segments[0] in "".join(same["evidence"]) or same["count"] > 5


def test_the_same_settings_are_a_lead_and_no_proof(
    network: Dossier, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = found(network, folder, capsys)
    weak = [link for link in answer["links"] if "other.example" in link["sites"]]
    assert {(link["kind"], link["strength"]) for link in weak} <= {
        ("settings", "weak"),
        ("rip", "medium"),
    }
    assert any(link["kind"] == "settings" for link in weak)


def test_people_read_how_many_sources_there_are(
    network: Dossier, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = folder / "captures"
    assert report([network], lambda _, sample: where / str(sample.capture), as_json=False) == 0
    assert capsys.readouterr().out.startswith("5 site(s), 2 source(s) by strong links\n")


def test_media_that_cannot_be_read_are_told(
    network: Dossier, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = Dossier(network.case, network.samples[:1], (), ())
    capture_of = folder / "captures" / str(network.samples[0].capture)
    copy = folder / "copy"
    (copy / "media").mkdir(parents=True)
    for name in ("log.jsonl", "manifest.json"):
        (copy / name).write_bytes((capture_of / name).read_bytes())
    (copy / network.samples[0].media[0]).write_text("nothing")
    assert report([broken], lambda *_: copy, as_json=True) == 1
    answer = json.loads(capsys.readouterr().out)
    assert answer["unread"] == [f"c/of-a.example/{network.samples[0].media[0]}"]


def test_a_logo_over_different_films_is_a_lead(
    network: Dossier, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = {"a.example": "big-buck-bunny.mp4", "other.example": "sintel-trailer.mp4"}
    branded = Dossier(network.case, (network.samples[0], network.samples[4]), (), ())
    for sample in branded.samples:
        copy = folder / "branded" / sample.site
        (copy / "media").mkdir(parents=True)
        for name in ("log.jsonl", "manifest.json"):
            content = (folder / "captures" / str(sample.capture) / name).read_bytes()
            (copy / name).write_bytes(content)
        playable = branding.film(copy / "film.mp4", shown[sample.site], "KINO7")
        playable.rename(copy / sample.media[0])
    assert report([branded], lambda _, of: folder / "branded" / of.site, as_json=True) == 0
    links = json.loads(capsys.readouterr().out)["links"]
    assert [(one["strength"], one["count"]) for one in links if one["kind"] == "logo"] == [
        ("medium", 1)
    ]
