"""What is recorded is read back, and nothing of it can be changed, in each database."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from casework import custody
from casework.errors import CaseExists, NoSuchCase, NotAllowed
from casework.models import SCHEMA, Base
from casework.place import Place
from casework.planned import LOST
from casework.reading import UNFINISHED
from casework.store import CaseStore
from tests.casework.conftest import CASE, MEDIA, SITE, SOURCE, answer, found, opened, sample


@pytest.fixture
def place(either: Place) -> Place:
    return either


def entries(store: CaseStore) -> list[dict[str, object]]:
    return [json.loads(line) for line in store.custody(CASE)]


def test_a_dossier_is_what_was_recorded(store: CaseStore) -> None:
    one, two = found(store, "film", "song")
    first = store.review(CASE, "bob", one.finding_id, "confirmed", "seen")
    second = store.review(CASE, "cyd", one.finding_id, "rejected", "a trailer")
    dossier = store.dossier(CASE, "bob")
    assert dossier.case == store.case(CASE)
    assert dossier.case.judging == {"name": "standard"}
    assert dossier.findings == (one, two)
    assert [one.finding_id, two.finding_id] == ["F000001", "F000002"]
    assert (one.work_id, one.media, one.max_e_value) == ("film", MEDIA, 1e-4)
    assert one.match == answer("film")["matches"][0]
    assert dossier.reviews == (first, second)
    (seen,) = dossier.samples
    assert (seen.sample_id, seen.outcome, seen.seconds) == ("S000001", "readable", 60.5)
    assert store.sample(CASE, "S000001") == seen
    assert dossier.sites == [SITE]
    assert store.verify(CASE) == []


def test_it_is_all_there_when_the_record_is_opened_again(store: CaseStore, place: Place) -> None:
    found(store, "film")
    before = store.dossier(CASE, "bob")
    with CaseStore.open(place.folder, url=place.url) as again:
        assert again.dossier(CASE, "bob") == before


def test_a_whole_case_is_of_one_moment(store: CaseStore) -> None:
    found(store, "film")
    whole = store.whole(CASE, "bob", sha256="ab")
    assert whole.dossier == store.dossier(CASE, "bob")
    assert json.loads(whole.custody[-1])["event"] == "exported"
    assert custody.problems(CASE, whole.custody, whole.records) == []
    assert list(whole.records) == store.records(CASE)
    assert [*whole.custody, store.custody(CASE)[-1]] == store.custody(CASE)


def test_each_writing_and_each_consulting_is_a_line(store: CaseStore) -> None:
    (finding,) = found(store, "film")
    store.review(CASE, "bob", finding.finding_id, "confirmed", "seen")
    store.dossier(CASE, "cyd")
    store.dossier(CASE, "cyd", "judged", site=SITE)
    store.accessed(CASE, "cyd", "exported", sha256="ab", to="the court")
    store.custody(CASE, "dan")
    said = [(entry["by"], entry["event"]) for entry in entries(store)]
    assert said == [
        *[("ann", event) for event in ("opened", "begun", "sampled", "examined", "found")],
        *[("bob", "reviewed"), ("cyd", "shown"), ("cyd", "judged"), ("cyd", "exported")],
        ("dan", "log_shown"),
    ]
    assert entries(store)[8]["to"] == "the court"
    assert store.head(CASE).entries == 10


def test_facts_do_not_replace_what_a_line_says(store: CaseStore) -> None:
    for name in ("n", "event", "before", "at", "record"):
        with pytest.raises(ValueError, match="each line"):
            store.accessed(CASE, "cyd", "exported", **{name: "x"})
    assert store.head(CASE).entries == 1


def test_ids_go_on_and_each_case_has_its_own(store: CaseStore) -> None:
    assert [sample(store).sample_id for _ in range(3)] == ["S000001", "S000002", "S000003"]
    opened(store, case_id="C-2")
    assert store.begin("C-2", "ann", SITE, SOURCE).sample_id == "S000001"
    listed = [(one.case.case_id, one.samples, one.head) for one in store.cases()]
    assert listed == [("C-1", 3, store.head("C-1")), ("C-2", 1, store.head("C-2"))]
    assert [one.case.case_id for one in store.cases(["C-2", "C-9"])] == ["C-2"]
    some = store.records_among(["C-2", "C-1", "C-9"], "case", "begun")
    assert some == {name: store.records(name, "case", "begun") for name in ("C-1", "C-2")}
    assert [one.kind for one in some["C-2"]] == ["case", "begun"]


def test_a_case_is_opened_once(store: CaseStore) -> None:
    with pytest.raises(CaseExists):
        opened(store)
    with pytest.raises(NoSuchCase):
        store.dossier("other", "ann")
    with pytest.raises(NoSuchCase):
        store.verify("other")


@pytest.mark.parametrize(
    "name", ["", ".", "..", "a/b", "-a", ".a", "a\n", "a ", "ä", "a" * 65, "casework.db", "a."]
)
def test_a_hostile_id_is_refused(store: CaseStore, name: str) -> None:
    with pytest.raises(ValueError, match="no id for a case"):
        opened(store, case_id=name)
    with pytest.raises(ValueError, match="no id for a case"):
        store.captures(name)


def test_hostile_names_are_refused(store: CaseStore) -> None:
    for by, site, source in [
        ("", SITE, SOURCE),
        ("ann\nbob", SITE, SOURCE),
        ("ann", "a/b", SOURCE),
        ("ann", "a\x1b[2J", SOURCE),
        ("ann", SITE, "http://a/\udcff"),
    ]:
        with pytest.raises(ValueError, match=r"is not|is no"):
            store.begin(CASE, by, site, source)
    assert store.head(CASE).entries == 1


def test_what_was_begun_and_never_ended_was_tried(store: CaseStore) -> None:
    store.begin(CASE, "ann", SITE, SOURCE)
    (seen,) = store.dossier(CASE, "ann").samples
    assert (seen.outcome, seen.reason) == ("empty", UNFINISHED)


def test_a_sample_ends_once_and_is_examined_once(store: CaseStore) -> None:
    begun = store.begin(CASE, "ann", SITE, SOURCE)
    with pytest.raises(NotAllowed, match="not so"):
        store.sampled(CASE, "ann", replace(begun, site="other.example"))
    one = sample(store)
    with pytest.raises(NotAllowed, match="ended already"):
        store.sampled(CASE, "ann", one)
    with pytest.raises(NotAllowed):
        store.sampled(CASE, "ann", replace(one, sample_id="S000009"))
    with pytest.raises(NotAllowed):
        store.examined(CASE, "ann", one.sample_id, {"another": answer()})
    store.examined(CASE, "ann", one.sample_id, {MEDIA: answer(status="no_match")})
    with pytest.raises(NotAllowed):
        store.examined(CASE, "ann", one.sample_id, {MEDIA: answer("film")})
    assert store.unexamined(CASE) == []


def test_what_held_the_decoder_is_on_record(store: CaseStore) -> None:
    cage = {"process": "one a file", "layers": ["limits"]}
    for said in (cage, None):
        one = sample(store)
        store.examined(CASE, "ann", one.sample_id, {MEDIA: answer()}, said)
        (value,) = [r.value for r in store.records(CASE) if r.name == one.sample_id][-1:]
        assert value.get("cage") == said
        assert store.sample(CASE, one.sample_id).outcome == "readable"
    assert store.verify(CASE) == []


@pytest.mark.parametrize("status", ["unreadable", "too_short"])
def test_what_could_not_be_searched_is_unreadable(store: CaseStore, status: str) -> None:
    one = sample(store)
    said = answer(status=status, reason="no \udcff film")
    store.examined(CASE, "ann", one.sample_id, {MEDIA: said})
    (seen,) = store.dossier(CASE, "ann").samples
    assert (seen.outcome, seen.reason) == ("unreadable", f"{MEDIA}: no \\udcff film")


@pytest.mark.parametrize("name", ["ann", "Ann ", "ANN", "\uff41nn"])
def test_who_analysed_does_not_review(store: CaseStore, name: str) -> None:
    (finding,) = found(store, "film")
    with pytest.raises(NotAllowed, match="analysed"):
        store.review(CASE, name, finding.finding_id, "confirmed", "seen")
    with pytest.raises(NotAllowed, match="no finding"):
        store.review(CASE, "bob", "F000009", "confirmed", "seen")
    with pytest.raises(ValueError, match="a reason"):
        store.review(CASE, "bob", finding.finding_id, "confirmed", " ")


def test_a_policy_that_is_no_json_opens_no_case(store: CaseStore) -> None:
    with pytest.raises(ValueError, match="nan"):
        store.open_case("C-2", "ann", "why", {"x": float("nan")}, "each-once")
    assert [one.case.case_id for one in store.cases()] == [CASE]


@pytest.mark.parametrize("table", ["custody", "record"])
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "UPDATE {} SET n = n + 1"])
def test_the_database_refuses_to_change_a_row(
    store: CaseStore, place: Place, table: str, statement: str
) -> None:
    with (
        closing(place.database()) as database,
        pytest.raises(DBAPIError, match="is changed or deleted"),
        database.write() as session,
    ):
        session.execute(text(statement.format(table)))
    assert store.verify(CASE) == []


def test_models_and_migrations_agree(store: CaseStore, place: Place) -> None:
    with closing(place.database()) as database, database.read() as session:
        context = MigrationContext.configure(session.connection(), opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
        assert context.get_current_revision() == SCHEMA
    config = Config()
    config.set_main_option("script_location", "casework:migrations")
    assert ScriptDirectory.from_config(config).get_current_head() == SCHEMA


def test_a_job_finds_the_sample_that_it_began(store: CaseStore) -> None:
    begun = store.begin(CASE, "ann", SITE, SOURCE, job="j_1")
    assert store.begun_by(CASE, "j_1") == begun
    assert store.begun_by(CASE, "j_2") is None
    lost = store.lost(CASE, "ann", begun)
    assert (lost.outcome, lost.reason) == ("empty", LOST)
    assert store.begun_by(CASE, "j_1") == lost
    assert store.lost(CASE, "ann", lost) == lost  # once
    assert [one["event"] for one in entries(store)][1:] == ["begun", "sampled"]
    assert store.verify(CASE) == []
