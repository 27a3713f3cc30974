"""What is written of roles is what they are."""

from __future__ import annotations

import re
from pathlib import Path

from accounts.roles import ACTS, ALL_ACTS, OPEN_TO, ROLES

PAGE = Path(__file__).parents[2] / "docs" / "accounts.md"


def test_the_table_of_roles_is_the_one_that_is_asked() -> None:
    text = PAGE.read_text(encoding="utf-8")
    head, _, *rows = re.findall(r"^\| (?:act|--|`[a-z]+\.[a-z]+`).*$|^\|---\|:-:.*$", text, re.M)
    columns = [cell.strip() for cell in head.strip("|").split("|")]
    assert columns == ["act", *ROLES, "open to holders"]
    said: dict[str, list[str]] = {}
    for row in rows:
        name, *cells = (cell.strip() for cell in row.strip("|").split("|"))
        marked = [column for column, cell in zip(columns[1:], cells, strict=True) if cell == "x"]
        said[name.split("`")[1]] = marked
    assert said == {
        act: [role for role in ROLES if act in ACTS[role]]
        + (["open to holders"] if act in OPEN_TO["holder"] else [])
        for act in ALL_ACTS
    }
