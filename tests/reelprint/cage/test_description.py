"""What the cage is said to be made of, here and on a kernel that refuses most of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from reelprint.cage.description import PROTECTIONS, described, look
from tests.reelprint.conftest import CommandLine

# As in a container: name spaces and Landlock are refused to all that this process starts.
REFUSING = """
import sys
from reelprint.cage import calls, kernel
refused = (444, 445, 446, 272 if sys.argv.pop(1) == "x86_64" else 97)
numbers = [calls._instruction(calls._EQUAL, n, then=4 - k) for k, n in enumerate(refused)]
ends = [calls._instruction(calls._RETURN, end) for end in (calls._ALLOW, calls._REFUSE)]
kernel.give_up_privileges()
kernel.filter_system_calls(b"".join([calls._instruction(calls._LOAD, 0), *numbers, *ends]))
from reelprint.cli import main
main()
"""


def test_it_says_what_is_there_and_what_is_missing() -> None:
    missing = look().missing
    told = described()
    assert set(told["layers"]) | set(missing) == {one.name for one in PROTECTIONS}
    assert told["missing"] == missing
    assert "limits" in told["layers"]
    assert told["limits"]["memory_bytes"] == 4 << 30
    json.dumps(told)
    assert described(5)["limits"]["memory_bytes"] == 5


def test_doctor_says_it_too(reelprint: CommandLine) -> None:
    (told,) = reelprint("doctor", "--json").objects
    assert told["cage"] == described()
    assert told["amiss"] == []
    assert told["workspace"]["home"] == str(reelprint.home)
    lines = reelprint("doctor").out.splitlines()
    assert sum(line.startswith("  ✓") for line in lines) == len(told["cage"]["layers"])


def refusing(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """The command line where the kernel refuses most of the cage."""
    paths = os.pathsep.join(sys.path)
    return subprocess.run(
        [sys.executable, "-c", REFUSING, os.uname().machine, *words],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": paths, "REELPRINT_HOME": str(home)},
    )


def test_on_a_weaker_kernel_the_cage_is_weaker_and_doctor_says_so(reelprint: CommandLine) -> None:
    if "calls" in look().missing:
        pytest.skip("system calls cannot be filtered here, so refusing them cannot be tried")
    ran = refusing(reelprint.home, "doctor")
    assert ran.returncode == 0, ran.stderr
    assert "✗ not so: no file can be opened (Landlock): Operation not permitted" in ran.stdout
    assert "kernel.unprivileged_userns_clone" in ran.stdout
    assert "✓ no system calls but for reading" in ran.stdout
