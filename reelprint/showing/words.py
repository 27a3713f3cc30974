"""Times, spans and E-values as people read them."""

from __future__ import annotations

from matchers.match import Match
from media.clip import Span
from reelprint.altered import altered

_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
MODALITIES = {"both": "picture and sound", "video": "picture", "audio": "sound"}
MOST_POWER = 100  # beyond it no model of chance means anything
LEAST_PITCH = 0.05  # semitones; less is not worth a word


def time(seconds: float) -> str:
    """Hours where there are any, minutes, seconds and tenths.

    >>> time(59.96), time(3.04), time(-0.01), time(3723.0)
    ('1:00.0', '0:03.0', '0:00.0', '1:02:03.0')
    """
    minutes, tenths = divmod(max(0, round(seconds * 10)), 600)
    hours, left = divmod(minutes, 60)
    return f"{f'{hours}:{left:02d}' if hours else left}:{tenths / 10:04.1f}"


def mark(seconds: float) -> str:
    """A time on an axis: tenths only where they are needed.

    >>> mark(65.0), mark(0.5)
    ('1:05', '0:00.5')
    """
    return time(seconds).removesuffix(".0")


def span(stretch: Span) -> str:
    """From when to when.

    >>> span(Span(1, 65))
    '0:01.0 to 1:05.0'
    """
    return f"{time(stretch.start_s)} to {time(stretch.end_s)}"


def raised(power: int) -> str:
    """A whole number as an exponent.

    >>> raised(18)
    '¹⁸'
    """
    return str(power).translate(_RAISED)


def rarity(e_value: float) -> str:
    """What an E-value means.

    >>> rarity(3.2e-19)
    'chance alone would give one match this good in about 10¹⁸ searches like this one'
    """
    mantissa, exponent = f"{e_value:.0e}".split("e")
    # 3e-19 is one in 3e18; the power below it does not overstate.
    power = -int(exponent) - (mantissa != "1")
    if power < 1:
        return "chance alone would give a match this good in a search like this one"
    if power > MOST_POWER:
        return "chance alone would not give a match this good in 10¹⁰⁰ searches like this one"
    searches = f"10{raised(power)}"
    return f"chance alone would give one match this good in about {searches} searches like this one"


def number(value: float) -> str:
    """A number that may be very large or very small.

    >>> number(3.2e-19), number(0.26), number(9158.6), number(2.5e9), number(1.0)
    ('3.2·10⁻¹⁹', '0.26', '9,160', '2.5·10⁹', '1')
    """
    if value == 0 or 1e-3 <= value < 1e6:
        return f"{float(f'{value:.3g}'):,.10g}"
    mantissa, exponent = f"{value:.1e}".split("e")
    sign = "⁻" if exponent.startswith("-") else ""
    return f"{float(mantissa):g}·10{sign}{raised(abs(int(exponent)))}"


def speed(match: Match) -> str:
    """How fast the suspect runs through the work.

    >>> from matchers.match import Transform
    >>> speed(Match(1, "both", Span(0, 1), Span(0, 1), 1.0502, 0.84, Transform(), 9.0, 1e-9))
    '1.050'
    """
    return f"{match.speed:.3f}"


def pitch(match: Match) -> str:
    """How far the suspect's sound lies above the work's."""
    if match.modality == "video":
        return "no part in it"
    if abs(match.pitch_semitones) < LEAST_PITCH:
        return "as in the work"
    side = "above" if match.pitch_semitones > 0 else "below"
    return f"{abs(match.pitch_semitones):.2f} semitones {side}"


def picture(match: Match) -> str:
    """What was done to the picture."""
    if match.modality == "audio":
        return "no part in it"
    return ", ".join(altered(match.transform)) or "as in the work"
