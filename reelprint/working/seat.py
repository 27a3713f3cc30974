"""What runs in the process of a worker."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Mapping
from multiprocessing.connection import Connection, wait

from reelprint.working.worker import Post, hold

ALONE_S = 30.0  # for which a worker goes on that nobody watches any more
ALONE = 71  # its exit code
NICENESS = 10  # whoever asks the service on the same machine comes before what may wait


def sit(post: Post, writing: Connection) -> None:
    """Hold a post, for as long as whoever started it lives."""
    os.nice(NICENESS)
    threading.Thread(target=_leave_with_parent, name="parent", daemon=True).start()
    talking = threading.Lock()

    def say(event: Mapping[str, object]) -> None:
        with talking:
            try:
                writing.send(dict(event))
            except OSError:
                os.kill(os.getpid(), signal.SIGTERM)  # nobody listens: they are gone

    hold(post, say)


def _leave_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is None:
        return
    wait([parent.sentinel])
    os.kill(os.getpid(), signal.SIGTERM)
    threading.Event().wait(ALONE_S)
    os._exit(ALONE)
