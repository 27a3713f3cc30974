"""How a page is rendered: a template, the words of the reader's language, and who is reading.

Titles, file names and reasons come from hostile files. Everything is escaped, and characters that
do not show, or turn what follows them, are spelled out (`reelprint.showing.plain`). No page holds a
script or a style of its own: the policy that the service sends forbids both.
"""

from __future__ import annotations

import json
from functools import cache

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

import reelprint
from accounts.principal import Principal
from accounts.records import Session
from reelprint.console import flash, statics
from reelprint.console.nav import NAV, Group, Item, is_here
from reelprint.console.preferences import preferences
from reelprint.console.texts import LANGUAGES, NAMES, Language, Texts, texts_of
from reelprint.console.words import FILTERS
from reelprint.showing import plot
from reelprint.showing.plain import plain

HTMX = json.dumps(
    {
        "allowEval": False,
        "allowScriptTags": False,
        "includeIndicatorStyles": False,
        "selfRequestsOnly": True,
        "historyCacheSize": 0,
        "scrollBehavior": "instant",
        # What fails says so in place of what was asked for.
        "responseHandling": [
            {"code": "204", "swap": False},
            {"code": "[23]..", "swap": True},
            {"code": "[45]..", "swap": True, "error": True},
        ],
    }
)


def render(
    request: Request, who: Principal | None, template: str, status: int = 200, **values: object
) -> HTMLResponse:
    """A page, or a part of one for htmx. In its template are also `t` (a text by its key), `who`,
    `lang`, `theme`, `path`, `csrf`."""
    wanted = preferences(request)
    texts = texts_of(wanted.language)
    said = flash.waiting(request)
    page = environment(wanted.language).get_template(template)
    body = page.render(
        request=request,
        who=who,
        theme=wanted.theme,
        keys_on=wanted.keys,
        path=request.url.path,
        here=_here(request),
        csrf=csrf(request),
        nav=_visible(who),
        flash=_said(texts, said) if said else None,
        **values,
    )
    response = HTMLResponse(body, status)
    response.headers["Vary"] = "Accept-Language, Cookie"
    if said is not None and not request.headers.get("hx-request"):
        response.delete_cookie(flash.COOKIE)
    return response


def csrf(request: Request) -> str:
    """The token of the reader's session; empty when there is none."""
    session: Session | None = getattr(request.state, "session", None)
    return "" if session is None else session.csrf


def texts(request: Request) -> Texts:
    """The words of the reader's language, for what is not said in a template."""
    return texts_of(preferences(request).language)


@cache
def environment(language: Language) -> Environment:
    """For the pages of one language."""
    made = Environment(
        loader=PackageLoader("reelprint.console"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_plain,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(FILTERS)
    made.globals.update(
        t=texts_of(language),
        lang=language,
        languages=[(one, NAMES[one]) for one in LANGUAGES],
        static=statics.url,
        is_here=is_here,
        htmx=HTMX,
        plot=plot,
        version=reelprint.__version__,
    )
    return made


def _plain(value: object) -> object:
    """Words as they may be shown; what is markup was made here."""
    return plain(value) if type(value) is str else value


def _here(request: Request) -> str:
    query = request.url.query
    return request.url.path + (f"?{query}" if query else "")


def _visible(who: Principal | None) -> list[Group]:
    """The navigation as far as somebody may go."""
    groups = (Group(g.key, tuple(i for i in g.items if _may(who, i))) for g in NAV)
    return [group for group in groups if group.items]


def _may(who: Principal | None, item: Item) -> bool:
    return item.act is None or (who is not None and who.may(item.act))


def _said(texts: Texts, said: flash.Flash) -> tuple[Markup, bool] | None:
    """A message; None for one that no text has, or that lacks what fills it."""
    try:
        return texts(f"flash.{said.key}", **said.values), said.bad
    except (KeyError, IndexError):
        return None
