"""Listings a page at a time, each beginning after the last key of the one before."""

from __future__ import annotations

from typing import Annotated, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel, Field

MOST = 200
Item = TypeVar("Item")

Limit = Annotated[int, Query(ge=1, le=MOST, description="At most so many items.")]
After = Annotated[
    str | None,
    Query(max_length=500, description="The `next` of the page before; none: the first page."),
]


class Page(BaseModel, Generic[Item]):
    """Some of a listing."""

    items: list[Item]
    next: str | None = Field(description="Ask with it as `after` for more; null: that was all.")
