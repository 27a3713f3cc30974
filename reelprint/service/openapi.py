"""How the API describes itself."""

from __future__ import annotations

from fastapi.routing import APIRoute

DESCRIPTION = """\
Which registered works does a suspect file carry, where, and how surely? Register works, submit
suspects, lead cases. Send a key as `Authorization: Bearer rp_…`. What takes long is a job: ask for
it until its state is `done`, or have a webhook told. Errors are problems as RFC 9457 has them.
"""


def operation_id(route: APIRoute) -> str:
    """The name of an operation: its function's, unless the route says another."""
    return route.name
