"""The nouns of an explanation: what was asked, what was found, and what there is to look at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from matchers.account import Account
from matchers.alignment import Kind
from matchers.coincidences import Answered, Coincidences
from matchers.fusion import Fate
from matchers.material import Lack, Material
from matchers.moments import Moment
from reelprint.answer import Answer, Named
from reelprint.showing.stills import Still

# Of the file a reference was registered from: it is still where it was; it is not; another is.
MediaState = Literal["there", "missing", "changed", "never here"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which matches are to be explained: all, those of one work, those at one time."""

    work_id: str | None = None
    at_s: float | None = None

    def covers(self, named: Named) -> bool:
        """Whether a match is among them."""
        query = named.match.query
        at_s = query.start_s if self.at_s is None else self.at_s
        return self.work_id in (None, named.work_id) and query.start_s <= at_s <= query.end_s


@dataclass(frozen=True, slots=True)
class Medium:
    """The file that a reference was registered from."""

    sha256: str
    source: str  # where it was
    state: MediaState


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A moment with the two pictures that were compared, as far as they can be shown."""

    moment: Moment
    suspect: Still | None
    reference: Still | None


@dataclass(frozen=True, slots=True)
class Sounding:
    """What there is to look at of a match in sound."""

    answered: Answered
    dots: Coincidences


@dataclass(frozen=True, slots=True)
class Listed:
    """Something that was found, and what became of it."""

    named: Named
    fate: Fate
    account: Account


@dataclass(frozen=True, slots=True)
class Opponent:
    """The next best work for some of the same stretch."""

    listed: Listed
    shared_s: float


@dataclass(frozen=True, slots=True)
class Explained:
    """One match with all that it rests on."""

    listed: Listed
    uncounted: tuple[Kind, float] | None  # nats of the other look at the same picture
    runner_up: Opponent | None
    medium: Medium | None  # None when the reference was removed meanwhile
    exhibits: tuple[Exhibit, ...]
    sounding: Sounding | None


@dataclass(frozen=True, slots=True)
class Needed:
    """The score from which an unaltered copy would be reported, by one kind of observation."""

    kind: Kind
    score: float  # nats


@dataclass(frozen=True, slots=True)
class Explanation:
    """One suspect explained."""

    answer: Answer
    wanted: Wanted
    material: Material | None = None  # None for a file that gave nothing
    lacks: tuple[Lack, ...] = ()
    needed: tuple[Needed, ...] = ()
    explained: tuple[Explained, ...] = ()  # the matches that are wanted, the most certain first
    unexplained: int = 0  # how many more of these there are, less certain
    nearest: tuple[Listed, ...] = ()  # what came nearest, if nothing that is wanted matches
    considered: tuple[Listed, ...] = ()  # what was found, the most certain first
    left_out: int = 0  # how many more were found, less certain
