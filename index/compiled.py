"""When compiled loops over postings pay.

Importing numba takes half a second, as long as NumPy takes over some tens of millions of postings.
So NumPy takes them until a process has met that many, or has numba already: one short search never
waits for it, and a long run loses at most as much as it would have cost to begin with. Answers do
not depend on it: each compiled loop gives what its NumPy form gives, to the bit.
"""

from __future__ import annotations

import sys

# Looked up or voted. NumPy takes 8 ns and 15 ns longer for one, measured, than compiled loops do.
MANY = 2**26

_met = 0
_preferred: bool | None = None


def pays(postings: int) -> bool:
    """Whether a loop over so many more postings is to be a compiled one."""
    global _met
    _met += postings
    if _preferred is not None:
        return _preferred
    return _met >= MANY or "numba" in sys.modules


def prefer(compiled: bool | None) -> None:
    """Have every loop be compiled, or none, from now on: a process may know that it will search
    for long. With None it is again as has been met."""
    global _preferred
    _preferred = compiled
