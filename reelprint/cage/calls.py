"""Which system calls a caged process may make, as a program of classic BPF that seccomp runs.

Reading, computing, memory and time, and nothing else: no file is opened, no socket, no process or
thread started, no other process touched. Who has files of its own to work with may open, make and
remove some besides; which, Landlock says. What is not listed is refused with EPERM, so that a
library that asks for more learns it, and goes on or fails, as it would without permission.
"""

from __future__ import annotations

import errno
import fcntl
import os
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

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
# Besides, for files of its own. AArch64 has no calls without a folder: None.
_FILES = {
    "openat": (257, 56), "getdents64": (217, 61), "statx": (332, 291), "fstatfs": (138, 44),
    "statfs": (137, 43), "lstat": (6, None), "stat": (4, None), "access": (21, None),
    "faccessat": (269, 48), "faccessat2": (439, 439), "readlink": (89, None),
    "readlinkat": (267, 78), "getcwd": (79, 17), "pwrite64": (18, 68), "ftruncate": (77, 46),
    "fallocate": (285, 47), "fsync": (74, 82), "fdatasync": (75, 83), "flock": (73, 32),
    "umask": (95, 166), "dup": (32, 23),
    "mkdir": (83, None), "mkdirat": (258, 34), "rmdir": (84, None), "unlink": (87, None),
    "unlinkat": (263, 35), "rename": (82, None), "renameat": (264, 38), "renameat2": (316, 276),
    "getuid": (102, 174), "geteuid": (107, 175), "getgid": (104, 176), "getegid": (108, 177),
}  # fmt: skip
# The first word is what the kernel calls the architecture (AUDIT_ARCH_…), the second our column.
_MACHINES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}

_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_NUMBER_AT, _ARCHITECTURE_AT, _ARGUMENTS_AT = 0, 4, 16  # in `struct seccomp_data`
_SIZE = 8  # bytes of an instruction
_ALLOW, _KILL, _REFUSE = 0x7FFF0000, 0x80000000, 0x00050000 | errno.EPERM
_OTHER_ABI = 0x40000000  # x32 calls, which have numbers of their own on x86-64


@dataclass(frozen=True, slots=True)
class _Guarded:
    """A call that is allowed if some words of its arguments have one of some values.

    Arguments have two words of 32 bits, the lower first: word 2 is the lower one of the second.
    """

    numbers: tuple[int, int]
    words: Mapping[int, tuple[int, ...]]


# What of a descriptor may be asked and locked: not whom the kernel is to signal about it. What may
# be opened may be its owner's alone, no one's more, and be dated, by its descriptor and no name.
# Python closes descriptors on execution by `ioctl`, and asks whether each is a terminal.
_IOCTL = _Guarded((16, 29), {2: (0x5401, 0x5450, 0x5451)})  # TCGETS, FIONCLEX, FIOCLEX
_LOCKS = (fcntl.F_GETLK, fcntl.F_SETLK, fcntl.F_SETLKW, 36, 37, 38)  # 36 on: F_OFD_…
_ASKED = (fcntl.F_GETFD, fcntl.F_SETFD, fcntl.F_GETFL, fcntl.F_DUPFD_CLOEXEC)
_FCNTL = _Guarded((72, 25), {2: (*_ASKED, *_LOCKS)})
_FCHMOD = _Guarded((91, 52), {2: (0o600, 0o400)})
_UTIMENSAT = _Guarded((280, 88), {2: (0,), 3: (0,)})


def program(machine: str | None = None, with_files: bool = False) -> bytes:
    """The filter for this process. Raises OSError where its calls have no numbers here."""
    name = machine or os.uname().machine
    if name not in _MACHINES:
        raise OSError(errno.ENOSYS, f"the numbers of system calls are not known for {name}")
    return b"".join(_instructions(*_MACHINES[name], with_files))


def _instructions(architecture: int, column: int, with_files: bool) -> Iterator[bytes]:
    yield _instruction(_LOAD, _ARCHITECTURE_AT)
    yield _instruction(_EQUAL, architecture, then=1)
    yield _instruction(_RETURN, _KILL)
    yield _instruction(_LOAD, _NUMBER_AT)
    yield _instruction(_AT_LEAST, _OTHER_ABI, otherwise=1)
    yield _instruction(_RETURN, _REFUSE)
    yield from _any_of(_numbers(column, with_files))
    for guarded in _guarded(with_files):
        asked = b"".join(_within(guarded))
        # To load a word puts the number out of the way: whoever comes here does not come back.
        yield _instruction(_EQUAL, guarded.numbers[column], otherwise=len(asked) // _SIZE)
        yield asked
    yield _instruction(_RETURN, _REFUSE)


def _numbers(column: int, with_files: bool) -> list[int]:
    table = [*_ALLOWED.values(), *(_FILES.values() if with_files else ())]
    return sorted(number for both in table if (number := both[column]) is not None)


def _guarded(with_files: bool) -> list[_Guarded]:
    # To raise a signal: allowed to this process alone, so that `abort` can end it.
    raising = _Guarded((234, 131), {0: (os.getpid(),)})
    return [raising, *((_IOCTL, _FCNTL, _FCHMOD, _UTIMENSAT) if with_files else ())]


def _any_of(numbers: Sequence[int]) -> Iterator[bytes]:
    """Allow what was loaded if it is one of these; otherwise go on behind them."""
    for k, number in enumerate(numbers, 1):
        left = len(numbers) - k
        yield _instruction(_EQUAL, number, then=left, otherwise=0 if left else 1)
    yield _instruction(_RETURN, _ALLOW)


def _within(guarded: _Guarded) -> Iterator[bytes]:
    """Allow a call if each word has one of its values, and refuse it otherwise."""
    for word, values in guarded.words.items():
        yield _instruction(_LOAD, _ARGUMENTS_AT + 4 * word)
        for k, value in enumerate(values):
            yield _instruction(_EQUAL, value, then=len(values) - k)
        yield _instruction(_RETURN, _REFUSE)
    yield _instruction(_RETURN, _ALLOW)


def _instruction(code: int, value: int, then: int = 0, otherwise: int = 0) -> bytes:
    """`struct sock_filter`; `then` and `otherwise` are how many instructions are passed over."""
    return struct.pack("=HBBI", code, then, otherwise, value)
