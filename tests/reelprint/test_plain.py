"""Which characters of a stranger's text are spelled out: all that Unicode says do not show."""

from __future__ import annotations

import sys
import unicodedata

from reelprint.showing.plain import plain

TURNING = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


def test_each_character_that_does_not_show_is_spelled_out_and_no_other() -> None:
    every = [chr(code) for code in range(sys.maxunicode + 1)]
    hostile = [
        one
        for one in every
        if unicodedata.category(one) in ("Cc", "Cs") or unicodedata.bidirectional(one) in TURNING
    ]
    assert len(hostile) > 2000
    assert plain("".join(hostile)).isascii()
    shown = "".join(set(every) - set(hostile))
    assert plain(shown) == shown
