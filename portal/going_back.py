"""What the browser's Back finds: each step with what was chosen, and nothing once it was sent.

With `no-store` Chromium shows an error in place of a page that answered a POST, so the steps are
kept (`STEP`). What ends a journey makes the browser forget them all (`forgetting`). The answer to
that very press would not be kept either, so it leads on, by a 307, to a second POST of the same
fields, which changes nothing and is kept: Back finds it, and a reload does nothing twice.

Chromium also fills in a form again from its history, if the form has the same action and its first
two fields have the same names. So the first field of each form is named by the second it was made
in (`made_at`): a page that was kept is filled in, one that is fetched again is blank.
"""

from typing import Any, Final

from flask import Flask, Response, redirect, request, url_for
from werkzeug.wrappers import Response as Redirect

from portal.context import portal

STEP: Final = {"Cache-Control": "private, no-cache"}
FORGETTING: Final = {"Clear-Site-Data": '"cache"'}
JOURNEYS: Final = frozenset({"reply", "stop", "complaints", "data"})
"""The blueprints whose pages Back has to restore, with the choices made on them."""

MADE_AT: Final = "made-at-some-time"
"""Stands for `made_at` in a page that is made once and shown often."""


def register(app: Flask) -> None:
    """Give the templates of `app` the name of a form's first field."""
    app.context_processor(lambda: {"made_at": made_at()})


def made_at() -> str:
    """Return a name for the second, in UTC, that a page is made in."""
    return f"made-{portal().clock():%H%M%S}"


def headers(response: Response) -> dict[str, str]:
    """Return the headers that keep a page of a journey; a file and what forgets are not kept."""
    is_page = response.mimetype == "text/html" and not FORGETTING.keys() & response.headers.keys()
    return STEP if is_page and request.blueprint in JOURNEYS else {}


def forgetting(answer: Redirect) -> Redirect:
    """Have the browser forget every page of this site."""
    answer.headers.update(FORGETTING)
    return answer


def ended(**shows: Any) -> Redirect:
    """Forget the pages so far, and post the same fields to this address with the query `shows`."""
    here = url_for(str(request.endpoint), **request.view_args or {}, **shows)
    return forgetting(redirect(here, 307))
