"""Types of columns that mean the same in each database."""

from __future__ import annotations

from sqlalchemy import BigInteger, Integer, String, Text
from sqlalchemy.types import TypeEngine

# SQLite's INTEGER holds 64 bits, and only a column of that name numbers its rows itself.
NUMBER: TypeEngine[int] = BigInteger().with_variant(Integer(), "sqlite")


def words(most: int | None = None) -> TypeEngine[str]:
    """A text of at most so many characters, told apart and put in order by its code points: not by
    the locale of a server, which would make the order of an answer depend on where it is given."""
    if most is None:
        return Text().with_variant(Text(collation="C"), "postgresql")
    return String(most).with_variant(String(most, collation="C"), "postgresql")
