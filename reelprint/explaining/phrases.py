"""An explanation in sentences. They say what was measured, and never more than that."""

from __future__ import annotations

import math
from collections.abc import Mapping

from matchers.account import Account, Part, Sense
from matchers.alignment import Kind
from matchers.calibration import calibration
from matchers.confirming import CONFIRMED
from matchers.frames import STILL_NATS as FRAME_NATS
from matchers.fusion import Fate
from matchers.match import Standing
from matchers.material import LEAST_FEATURES, Lack
from matchers.significance import LEAST_EXTENT_S, PEAK_PLACE_S
from matchers.standing import DENIED
from matchers.testimony import PICTURE_NATS, STILL_NATS
from reelprint.altered import altered
from reelprint.answer import Named
from reelprint.explaining.explanation import Explanation, Listed, MediaState, Opponent
from reelprint.showing.words import LEAST_PITCH, number, span, time

SOUNDS: Mapping[Standing, str] = {
    "other": "the suspect sounds otherwise there. Along the line of the picture accident explains "
    f"its sound better, by {DENIED:g} nats or more, than a copy would of which a fifth of the "
    "spectral peaks survive, at any pitch and up to three seconds earlier or later. Under noise "
    "or other sound that is ten decibels louder a copy may be told as another",
    "none": "the suspect is silent there",
    "not_registered": "no sound of the work is registered there",
    "unsure": "the suspect has sound there too, and whether it is the work’s could not be told",
}
PICTURES: Mapping[Standing, str] = {
    "other": "the suspect shows something else there. Of key frames along the line of the sound, "
    "none was found in the suspect’s frames, whole, cropped, turned, mirrored or small",
    "still": "the suspect shows one picture there that does not move",
    "none": "the suspect shows nothing there",
    "not_registered": "no picture of the work is registered there",
    "unsure": "the suspect has a picture there too, and whether it is the work’s could not be told",
}
LEAST_HELD_BACK = 0.005  # nats; less is not seen in two digits
LEAST_SPEED = 0.005  # less than half a per cent is not worth a word
SENSES: Mapping[Sense, str] = {
    "peaks": "spectral peaks of the sound",
    "outline": "outline of the sound’s spectrum",
    "frames": "whole frames",
    "features": "features of key frames",
}
KINDS: Mapping[Kind, str] = {
    "peaks": "sound",
    "frames": "whole frames",
    "features": "features of pictures",
}
FATES: Mapping[Fate, str] = {
    "reported": "reported",
    "above_bound": "not reported: above the bound",
    "covered": "not reported: a more certain match of the same reference takes most of its stretch",
}
MEDIA: Mapping[MediaState, str] = {
    "there": "its SHA-256 was checked: it is the file that was registered",
    "missing": "the file is no longer there, so the work’s picture cannot be shown; its "
    "fingerprints were kept",
    "changed": "another file is there now, so the work’s picture is not shown; its fingerprints "
    "were kept",
    "never here": "it was registered from a package of fingerprints: its media never left its "
    "holder, so the work’s picture cannot be shown",
}


def sentence(listed: Listed) -> str:
    """What a match says, in words; of what is no match, that it comes near."""
    named, match = listed.named, listed.named.match
    what = {"audio": "sound", "video": "picture", "both": "picture and sound"}[match.modality]
    verb = "match" if match.modality == "both" else "matches"
    if listed.fate == "above_bound":
        verb = "come near" if match.modality == "both" else "comes near"
    said = "".join(f", {one}" for one in [*_picture(named), *_time(named)])
    if match.query.duration_s == 0.0:
        at = time(match.matched.start_s)
        return f"The {what} of the suspect {verb} “{named.title}” at {at}{said}."
    return (
        f"From {span(match.query)} the {what} of the suspect {verb} “{named.title}” from "
        f"{span(match.matched)}{said}."
    )


