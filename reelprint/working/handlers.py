"""Which job is done by what. Telling webhooks (`reelprint.working.telling`) and carrying out plans
(`reelprint.working.planning`) are apart: the one waits for strangers, the other may not be late,
and both are done by processes of their own."""

from __future__ import annotations

from collections.abc import Mapping

from reelprint.working.context import Handler
from reelprint.working.examining import examine
from reelprint.working.explaining import explain
from reelprint.working.exporting import export
from reelprint.working.framing import frames
from reelprint.working.identifying import identify
from reelprint.working.linking import links
from reelprint.working.looking import lint
from reelprint.working.registering import register, register_package
from reelprint.working.sampling import sample
from reelprint.working.watching import watch

HANDLERS: Mapping[str, Handler] = {
    "register": register,
    "register_package": register_package,
    "identify": identify,
    "explain": explain,
    "lint": lint,
    "sample": sample,
    "examine": examine,
    "watch": watch,
    "frames": frames,
    "links": links,
    "export": export,
}
