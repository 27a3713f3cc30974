from __future__ import annotations

import json
import socket
from pathlib import Path

from benchmarks.machine import describe


def test_the_machine_is_described_without_names_or_paths() -> None:
    text = json.dumps(describe())
    assert socket.gethostname() not in text
    assert str(Path(__file__).parents[2]) not in text
    assert str(Path.home()) + "/" not in text
    assert {"cpu", "cores", "memory_gib", "python", "packages", "commit"} <= describe().keys()
