"""From media at a holder to a workspace elsewhere, by the command line."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from evidence.archive import Archive
from evidence.canonical import strict
from evidence.signing import SigningKey
from reelprint.demo import makers
from reelprint.demo.streams import Cut
from reelprint.fpk import form
from reelprint.fpk.keeping import Kept
from reelprint.fpk.making import SOFTWARE
from tests.reelprint.conftest import MUSIC, SHORT, CommandLine, new_workspace, work
from tests.reelprint.fpk.builders import FRAMES, Made, read_of


@dataclass(frozen=True, slots=True)
class Studio:
    """A holder with two masters, one file that cannot be read, a key and a package."""

    folder: Path
    run: CommandLine
    package: Path
    key: Path
    signer: str


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    folder = tmp_path_factory.mktemp("studio")
    masters = folder / "masters"
    masters.mkdir()
    shutil.copy(work(SHORT), masters)
    makers.music(Cut(work(MUSIC), 18, 30), masters / "tune.mp3")
    shutil.copy(masters / "tune.mp3", masters / "tune-again.mp3")
    (masters / "bad.mp4").write_text("no film", encoding="utf-8")
    (folder / "works.csv").write_text(
        "path,work_id,title,kind,owner,isan\n"
        f"masters/{SHORT}.mp4,lapse,Time Lapse,film,A Studio,0000-0000-D07A-0090-Q-0000-0000-X\n"
        "masters/tune.mp3,tune,A Tune,music,A Studio,\n"
        "masters/tune-again.mp3,tune,A Tune,music,A Studio,\n"
        "masters/bad.mp4,bad,Bad,film,,\n",
        encoding="utf-8",
    )
    (folder / "licences.csv").write_text("work_id,distributor\ntune,vod.example\n")
    key = folder / "key.pem"
    key.write_bytes(SigningKey.new().pem)
    run = CommandLine(folder / "none")  # a holder needs no workspace
    ran = run(
        *("fingerprint", "--manifest", folder / "works.csv", "--key", key),
        *("--licences", folder / "licences.csv", "-o", folder / "studio.fpk", "--json"),
    )
    assert ran.code == 3, ran  # one file could not be read
    found = {Path(o["path"]).name: o for o in ran.objects[:-1]}
    assert {n: o["outcome"] for n, o in found.items()} == {
        f"{SHORT}.mp4": "fingerprinted",
        "tune.mp3": "fingerprinted",
        "tune-again.mp3": "repeated",
        "bad.mp4": "failed",
    }
    signer = SigningKey.of(key.read_bytes()).signer.fingerprint
    assert ran.objects[-1]["signer"] == signer
    return Studio(folder, run, folder / "studio.fpk", key, signer)


@pytest.fixture(scope="module")
def taken(studio: Studio, tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    """A workspace that knows the works from the package alone."""
    run = new_workspace(tmp_path_factory.mktemp("taken") / "home")
    ran = run("register", studio.package, "--trust", studio.signer, "--json")
    assert ran.code == 0, ran
    assert [(o["work_id"], o["outcome"]) for o in ran.objects] == [
        ("lapse", "registered"),
        ("tune", "registered"),
    ]
    return run


@pytest.mark.long
def test_answers_are_those_of_a_workspace_that_read_the_media(
    studio: Studio, taken: CommandLine, tmp_path: Path
) -> None:
    run = new_workspace(tmp_path / "home")
    assert run("register", "--manifest", studio.folder / "works.csv").code == 3
    for name in ("upload.mp3", "other.mp3"):
        makers.music(Cut(work(MUSIC), 20.3 if name == "upload.mp3" else 50, 56), tmp_path / name)
    suspects = (tmp_path / "upload.mp3", tmp_path / "other.mp3", work(SHORT))
    here, there = (one("identify", *suspects, "--json") for one in (run, taken))
    assert here.out == there.out
    assert [answer["status"] for answer in here.objects][::2] == ["identified", "identified"]


def test_the_catalogue_says_where_it_is_from(studio: Studio, taken: CommandLine) -> None:
    shown = taken("works", "show", "tune").out
    assert f"signed with {studio.signer}" in shown
    assert "studio.fpk#tune.mp3" in shown
    assert "vod.example" in shown
    (said,) = taken("works", "show", "lapse", "--json").objects
    (reference,) = said["references"]
    assert reference["origin"]["signer"] == said["holder"] == studio.signer
    assert (said["title"], said["owner"], said["kind"]) == ("Time Lapse", "A Studio", "film")
    assert said["identifiers"][0]["scheme"] == "isan"


def test_what_needs_the_media_says_so(studio: Studio, taken: CommandLine, tmp_path: Path) -> None:
    ran = taken("explain", work(SHORT), "--out", tmp_path / "page.html")
    assert ran.code == 0
    assert "media never left its holder" in (tmp_path / "page.html").read_text(encoding="utf-8")
    mine = taken("selftest", "--mine")
    assert mine.code == 2
    assert "package" in mine.err


def test_the_package_says_what_could_not_be_read(studio: Studio) -> None:
    with Archive(studio.package) as archive:
        head = strict(archive.read(form.HEAD, 1 << 20))
    (unread,) = head["unread"]
    assert (unread["name"], unread["work_id"]) == ("bad.mp4", "bad")
    assert unread["reason"]


def made_again(studio: Studio, out: Path, *more: str | Path) -> dict[str, bytes]:
    ran = studio.run(
        *("fingerprint", "--manifest", studio.folder / "works.csv", "--key", studio.key),
        *("--licences", studio.folder / "licences.csv", "-o", out, *more),
    )
    assert ran.code == 3, ran
    with Archive(out) as archive:
        return {name: archive.read(name, 1 << 30) for name in archive.members}


def test_the_same_media_and_key_give_the_same_bytes_but_for_the_time(
    studio: Studio, tmp_path: Path
) -> None:
    again = made_again(studio, tmp_path / "again.fpk")
    with Archive(studio.package) as archive:
        first = {name: archive.read(name, 1 << 30) for name in archive.members}
    assert again.keys() == first.keys()
    unlike = {name for name in first if again[name] != first[name]}
    assert unlike <= {form.HEAD, form.SUMS, form.SIGNATURE}
    heads = [strict(files[form.HEAD]) for files in (first, again)]
    assert {k for k in heads[0] if heads[0][k] != heads[1][k]} <= {"made_at"}


def test_what_was_read_before_a_stop_is_not_read_again(
    studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "s.fpk"
    words = ("fingerprint", work(SHORT), "--key", studio.key, "-o", out, "--json")
    with monkeypatch.context() as patched:
        patched.setattr("reelprint.commands.fingerprinting.pack", stop)
        stopped = studio.run(*words)
        assert stopped.code == 130
    assert not out.exists()
    more = tmp_path / "other.mp3"
    makers.music(Cut(work(MUSIC), 5, 8), more)
    ran = studio.run(words[0], more, *words[1:])
    assert ran.code == 0
    assert [o["outcome"] for o in ran.objects[:-1]] == ["kept", "fingerprinted"]
    assert {*tmp_path.iterdir()} == {out, more}


def test_what_a_power_cut_left_in_parts_is_read_again(tmp_path: Path) -> None:
    kept = Kept(tmp_path / "p.fpk", (FRAMES,), SOFTWARE)
    made = Made("w", 1)
    assert kept.get(made.media, "a.mp4") is None
    reference = kept.put(read_of(made))
    assert kept.get(made.media, "b.mp4") == replace(reference, name="b.mp4")
    codes = kept.codes(made.media, FRAMES)
    for path in (codes, codes.with_name("reference.json")):
        whole = path.read_bytes()
        for left in (b"", whole[:-1]):
            path.write_bytes(left)
            assert kept.get(made.media, "a.mp4") is None
        kept.put(read_of(made))
        assert kept.get(made.media, "a.mp4") is not None


def stop(*_: object) -> None:
    raise KeyboardInterrupt


def test_nothing_is_written_over(studio: Studio) -> None:
    before = studio.package.read_bytes()
    ran = studio.run("fingerprint", work(SHORT), "--key", studio.key, "-o", studio.package)
    assert ran.code == 2
    assert studio.package.read_bytes() == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--unsigned", "--key", "k.pem"], "not both"),
        ([], "no key in"),
        (["--unsigned", "--scheme", "video-none-1"], "no scheme is named"),
        (["--unsigned", "--licences", "{folder}/licences.csv"], "no work of this package"),
    ],
)
def test_calls_that_mean_nothing_are_usage_errors(
    studio: Studio, tmp_path: Path, words: list[str], said: str
) -> None:
    run = new_workspace(tmp_path / "home")
    given = [word.format(folder=studio.folder) for word in words]
    ran = run("fingerprint", work(SHORT), "-o", tmp_path / "s.fpk", *given)
    assert (ran.code, said in ran.err) == (2, True), ran
    assert not (tmp_path / "s.fpk").exists()


def test_nothing_readable_is_no_package(studio: Studio, tmp_path: Path) -> None:
    bad = studio.folder / "masters" / "bad.mp4"
    ran = studio.run("fingerprint", bad, "--unsigned", "-o", tmp_path / "s.fpk")
    assert ran.code == 2
    assert "nothing to pack" in ran.err


def test_keys_are_trusted_listed_and_distrusted(
    studio: Studio, taken: CommandLine, tmp_path: Path
) -> None:
    run = CommandLine(shutil.copytree(taken.home, tmp_path / "home"))
    refused = run("register", studio.package)
    assert refused.code == 3
    assert studio.signer in refused.out
    assert run("key", "trusted").code == 1
    pem = tmp_path / "studio.pem"
    pem.write_bytes(SigningKey.of(studio.key.read_bytes()).signer.pem)
    assert run("key", "trust", pem, "--name", "A Studio").code == 0
    assert run("key", "trusted", "--json").objects == [
        {"fingerprint": studio.signer, "name": "A Studio"}
    ]
    again = run("register", studio.package, "--json")
    assert [o["outcome"] for o in again.objects] == ["unchanged", "unchanged"]
    gone = run("key", "distrust", studio.signer.upper())
    assert gone.out.count("still there") == 2
    assert run("key", "distrust", studio.signer).code == 2
    assert run("register", studio.package).code == 3
    assert run("key", "trust", "nonsense").code == 2


def test_packages_and_media_may_be_mixed(studio: Studio, tmp_path: Path) -> None:
    run = new_workspace(tmp_path / "home")
    tune = tmp_path / "lately.mp3"
    makers.music(Cut(work(MUSIC), 5, 8), tune)
    named_otherwise = shutil.copy(studio.package, tmp_path / "package.mp4")
    ran = run("register", tune, named_otherwise, "--trust", studio.key.with_name("none"))
    assert ran.code == 2
    ran = run("register", tune, named_otherwise, "--trust", studio.signer, "--json")
    assert [(o["work_id"], o["outcome"]) for o in ran.objects] == [
        *(("lapse", "registered"), ("tune", "registered"), ("lately", "registered")),
    ]
    assert run("register", named_otherwise, "--work-id", "x").code == 2


def test_a_file_that_a_package_registered_is_named_so(
    studio: Studio, taken: CommandLine, tmp_path: Path
) -> None:
    run = CommandLine(shutil.copytree(taken.home, tmp_path / "home"))
    (found,) = run("register", work(SHORT), "--json").objects
    assert found["outcome"] == "unchanged"
    assert found["reason"] == "the same file is 'lapse' already, from a package"


def test_titles_that_mislead_are_refused_where_they_are_written(
    studio: Studio, tmp_path: Path
) -> None:
    words = ("fingerprint", work(SHORT), "--title", "Film\u202egpj", "--unsigned")
    ran = studio.run(*words, "-o", tmp_path / "s.fpk")
    assert ran.code == 2
    assert not (tmp_path / "s.fpk").exists()


def test_the_sums_are_those_of_sha256sum(studio: Studio) -> None:
    with Archive(studio.package) as archive:
        lines = archive.read(form.SUMS, 1 << 20).decode().splitlines()
        listed = [line.partition("  ")[2] for line in lines]
        assert {*listed, form.SUMS, form.SIGNATURE} == set(archive.members)
        works = [n for n in archive.members if n.startswith("works/")]
        said = [json.loads(archive.read(n, 1 << 20))["work_id"] for n in works]
    assert sorted(said) == ["lapse", "tune"]