def other_sense(named: Named) -> str | None:
    """What the sense does that takes no part in a match."""
    match = named.match
    if match.modality == "both":
        return None
    if match.modality == "video":
        return f"It rests on the picture alone: {SOUNDS[match.sound]}."
    return f"It rests on the sound alone: {PICTURES[match.picture]}."


def chance(account: Account) -> str:
    """What an E-value says."""
    fewer = "fewer than " if account.is_least else ""
    return (
        f"Under the null model, a search of this size is expected to give {fewer}"
        f"{number(account.e_value)} matches at least this good by chance."
    )


def no_match(listed: Listed) -> str:
    """What is to be said of what was found and is no match."""
    account = listed.account
    if listed.fate == "reported":
        return "It is reported as a match."
    if listed.fate == "covered":
        return f"{FATES['covered'].capitalize()}."
    return (
        f"It is no match. It has {account.score:.2f} nats; {account.needed:.2f} are needed for "
        f"an E-value of {account.bound:g}, the bound of this workspace. Chance alone is expected "
        f"to give {number(account.e_value)} as good in a search of this size."
    )


def runner_up(opponent: Opponent | None) -> str:
    """Why the next best work for a stretch lost, or that it did not."""
    if opponent is None:
        return (
            "No other registered work came near: of no other was any run of observations in this "
            "stretch good enough to be kept."
        )
    named, fate = opponent.listed.named, opponent.listed.fate
    where = (
        f"“{named.title}” [{named.work_id}], for {opponent.shared_s:.1f} s of the same stretch. "
    )
    if fate == "reported":
        return where + (
            "It did not lose: it is reported as well: this stretch matches both works, and "
            "Reelprint does not say which of them the suspect was made from."
        )
    return where + no_match(opponent.listed)


def part(one: Part) -> str:
    """How the observations of one sense are counted."""
    words = {
        "peaks": "Peaks of the reference looked for in the suspect, and ridges where one is gone. "
        "Peaks of one moment count as fewer.",
        "outline": "Moments at which bands stand over their neighbours as in the reference, more "
        "than as at other times of it; where that leaves doubt, and as a network that was trained "
        "on other sounds says.",
        "frames": "Frames of the reference compared with the suspect’s frame at that time, each "
        "by how much it shows that neither film showed a moment before.",
        "features": "Key frames of the reference, each by its features seen at their places. What "
        "earlier key frames or the suspect showed there before proves nothing new, and a crowd "
        "counts as a few.",
    }[one.sense]
    divided = {
        "peaks": " The sum is divided by a measured dispersion: peaks depend on each other.",
        "outline": " Divided by the same dispersion.",
        "frames": "",
        "features": " The sum is divided, because features depend on each other.",
    }[one.sense]
    return words + divided + _held_back(one)


def factors(account: Account) -> tuple[tuple[float, str], ...]:
    """What the size of a search is a product of."""
    search, kind = account.search, account.charged
    model = calibration()
    observations, places, hypotheses = {
        "peaks": (
            "spectral peaks of the suspect",
            f"places in the references: one each {PEAK_PLACE_S * 1000:.0f} ms of their sound (of "
            f"at least {LEAST_EXTENT_S / 3600:g} h), times the measured share that voting brings "
            f"to verification (e to the power of {model.log_candidates:g})",
            "changes of speed, tempo and pitch, times rates of damage; for a copy that is not "
            "altered, what its half of the chances allowed comes to",
        ),
        "frames": (
            "wholly new frames that the suspect’s frames are worth",
            "frames of the references",
            "ways of seeing a picture (mirrored, in negative, inside bars), times speeds, times "
            "kinds of damage; ten million times as many for a picture in negative",
        ),
        "features": (
            "frames of the suspect with features",
            "key frames of the references",
            "ways of seeing a picture, times ways of laying one on another",
        ),
    }[kind]
    paid = (
        search.beside,
        "for the other sense, looked at along the line of the surer one: what chance gives there, "
        "and that it was not fixed beforehand how much each sense would bring",
    )
    kin = (
        math.exp(search.kinship),
        "for what sounds of one composer, key or set of instruments have in common: under an "
        f"E-value of {model.kin_from:g} chance falls off as the power {model.kin_slope:g} of what "
        "it would be among sounds that have nothing in common",
    )
    return (
        (search.observations, observations),
        (search.places, places),
        (search.hypotheses, hypotheses),
        *((paid,) if search.beside != 1 else ()),
        *((kin,) if search.kinship else ()),
    )


