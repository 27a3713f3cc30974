"""When compiled loops over postings pay.

Importing numba takes half a second, as long as NumPy takes over some tens of millions of postings.
So NumPy takes them until a process has met that many, or has numba already: one short search never
waits for it, and a long run loses at most as much as it would have cost to begin with. Answers do
not depend on it: each compiled loop gives what its NumPy form gives, to the bit.
"""

from __future__ import annotations

import logging
import sys
from functools import cache
from importlib import import_module

# Looked up or voted. NumPy takes 8 ns and 15 ns longer for one, measured, than compiled loops do.
MANY = 2**26

_met = 0
_preferred: bool | None = None
_log = logging.getLogger(__name__)


def pays(postings: int) -> bool:
    """Whether a loop over so many more postings is to be a compiled one."""
    global _met
    _met += postings
    wanted = _met >= MANY or "numba" in sys.modules if _preferred is None else _preferred
    return wanted and _can_be()


def prefer(compiled: bool | None) -> None:
    """Have every loop be compiled, or none, from now on: a process may know that it will search
    for long. With None it is again as has been met."""
    global _preferred
    _preferred = compiled


@cache
def _can_be() -> bool:
    """Whether loops can be compiled here: numba needs a folder that it may write what it compiles
    into, beside the code or in the user's cache."""
    try:
        import_module("index.postings_kernels")
    except (ImportError, RuntimeError) as error:
        _log.warning("loops over postings stay slow: %s", error)
        return False
    return True
