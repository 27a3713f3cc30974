"""What is asked of the Linux kernel that Python has no call for. Each may be refused: OSError."""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Iterable
from pathlib import Path

_LIBC = ctypes.CDLL(None, use_errno=True)

_PR_SET_PDEATHSIG, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 22, 38
_SECCOMP_MODE_FILTER = 2
_CAPABILITY_VERSION_3 = 0x20080522
_CLONE_NEWIPC, _CLONE_NEWUSER, _CLONE_NEWNET = 0x08000000, 0x10000000, 0x40000000
# The same on all architectures.
_LANDLOCK_CREATE_RULESET, _LANDLOCK_ADD_RULE, _LANDLOCK_RESTRICT_SELF = 444, 445, 446
_LANDLOCK_VERSION, _LANDLOCK_RULE_PATH_BENEATH = 1, 1
# Rights by version of Landlock, include/uapi/linux/landlock.h. All are handled; few are granted.
_WRITE_FILE, _READ_FILE, _READ_DIR, _REMOVE_DIR, _REMOVE_FILE = (1 << n for n in range(1, 6))
_MAKE_DIR, _MAKE_REG, _REFER, _TRUNCATE = 1 << 7, 1 << 8, 1 << 13, 1 << 14
_READ = _READ_FILE | _READ_DIR
_MAKE = _MAKE_DIR | _MAKE_REG | _REMOVE_DIR | _REMOVE_FILE | _REFER
_WRITE = _READ | _WRITE_FILE | _TRUNCATE | _MAKE
_OF_A_FILE = _READ_FILE | _WRITE_FILE | _TRUNCATE  # what can be granted of what is no folder
_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
_NETWORK_RIGHTS = {4: 0b11}  # bind and connect TCP
_SCOPES = {6: 0b11}  # signals and abstract sockets


def die_with_parent(signal: int) -> None:
    """Get a signal as soon as the process that started this one is gone."""
    _prctl(_PR_SET_PDEATHSIG, signal)


def give_up_privileges() -> None:
    """Gain none from here on, by no program that is started; give up those that root has."""
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)
    header = struct.pack("=Ii", _CAPABILITY_VERSION_3, 0)
    _checked(_LIBC.capset(header, bytes(24)))


def leave_network() -> None:
    """Go where there is no network and no memory or queue that others share."""
    apart = _CLONE_NEWNET | _CLONE_NEWIPC
    if _LIBC.unshare(apart | _CLONE_NEWUSER) != 0:
        _checked(_LIBC.unshare(apart))  # root may where others may not


def deny_files(read: Iterable[Path] = (), write: Iterable[Path] = ()) -> int:
    """Landlock: no file can be opened, made or removed any more, but for what is named or lies in
    what is named, to `read` or also to `write`; no TCP used, no process outside signalled or
    traced, as far as its version goes, which is given back."""
    version = _system_call(_LANDLOCK_CREATE_RULESET, None, 0, _LANDLOCK_VERSION)
    rules = landlock_rules(version)
    ruleset = _system_call(_LANDLOCK_CREATE_RULESET, rules, len(rules), 0)
    known = (1 << _FILE_RIGHTS[min(version, 5)]) - 1
    try:
        for rights, paths in ((_READ, read), (_WRITE, write)):
            for path in paths:
                _grant(ruleset, path, rights & known)
        _system_call(_LANDLOCK_RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)
    return version


def _grant(ruleset: int, path: Path, rights: int) -> None:
    beneath = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        given = rights if path.is_dir() else rights & _OF_A_FILE
        rule = struct.pack("=Qi", given, beneath)
        _system_call(_LANDLOCK_ADD_RULE, ruleset, _LANDLOCK_RULE_PATH_BENEATH, rule, 0)
    finally:
        os.close(beneath)


def landlock_rules(version: int) -> bytes:
    """`struct landlock_ruleset_attr`, no longer than a version knows it.

    >>> [len(landlock_rules(version)) for version in (1, 3, 4, 5, 6, 7)]
    [8, 8, 16, 16, 24, 24]
    """
    words = [(1 << _FILE_RIGHTS[min(version, 5)]) - 1]
    words += [value for since, value in _NETWORK_RIGHTS.items() if version >= since]
    words += [value for since, value in _SCOPES.items() if version >= since]
    return struct.pack(f"={len(words)}Q", *words)


def filter_system_calls(program: bytes) -> None:
    """Have each system call of this process from here on judged by a program of classic BPF."""
    code = ctypes.create_string_buffer(program, len(program))
    instructions = len(program) // 8
    packed = struct.pack("@HP", instructions, ctypes.addressof(code))
    _prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.create_string_buffer(packed, len(packed)))


def _prctl(option: int, *arguments: object) -> None:
    padded = [*arguments, *[0] * (4 - len(arguments))]
    wide = [ctypes.c_ulong(a) if isinstance(a, int) else a for a in padded]
    _checked(_LIBC.prctl(option, *wide))


def _system_call(number: int, *arguments: bytes | int | None) -> int:
    wide = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    return _checked(_LIBC.syscall(ctypes.c_long(number), *wide))


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result
