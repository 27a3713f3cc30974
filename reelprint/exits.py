"""What the exit codes of the command line mean."""

from __future__ import annotations

FOUND = 0  # or done
NOTHING_FOUND = 1
USAGE = 2
UNREADABLE = 3  # some input could not be read; the others were dealt with
INTERRUPTED = 130  # as shells say of Ctrl-C


class Usage(ValueError):
    """The command was called in a way that cannot mean anything; the message says why."""
