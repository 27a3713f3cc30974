from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from casework.policies import load
from casework.rules import rules
from tests.casework.build import STANDARD


def test_the_shipped_policy_can_be_kept_in_a_case() -> None:
    assert rules(json.loads(json.dumps(STANDARD))) == rules(STANDARD)
    assert rules(STANDARD).name == "standard"


def test_a_policy_may_be_a_file(tmp_path: Path) -> None:
    shipped = Path(__file__).parents[2] / "casework" / "policies" / "standard.toml"
    mine = tmp_path / "mine.toml"
    mine.write_text(shipped.read_text().replace('"standard"', '"mine"'))
    assert rules(load(str(mine))).name == "mine"


@pytest.mark.parametrize(
    ("path", "value", "why"),
    [
        (("rate", "per_sample"), 0, "per_sample must lie between 0 and 1"),
        (("rate", "per_sample"), float("nan"), "per_sample must be a number from 0 to 1"),
        (("rate", "per_sample"), 10**400, "per_sample must be a number from 0 to 1"),
        (("rate", "per_sample"), True, "per_sample must be a number"),
        (("rate", "reason"), " ", "rate gives no reason for its figures"),
        (("rate", "per_file"), 1, "rate knows no 'per_file', only per_sample, reason"),
        (("rate",), 3, "there is no table rate"),
        (("reserve", "unmatched"), 0, "unmatched must be a whole number from 1 to 1000000"),
        (("streams", "one_source_is_one"), "yes", "one_source_is_one must be true or false"),
        (("streams", "showing_s"), -1, "showing_s must be a number from 0 to 1e.06"),
        (("site",), [], "there is no table site"),
        (("site", "confirmed"), [], r"there is no list of tables \[\[site.confirmed\]\]"),
        (("site", "cleared"), [], "site knows no 'cleared'"),
        (("work", "probable"), [3], "work.probable must be a list of tables"),
        (("cleared", "share"), 1, "share must lie between 0 and 1"),
        (("sequential", "share"), 0.001, "sequential.share must be greater than rate.per_sample"),
        (("name",), "a\nb", "name must be a short text"),
        (("more",), 1, "the policy knows no 'more'"),
    ],
)
def test_what_is_wrong_is_said(path: tuple[str, ...], value: Any, why: str) -> None:
    policy: dict[str, Any] = copy.deepcopy(dict(STANDARD))
    table = policy
    for key in path[:-1]:
        table = table[key]
    table[path[-1]] = value
    with pytest.raises(ValueError, match=why):
        rules(policy)


_ANY: tuple[Any, ...] = (None, True, -1, 10**400, float("inf"), "x" * 500, [], [[]], {}, {"x": {}})


@pytest.mark.parametrize("key", sorted(STANDARD))
@pytest.mark.parametrize("value", _ANY, ids=lambda value: str(value)[:9])
def test_any_other_value_is_refused_by_a_short_sentence(key: str, value: Any) -> None:
    with pytest.raises(ValueError, match=r"^[^\n]{5,200}$"):
        rules({**STANDARD, key: value if key != "name" else [value]})


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"\xff", "is not TOML"),
        (b"a = [", "is not TOML"),
        (b"a = " + b"[" * 60_000, "is not TOML"),
        (b"a = " + b"9" * 60_000, "is not TOML"),
        (b"", "there is no table rate"),
        (b"#" * 70_000, "more than"),
    ],
)
def test_files_that_are_no_policy_are_refused(tmp_path: Path, data: bytes, why: str) -> None:
    path = tmp_path / "policy.toml"
    path.write_bytes(data)
    with pytest.raises(ValueError, match=why):
        load(str(path))


def test_what_is_not_there_is_said() -> None:
    with pytest.raises(
        FileNotFoundError, match="there is no policy nowhere: name a TOML file, or s"
    ):
        load("nowhere")
