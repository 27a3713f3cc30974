"""Each layer of the cage alone, in a process of its own, so that none rests on another."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

BEGIN = """
import os, socket, sys, errno
from pathlib import Path
from reelprint.cage import calls, kernel
from reelprint.cage.limits import Limits, set_limits, used_bytes
NOT_HERE = 77
def on(layer):
    try:
        layer()
    except OSError as error:
        print(error, file=sys.stderr)
        sys.exit(NOT_HERE)
def refused(what, *numbers):
    try:
        what()
    except OSError as error:
        assert error.errno in numbers, error
    else:
        raise AssertionError("it was allowed")
limits = lambda: set_limits(Limits(60, 1, 64 << 20), used_bytes())
"""


def alone(code: str, *words: str) -> int:
    """How a process ends that runs this."""
    done = subprocess.run(
        [sys.executable, "-c", BEGIN + code, *words],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    if done.returncode == 77:
        pytest.skip(f"this kernel refuses the layer: {done.stderr.strip()}")
    assert done.returncode <= 0, done.stderr
    return done.returncode


def test_limits_let_no_file_be_opened() -> None:
    assert alone("limits(); refused(lambda: open('/etc/hostname'), errno.EMFILE)") == 0


def test_limits_let_no_socket_be_made() -> None:
    assert alone("limits(); refused(socket.socket, errno.EMFILE)") == 0


def test_limits_let_nothing_be_written(tmp_path: Path) -> None:
    code = "out = os.open(sys.argv[1], os.O_CREAT | os.O_WRONLY); limits(); os.write(out, b'x')"
    assert alone(code, str(tmp_path / "out")) == -signal.SIGXFSZ
    assert (tmp_path / "out").read_bytes() == b""


def test_limits_bound_memory() -> None:
    code = """
small = lambda: bytearray(16 << 20)
limits()
small()
try:
    bytearray(96 << 20)
except MemoryError:
    sys.exit(0)
raise AssertionError
"""
    assert alone(code) == 0


def test_limits_bound_processor_time() -> None:
    assert alone("limits()\nwhile True: pass") == -signal.SIGXCPU


def test_limits_bound_processor_time_of_who_ignores_the_signal() -> None:
    ignore = "import signal; signal.signal(signal.SIGXCPU, signal.SIG_IGN)\n"
    assert alone(ignore + "limits()\nwhile True: pass") == -signal.SIGKILL


def test_no_privileges_are_left_and_none_can_be_gained() -> None:
    code = """
on(kernel.give_up_privileges)
status = dict(line.split(":\\t") for line in Path("/proc/self/status").read_text().splitlines())
assert int(status["NoNewPrivs"]) == 1
assert {int(status[name], 16) for name in ("CapEff", "CapPrm", "CapInh", "CapAmb")} == {0}
refused(lambda: os.chroot("/"), errno.EPERM)
"""
    assert alone(code) == 0


def test_there_is_no_network_in_a_name_space_of_its_own() -> None:
    code = """
server = socket.create_server(("127.0.0.1", 0))
port = server.getsockname()[1]
socket.create_connection(("127.0.0.1", port), 1).close()
on(kernel.leave_network)
refused(lambda: socket.create_connection(("127.0.0.1", port), 1), errno.ENETUNREACH)
assert [name for _, name in socket.if_nameindex()] == ["lo"]
"""
    assert alone(code) == 0


def test_landlock_alone_lets_no_file_be_opened(tmp_path: Path) -> None:
    (tmp_path / "there").write_text("here", encoding="ascii")
    code = """
there = sys.argv[1]
already = open(there)
on(kernel.give_up_privileges)
on(kernel.deny_files)
assert already.read() == "here"
refused(lambda: open(there), errno.EACCES)
refused(lambda: open(there + "-new", "w"), errno.EACCES)
refused(lambda: os.unlink(there), errno.EACCES)
refused(lambda: os.listdir("/"), errno.EACCES)
refused(lambda: os.execv(sys.executable, ["python"]), errno.EACCES)
"""
    assert alone(code, str(tmp_path / "there")) == 0
    assert (tmp_path / "there").exists()


def test_the_filter_alone_lets_no_call_through_but_a_few(tmp_path: Path) -> None:
    (tmp_path / "there").write_text("here", encoding="ascii")
    code = """
