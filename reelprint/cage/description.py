"""What the cage is made of on this machine, as a caged process itself tells it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from io import BufferedReader
from pathlib import Path
from typing import Any

from media.source import open_regular
from reelprint.cage import caged, closing
from reelprint.cage.keeper import Asked
from reelprint.cage.limits import MEMORY_BYTES, OUTPUT_BYTES, Limits
from reelprint.cage.parcel import Parcel, plain

PATIENCE_S = 60.0


@dataclass(frozen=True, slots=True)
class Protection:
    """One layer of the cage, what it keeps from happening, and what to do where it is missing."""

    name: str
    what: str
    remedy: str


PROTECTIONS = (
    Protection(
        "limits",
        "memory, processor time, output, open files: limited",
        "none is needed: each Linux has it",
    ),
    Protection(
        "privileges",
        "no privileges, and none to be gained",
        "use Linux 3.5 or later",
    ),
    Protection(
        "network",
        "a network name space of its own, without network",
        "allow user name spaces (sysctl user.max_user_namespaces, "
        "kernel.unprivileged_userns_clone, kernel.apparmor_restrict_unprivileged_userns)",
    ),
    Protection(
        "files",
        "no file can be opened (Landlock)",
        "use Linux 5.13 or later with landlock among its security modules (lsm=)",
    ),
    Protection(
        "calls",
        "no system calls but for reading, memory and time (seccomp)",
        "use a kernel with seccomp filters, on x86-64 or AArch64",
    ),
)


@dataclass(frozen=True, slots=True)
class Cage:
    """Which protections are there; by name, why those are missing that are."""

    missing: dict[str, str]

    @property
    def is_whole(self) -> bool:
        """Whether nothing is missing."""
        return not self.missing

    def as_dict(self, memory_bytes: int = MEMORY_BYTES) -> dict[str, Any]:
        """Its JSON form, for records: layers that are there, what is missing and why, limits."""
        there = [one.name for one in PROTECTIONS if one.name not in self.missing]
        limits = {"memory_bytes": memory_bytes, "output_bytes": OUTPUT_BYTES}
        return {"process": "one a file", "layers": there, "missing": self.missing, "limits": limits}


def look() -> Cage:
    """The cage that files are decoded in here: one is shut, and tells of itself before it has read
    anything. Raises `Unreadable` if none can be made."""
    with open_regular(Path(__file__)) as nothing:
        parcel = caged.run(tell, nothing, {}, Limits.within(PATIENCE_S))
    told = {str(one["name"]): one["missing"] for one in parcel.said["layers"]}
    absent = {one.name: told.get(one.name, "it was not tried") for one in PROTECTIONS}
    return Cage({name: plain(why) for name, why in absent.items() if why is not None})


def described(memory_bytes: int = MEMORY_BYTES) -> dict[str, Any]:
    """What the cage is made of, as a record may keep it; the memory is what is set for the files
    that are meant. Raises `Unreadable` without a cage."""
    return look().as_dict(memory_bytes)


def tell(file: BufferedReader, asked: Asked) -> Parcel:
    """The layers around this process."""
    return Parcel({"layers": [asdict(layer) for layer in closing.layers]})
