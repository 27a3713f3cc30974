"""Values as pages show them. Whatever is a stranger's text is escaped and kept from turning what
stands beside it."""

from __future__ import annotations

from datetime import datetime

from markupsafe import Markup

from media.clip import Span
from reelprint.showing import words
from reelprint.showing.plain import plain

MOST_LETTERS = 120  # of a name on a page; a longer one is cut, and said to be
MOST_TITLE = 400  # of the same in its tooltip
HEAD = 12  # hex digits of a hash that are shown
UNITS = ("B", "kB", "MB", "GB", "TB")


def name(text: object, most: int = MOST_LETTERS) -> Markup:
    """A name from a stranger, set apart from the direction of what is around it.

    >>> name("a<b>"), name("x" * 9, 4)
    (Markup('<bdi>a&lt;b&gt;</bdi>'), Markup('<bdi title="xxxxxxxxx">xxxx…</bdi>'))
    """
    clear = plain(str(text))
    if len(clear) <= most:
        return Markup("<bdi>{}</bdi>").format(clear)
    return Markup('<bdi title="{}">{}…</bdi>').format(clear[:MOST_TITLE], clear[:most])


def clock(value: float | Span | None) -> str:
    """A time in a file, or from when to when.

    >>> clock(65.0), clock(Span(1, 2)), clock(None)
    ('1:05.0', '0:01.0 – 0:02.0', '–')
    """
    if value is None:
        return "–"
    if isinstance(value, Span):
        return f"{words.time(value.start_s)} – {words.time(value.end_s)}"
    return words.time(value)


def size(count: int) -> str:
    """Bytes.

    >>> size(999), size(1_240_000), size(3 * 10**15)
    ('999 B', '1.2 MB', '3000 TB')
    """
    amount, unit = float(count), 0
    while amount >= 1000 and unit < len(UNITS) - 1:
        amount, unit = amount / 1000, unit + 1
    return (
        f"{amount:.1f} {UNITS[unit]}"
        if unit > 0 and amount < 100
        else f"{amount:.0f} {UNITS[unit]}"
    )


def moment(iso: str | None) -> Markup:
    """A date and time, to the second, in UTC.

    >>> moment("2026-11-23T10:23:38.5+00:00")
    Markup('<time datetime="2026-11-23T10:23:38.5+00:00">2026-11-23 10:23:38</time>')
    """
    if not iso:
        return Markup("–")
    try:
        shown = datetime.fromisoformat(iso).strftime("%Y-%m-%d %H:%M:%S")
    except ValueError:
        return name(iso, 40)
    return Markup('<time datetime="{}">{}</time>').format(iso, shown)


def digest(sha256: str | None) -> Markup:
    """The beginning of a hash, all of it in the tooltip.

    >>> digest("0123456789abcdef")
    Markup('<code class="hash" title="0123456789abcdef">0123456789ab…</code>')
    """
    if not sha256:
        return Markup("–")
    clear = plain(sha256)
    if len(clear) <= HEAD:
        return Markup('<code class="hash">{}</code>').format(clear)
    return Markup('<code class="hash" title="{}">{}…</code>').format(clear[:128], clear[:HEAD])


def share(value: float) -> str:
    """A share in per cent.

    >>> share(0.905), share(1)
    ('90.5 %', '100 %')
    """
    return f"{100 * value:.1f}".removesuffix(".0") + " %"


FILTERS = {
    "name": name,
    "clock": clock,
    "size": size,
    "moment": moment,
    "digest": digest,
    "share": share,
    "number": words.number,
}
