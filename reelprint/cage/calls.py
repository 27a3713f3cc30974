"""Which system calls a caged process may make, as a program of classic BPF that seccomp runs.

Reading, computing, memory and time, and nothing else: no file is opened, no socket, no process or
thread started, no other process touched. What is not listed is refused with EPERM, so that a
library that asks for more learns it, and goes on or fails, as it would without permission.
"""

from __future__ import annotations

import errno
import os
import struct
from collections.abc import Iterator

# By name: the number on x86-64, and on AArch64.
_ALLOWED = {
    "read": (0, 63), "write": (1, 64), "readv": (19, 65), "writev": (20, 66), "pread64": (17, 67),
    "close": (3, 57), "lseek": (8, 62), "fstat": (5, 80), "newfstatat": (262, 79),
    "mmap": (9, 222), "mprotect": (10, 226), "munmap": (11, 215), "mremap": (25, 216),
    "brk": (12, 214), "madvise": (28, 233),
    "futex": (202, 98), "membarrier": (324, 283), "rseq": (334, 293),
    "rt_sigaction": (13, 134), "rt_sigprocmask": (14, 135), "rt_sigreturn": (15, 139),
    "sigaltstack": (131, 132), "restart_syscall": (219, 128),
    "clock_gettime": (228, 113), "clock_getres": (229, 114), "clock_nanosleep": (230, 115),
    "nanosleep": (35, 101), "gettimeofday": (96, 169), "times": (100, 153),
    "getrandom": (318, 278), "getpid": (39, 172), "gettid": (186, 178), "getrusage": (98, 165),
    "getcpu": (309, 168), "sched_yield": (24, 124), "sched_getaffinity": (204, 123),
    "exit": (60, 93), "exit_group": (231, 94),
}  # fmt: skip
# To raise a signal: allowed to this process alone, so that `abort` can end it.
_TGKILL = (234, 131)
# The first word is what the kernel calls the architecture (AUDIT_ARCH_…), the second our column.
_MACHINES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}

_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_NUMBER_AT, _ARCHITECTURE_AT, _FIRST_ARGUMENT_AT = 0, 4, 16  # in `struct seccomp_data`
_ALLOW, _KILL, _REFUSE = 0x7FFF0000, 0x80000000, 0x00050000 | errno.EPERM
_OTHER_ABI = 0x40000000  # x32 calls, which have numbers of their own on x86-64


def program(machine: str | None = None) -> bytes:
    """The filter for this process. Raises OSError where its calls have no numbers here."""
    name = machine or os.uname().machine
    if name not in _MACHINES:
        raise OSError(errno.ENOSYS, f"the numbers of system calls are not known for {name}")
    return b"".join(_instructions(*_MACHINES[name]))


def _instructions(architecture: int, column: int) -> Iterator[bytes]:
    numbers = sorted(both[column] for both in _ALLOWED.values())
    yield _instruction(_LOAD, _ARCHITECTURE_AT)
    yield _instruction(_EQUAL, architecture, then=1)
    yield _instruction(_RETURN, _KILL)
    yield _instruction(_LOAD, _NUMBER_AT)
    yield _instruction(_AT_LEAST, _OTHER_ABI, then=len(numbers) + 3)
    for k, number in enumerate(numbers):
        yield _instruction(_EQUAL, number, then=len(numbers) - k + 3)
    yield _instruction(_EQUAL, _TGKILL[column], otherwise=2)
    yield _instruction(_LOAD, _FIRST_ARGUMENT_AT)
    yield _instruction(_EQUAL, os.getpid(), then=1)
    yield _instruction(_RETURN, _REFUSE)
    yield _instruction(_RETURN, _ALLOW)


def _instruction(code: int, value: int, then: int = 0, otherwise: int = 0) -> bytes:
    """`struct sock_filter`; `then` and `otherwise` are how many instructions are passed over."""
    return struct.pack("=HBBI", code, then, otherwise, value)
