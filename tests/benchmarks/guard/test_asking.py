"""Shipped works, the queries that are cut from them, and a small run of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from benchmarks.guard.asking import ask_all, prepare
from benchmarks.guard.plan import NUDGE_S, orders
from benchmarks.guard.rows import CELLS, ROWS
from benchmarks.guard.stored import bytes_a_second
from benchmarks.guard.works import Shipped, licences, shipped


def test_every_shipped_file_has_a_licence(tmp_path: Path) -> None:
    works = shipped(tmp_path)
    assert len(works.registered) == 12
    assert len(works.others) == 3
    assert all(licences()[work.name][1] for work in works.all)


def test_cells_have_names_of_their_own() -> None:
    assert len({row.name for row in ROWS}) == len(ROWS)


def test_the_same_queries_each_time_and_every_work_among_them(tmp_path: Path) -> None:
    works = shipped(tmp_path)
    first = orders(ROWS, works)
    assert first == orders(ROWS, works)
    positive = {order.source.work_id for order in first if order.positive}
    assert positive == {work.work_id for work in works.registered}
    assert {order.source for order in first if not order.positive} <= set(works.others)
    assert len({order.query_id for order in first}) == len(first)


def test_a_nudge_changes_places_and_nothing_else(tmp_path: Path) -> None:
    works = shipped(tmp_path)
    plain = {order.query_id: order for order in orders(CELLS, works)}
    nudged = [(k, order) for k in (1, 2) for order in orders(CELLS, works, k)]
    assert sorted(order.query_id for _, order in nudged) == sorted(plain)
    for k, order in nudged:
        one = plain[order.query_id]
        assert order == replace(one, place_s=one.place_s + k * NUDGE_S)


def test_a_query_is_found_and_without_its_work_only_chance_is(tmp_path: Path) -> None:
    works = shipped(tmp_path)
    few = Shipped(
        tuple(w for w in works.registered if w.work_id in ("city-time-lapse", "snodom")),
        works.others,
    )
    wanted = ("picture_mirror_1s/0000", "sound_lossless_1s/0000", "negative_audio_lossless/0000")
    rows = [row for row in ROWS if row.name in {query.partition("/")[0] for query in wanted}]
    asked = [order for order in orders(rows, few) if order.query_id in wanted]
    bench = prepare(tmp_path, few.registered, 1)
    outcomes = {one.query_id: one for one in ask_all(bench, asked, 1, "asking")}
    assert [outcomes[q].found for q in wanted] == [True, True, False]
    assert outcomes[wanted[0]].work == "city-time-lapse"
    assert not any(one.false_works or one.stranger_works for one in outcomes.values())
    assert not [path for path in bench.queries.rglob("*") if path.is_file()]
    assert bench.bound == 1e-4
    assert all(size > 0 for size in bytes_a_second(bench.home / "all", few).values())