import signal
there = open(sys.argv[1])
on(kernel.give_up_privileges)
on(lambda: kernel.filter_system_calls(calls.program()))
assert there.read() == "here"
for call in (
    socket.socket, os.fork, os.pipe, lambda: open("/etc/hostname"), lambda: os.unlink(sys.argv[1]),
    lambda: os.execv(sys.executable, ["python"]), lambda: os.kill(os.getppid(), signal.SIGCONT),
    lambda: os.stat("/proc/1/mem") and os.getxattr("/", "user.x"), lambda: os.chmod("/", 0o777),
):
    refused(call, errno.EPERM)
"""
    assert alone(code, str(tmp_path / "there")) == 0


def test_the_filter_lets_a_process_raise_a_signal_of_its_own() -> None:
    code = """
on(kernel.give_up_privileges)
on(lambda: kernel.filter_system_calls(calls.program()))
os.abort()
"""
    assert alone(code) == -signal.SIGABRT


def test_landlock_lets_some_be_read_and_some_be_written(tmp_path: Path) -> None:
    for name in ("read", "write", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "there").write_text(name, encoding="ascii")
    (tmp_path / "file").write_text("file", encoding="ascii")
    code = """
at = Path(sys.argv[1])
read, write, other = (at / name for name in ("read", "write", "other"))
on(kernel.give_up_privileges)
on(lambda: kernel.deny_files([read, at / "file"], [write]))
assert [(one / "there").read_text() for one in (read, write)] == ["read", "write"]
assert (at / "file").read_text() == "file"
assert os.listdir(read) == ["there"]
(write / "in").mkdir()
(write / "there").rename(write / "in" / "here")
(write / "in" / "here").write_text("new")
for act in (
    lambda: (other / "there").read_text(),
    lambda: os.listdir(at),
    lambda: (read / "there").open("a"),
    lambda: (at / "file").open("a"),
    lambda: (read / "there").unlink(),
    lambda: (read / "made").touch(),
    lambda: (at / "made").touch(),
    lambda: os.symlink(other, write / "link"),
    lambda: os.mkfifo(write / "pipe"),
):
    refused(act, errno.EACCES)
refused(lambda: (write / "in" / "here").rename(read / "here"), errno.EACCES, errno.EXDEV)
refused(lambda: (read / "there").rename(write / "there"), errno.EACCES, errno.EXDEV)
"""
    assert alone(code, str(tmp_path)) == 0
    assert (tmp_path / "write" / "in" / "here").read_text(encoding="ascii") == "new"


def test_the_filter_with_files_lets_files_be_used_and_no_more(tmp_path: Path) -> None:
    code = """
import fcntl, signal
on(kernel.give_up_privileges)
on(lambda: kernel.filter_system_calls(calls.program(with_files=True)))
path = Path(sys.argv[1])
path.write_text("here")
file = path.open("r+")
fcntl.flock(file, fcntl.LOCK_EX)
fcntl.lockf(file, fcntl.LOCK_EX)
os.utime(file.fileno(), (0, 0))
os.fchmod(file.fileno(), 0o600)
os.set_inheritable(file.fileno(), True)
path.rename(path.with_name("named"))
for call in (
    socket.socket, socket.socketpair, os.fork, os.pipe, lambda: os.symlink("/", sys.argv[1]),
    lambda: os.link(path.with_name("named"), path), lambda: os.utime("/", (0, 0)),
    lambda: os.fchmod(file.fileno(), 0o644), lambda: os.chmod(path.with_name("named"), 0o600),
    lambda: os.execv(sys.executable, ["python"]), lambda: os.kill(os.getppid(), signal.SIGCONT),
    lambda: fcntl.fcntl(file, fcntl.F_SETOWN, os.getppid()), lambda: fcntl.fcntl(file, 10, 9),
    lambda: fcntl.ioctl(0, 0x5412, b"x"), lambda: os.setxattr("/", "user.x", b""),
):
    refused(call, errno.EPERM)
os.abort()
"""
    assert alone(code, str(tmp_path / "made")) == -signal.SIGABRT


def test_limits_may_leave_some_files_and_some_of_them_written(tmp_path: Path) -> None:
    code = """
set_limits(Limits(60, 60, 64 << 20, file_bytes=10, open_files=16), used_bytes())
file = open(sys.argv[1], "wb", buffering=0)
file.write(bytes(10))
some = []
refused(lambda: some.extend(open(sys.argv[1]) for _ in range(16)), errno.EMFILE)
file.write(b"x")
"""
    assert alone(code, str(tmp_path / "out")) == -signal.SIGXFSZ
    assert (tmp_path / "out").stat().st_size == 10