def stopped(explanation: Explanation) -> tuple[tuple[str, str], ...]:
    """What stood in the way of a match: a stable word, and a sentence."""
    answer = explanation.answer
    said: list[tuple[str, str]] = []
    if answer.status in ("unreadable", "too_short"):
        said.append((answer.status, f"{(answer.reason or '').capitalize()}."))
    said.extend((lack, _lack(lack)) for lack in explanation.lacks)
    if explanation.material is not None:
        said.append(_nearest(explanation))
    return tuple(said)


def given_up(explanation: Explanation) -> str:
    """That nothing of what was asked for matches."""
    wanted = explanation.wanted
    if explanation.answer.status == "unreadable":
        return "This file could not be read: nothing is known of what it carries."
    which = f"the work {wanted.work_id}" if wanted.work_id else "any registered work"
    when = "" if wanted.at_s is None else f" at {wanted.at_s:g} s"
    others = dict.fromkeys(named.work_id for named in explanation.answer.matches)
    besides = f" The file is identified otherwise: {', '.join(others)}." if others else ""
    return f"No match with {which} was found{when}.{besides}"


def _picture(named: Named) -> list[str]:
    return altered(named.match.transform) if named.match.modality != "audio" else []


def _time(named: Named) -> list[str]:
    match, said = named.match, []
    if abs(match.speed - 1) >= LEAST_SPEED:
        said.append(f"at {match.speed:.3f} times its speed")
    if match.modality != "video" and abs(match.pitch_semitones) >= LEAST_PITCH:
        side = "above" if match.pitch_semitones > 0 else "below"
        said.append(f"the sound {abs(match.pitch_semitones):.2f} semitones {side} the work’s")
    return said


def _held_back(one: Part) -> str:
    if one.limit is None or one.held_back < LEAST_HELD_BACK:
        return ""
    return (
        f" Each time a line is verified, one picture, or a still stretch, proves {one.limit:g} "
        f"nats by itself at most, and {CONFIRMED:g} more for each that others prove; the rest is "
        "held back."
    )


def _lack(lack: Lack) -> str:
    return {
        "no_sound": "It has no sound, or its sound is silent.",
        "no_picture": "It has no picture.",
        "flat_picture": "Its picture is black, flat or noise throughout; such frames fit anything "
        "and prove nothing.",
        "mostly_flat": "Most of its frames are black, flat or noise, and prove nothing.",
        "still": "Its picture hardly changes. One picture proves only so much by itself: "
        f"{FRAME_NATS:g} nats of a film’s whole frames, {STILL_NATS:g} of its features, "
        f"{PICTURE_NATS:g} of the features of a file that is one picture.",
        "few_features": f"Its frames have few features, {LEAST_FEATURES:g} or less: dark, blurred "
        "or empty pictures are hard to tell apart once they are cropped, turned or shown small.",
    }[lack]


def _nearest(explanation: Explanation) -> tuple[str, str]:
    if not explanation.nearest:
        return "nothing_near", (
            "Nothing came near: along no line that was looked at did observations add up to as "
            "much as is kept (5 nats of a picture, 8 of sound before they are divided)."
        )
    nearest = explanation.nearest[0]
    named = nearest.named
    return nearest.fate, f"Nearest came “{named.title}” [{named.work_id}]. {no_match(nearest)}"
