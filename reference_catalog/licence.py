"""Who may distribute a work, where and when."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

# ISO 3166-1 alpha-2, as officially assigned.
_CODES = (
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO "
    "BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ "
    "DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP "
    "GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG "
    "KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML "
    "MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE "
    "PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL "
    "SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM "
    "US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW"
)
TERRITORIES = frozenset(_CODES.split())
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)", re.ASCII)
_MOST_HOST = 253


@dataclass(frozen=True, slots=True, order=True)
class Licence:
    """A distributor that may show a work, with all its subdomains, in a half-open window of time.

    Made by `licence`, which verifies it.
    """

    distributor: str  # a host name, in its ASCII form
    territories: tuple[str, ...]  # ISO 3166-1 alpha-2, in order; none: everywhere
    start: str  # RFC 3339 in UTC to the second; empty: from ever
    end: str  # the first moment after it; empty: for ever

    def covers(self, at: datetime) -> bool:
        """Whether a moment lies in its window."""
        if self.start and at < datetime.fromisoformat(self.start):
            return False
        return not self.end or at < datetime.fromisoformat(self.end)

    def as_dict(self) -> dict[str, object]:
        """Its JSON form."""
        return {
            "distributor": self.distributor,
            "territories": list(self.territories),
            "start": self.start or None,
            "end": self.end or None,
        }


def licence(distributor: str, territories: str, start: str, end: str) -> Licence:
    """A licence from what a person wrote; territories are separated by blanks or commas, and a date
    is that day's midnight in UTC. Raises ValueError.

    >>> licence("VOD.example.", "kr, JP", "2026-01-01", "2027-01-01").territories
    ('JP', 'KR')
    """
    codes = sorted({territory(one) for one in territories.replace(",", " ").split()})
    found = Licence(host(distributor), tuple(codes), moment(start), moment(end))
    if found.start and found.end and found.end <= found.start:
        raise ValueError(f"the licence ends ({end}) before it starts ({start})")
    return found


def territory(code: str) -> str:
    """A territory in canonical form. Raises ValueError.

    >>> territory("kr")
    'KR'
    """
    found = code.strip().upper()
    if found not in TERRITORIES:
        hint = ": write GB" if found == "UK" else ""
        raise ValueError(f"{code!r} is no ISO 3166-1 alpha-2 territory{hint}")
    return found


def host(name: str) -> str:
    """A host name in lower-case ASCII form, without a dot at its end. Raises ValueError.

    >>> host("Stream.Example."), host("영화.example")
    ('stream.example', 'xn--vj5bo21a.example')
    """
    text = name.strip().removesuffix(".")
    try:
        found = text.encode("idna").decode("ascii").lower()
    except UnicodeError as error:
        raise ValueError(f"{name!r} is not a host name") from error
    labels = found.split(".")
    if len(found) > _MOST_HOST or not all(map(_LABEL.fullmatch, labels)):
        raise ValueError(f"{name!r} is not a host name: write stream.example")
    if len(labels) < 2:
        raise ValueError(f"{name!r} would license a whole domain of the top level")
    return found


def moment(text: str) -> str:
    """A date or a moment as RFC 3339 in UTC; empty if nothing is said. Raises ValueError.

    >>> moment("2026-01-01"), moment("2026-01-01T09:00:00+09:00"), moment("")
    ('2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z', '')
    """
    if not text:
        return ""
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"{text!r} is not a date: write 2026-01-31") from error
    if found.tzinfo is None and not _DATE.fullmatch(text):
        raise ValueError(f"{text!r} names no time zone: write a date, or 2026-01-31T00:00:00Z")
    zoned = found.replace(tzinfo=UTC) if found.tzinfo is None else _in_utc(found, text)
    return zoned.isoformat(timespec="seconds").replace("+00:00", "Z")


def _in_utc(found: datetime, text: str) -> datetime:
    try:
        return found.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"{text!r} is not a date") from error
