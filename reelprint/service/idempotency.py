"""The header that lets a request be sent twice and be done once."""

from __future__ import annotations

from typing import Annotated

from fastapi import Header

Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        pattern=r"^[\x21-\x7e]+$",
        description=(
            "Any name for this request of yours. Sent again with the same name it makes no second "
            "job; another request of the same name is refused (409)."
        ),
    ),
]
