"""Whose packages a workspace takes: keys by their fingerprints, one a line, with a name each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from evidence.signing import MOST_KEY_BYTES, Signer
from index.atomic import write_atomically

TRUSTED = "trusted-keys.txt"
_LINE = re.compile(r"([0-9a-f]{64})(?:  (\S.*))?", re.ASCII)
_FINGERPRINT = re.compile(r"[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Trust:
    """Whom to take packages from."""

    keys: Mapping[str, str]  # names by fingerprint
    unsigned: bool = False  # whether nobody need have signed

    def why_not(self, signer: str | None) -> str | None:
        """Why a package of this signer is not taken; None if it is."""
        if signer is None:
            return (
                None
                if self.unsigned
                else "nobody signed it: say --unsigned to take it all the same"
            )
        if signer not in self.keys:
            return (
                f"it is signed with the key {signer}, which nobody here trusts: compare it with "
                "what the holder says, then `reelprint key trust` it"
            )
        return None


def trusted(home: Path) -> dict[str, str]:
    """The trusted keys of a workspace. Raises ValueError, OSError."""
    file = home / TRUSTED
    if not file.exists():
        return {}
    found = {}
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
        read = _LINE.fullmatch(line)
        if read is None:
            raise ValueError(f"{file}:{number}: not a key's fingerprint, two blanks and a name")
        found[read[1]] = read[2] or ""
    return found


def write(home: Path, keys: Mapping[str, str]) -> None:
    """Put down the trusted keys, at once. Raises OSError."""
    lines = (f"{key}  {name}".rstrip() + "\n" for key, name in sorted(keys.items()))
    text = "".join(lines)

    def put(path: Path) -> None:
        path.write_text(text, encoding="utf-8")

    write_atomically(home / TRUSTED, put)


def fingerprint_of(said: str) -> str:
    """A key's fingerprint as people copy it, or that of a file with a public key. Raises
    ValueError, OSError."""
    found = re.sub(r"[\s:]", "", said).lower()
    if _FINGERPRINT.fullmatch(found):
        return found
    path = Path(said)
    if not path.is_file():
        raise ValueError(f"{said!r} is neither a key's fingerprint nor a file with a public key")
    with path.open("rb") as file:
        return Signer.of(file.read(MOST_KEY_BYTES)).fingerprint
