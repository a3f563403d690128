"""Every journey through the portal, step by step, as a tenant presses it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from tests.portal.site import AFTER_CLOSING, DAY, MONTH

MAIN, SEND, LANGUAGE = "button.main", 'button[value="send"]', ".language :is(a, button)"
SAFELY = ("yes", "text", "not-at-home", "work")
WRONG = {"#address": "tenant-001@example.org", "#text": "You wrote to my old address."}
LINK_ELSEWHERE = '.help a[href^="https:"]'
OUTSIDE = ""
"""In the place of a template: a page that is not the portal's."""


@dataclass(frozen=True)
class Press:
    """What is chosen and typed on a page, what is pressed then, and the template that answers.

    `forgets` if the browser then forgets the pages before; `switches` if the language changes;
    `returns` if the journey goes on from the page before.
    """

    press: str
    shows: str
    chooses: tuple[str, ...] = ()
    types: Mapping[str, str] = field(default_factory=dict)
    forgets: bool = False
    switches: bool = False
    returns: bool = False


@dataclass(frozen=True)
class Journey:
    """Where it starts, what that page shows, and its steps; `{reply}` and `{stop}` are links."""

    start: str
    shows: str
    steps: tuple[Press, ...]
    now: datetime = DAY


def asked(*values: str) -> Press:
    return Press(MAIN, "question.html", values)


def pressed(do: str, shows: str = "data/held.html", *chosen: str, forgets: bool = False) -> Press:
    return Press(f'button[value="{do}"]', shows, chosen, forgets=forgets)


def saved(shows: str, *chosen: str, forgets: bool = False) -> Press:
    return Press(MAIN, shows, chosen, forgets=forgets)


def of_the_reply(*steps: Press) -> Journey:
    return Journey("{reply}", "question.html", steps)


def of_the_data(*steps: Press) -> Journey:
    return Journey("/data", "data/ask.html", (*ENTERED, *steps))


def switched(shows: str, *chosen: str) -> Press:
    return Press(LANGUAGE, shows, chosen, switches=True)


ELSEWHERE = Press(LINK_ELSEWHERE, OUTSIDE, returns=True)
TO_DATA = Press('a.onward[href*="/data"]', "data/ask.html", returns=True)
LEFT = Press("nav.leave a", OUTSIDE, forgets=True)
ENDED = (asked("yes"), asked("work"), asked("ended"), asked("now"))
CHECKED = saved("check.html", "debts")
SHARING = Press(SEND, "sharing.html")
SENT = Press(SEND, "sent.html", forgets=True)
NOT_SHOWN = Press(SEND, "sent.html", ("no",), forgets=True)
SHOWN = Press(SEND, "sent.html", SAFELY, forgets=True)
CHANGED = "data/change.html"
ANSWERED = "data/change_question.html"
HELD = "data/held.html"
ENTERED = (
    Press(MAIN, "data/code.html", types={"#address": "t-001@example.org"}),
    Press(MAIN, HELD, types={"#code": "{code}", "#reference": "T-001"}),
)
OVER_A_MONTH = datetime(2027, 1, 5, 9, tzinfo=UTC)
FRESH = Press(MAIN, "fresh_link_sent.html", ("yes",))

JOURNEYS = {
    "nothing changed": of_the_reply(saved("check.html", "no"), SENT, ELSEWHERE, TO_DATA),
    "my job ended, not shown": of_the_reply(
        *ENDED, CHECKED, SHARING, NOT_SHOWN, ELSEWHERE, TO_DATA, LEFT
    ),
    "several changes, shown": of_the_reply(
        asked("yes"),
        asked("work", "rent"),
        *(asked("ended"), asked("now"), asked("up")),
        CHECKED,
        *(SHARING, SHOWN, ELSEWHERE, TO_DATA),
        *(pressed("take-back", "taken_back.html", forgets=True), TO_DATA),
        *(pressed("delete", "taken_back.html", forgets=True), TO_DATA),
    ),
    "deleted at once": of_the_reply(
        saved("check.html", "no"), SENT, pressed("delete", "taken_back.html", forgets=True)
    ),
    "help, with an answer changed": of_the_reply(
        asked("no-but-help"), CHECKED, pressed("change-support", "question.html"),
        saved("check.html", "rent"), pressed("back", "question.html"), CHECKED, SHARING, NOT_SHOWN,
    ),
    "the language pressed at each step": of_the_reply(
        switched("question.html", "yes"), asked(), switched("question.html", "work"), asked(),
        asked("ended"), asked("now"), CHECKED, switched("check.html"), SHARING,
        switched("sharing.html", *SAFELY), Press(SEND, "sent.html", forgets=True),
    ),
    "a step with nothing chosen": of_the_reply(asked(), asked("yes"), asked(), asked("work")),
    "left in the middle": of_the_reply(asked("yes"), asked("work"), LEFT),
    "stopped": Journey("{stop}", "stop.html", (
        saved("stop.html"), switched("stop.html", "stop"), saved("stopped.html"), TO_DATA,
        Press("button.quiet", "stopped.html"), Press('a.onward[href^="?"]', "stop.html"),
    )),
    **{
        f"the emails: {choice}": Journey("{stop}", "stop.html", (saved("stopped.html", choice),))
        for choice in ("pause", "object", "keep")
    },
    "a closed link": Journey("{reply}", "message.html", (TO_DATA,), now=AFTER_CLOSING),
    "a fresh link": Journey("{reply}", "message.html", (
        saved("fresh_link.html"), switched("fresh_link.html"), FRESH, ELSEWHERE,
    ), now=OVER_A_MONTH),
    "an altered link": Journey("/r/altered", "message.html", (switched("message.html"), TO_DATA)),
    "no page": Journey("/nowhere", "message.html", (switched("message.html"), TO_DATA)),
    "a complaint": Journey("/", "real.html", (
        switched("real.html"), Press('a.onward[href*="/complain"]', "complain.html"),
        saved("complain.html"), Press(MAIN, "complained.html", types=WRONG, forgets=True), TO_DATA,
    )),
    "whom to tell": Journey("/sent", "sent.html", (switched("sent.html"), ELSEWHERE)),
    "privacy": Journey("/privacy", "privacy.html", (
        switched("privacy.html"), Press('main a[href*="/data"]', "data/ask.html"),
    )),
    "data: a wrong address and a wrong code": Journey("/data", "data/ask.html", (
        switched("data/ask.html"), Press(MAIN, "data/ask.html", types={"#address": "nobody"}),
        ENTERED[0], Press(MAIN, "data/code.html", types={"#code": "1", "#reference": "T-001"}),
        ENTERED[1], switched(HELD), pressed("close", "data/closed.html", forgets=True),
    )),
    "data: a reply put right": of_the_data(
        pressed(f"change:{MONTH}", CHANGED), pressed(f"change:{MONTH}:change-work", ANSWERED),
        pressed(f"change:{MONTH}:on", CHANGED, "ending"), pressed(f"change:{MONTH}:send"),
        pressed(f"change:{MONTH}", CHANGED), pressed("back"), LEFT,
    ),
    "data: shown otherwise, and no more": of_the_data(
        pressed(f"show:{MONTH}", "data/show.html"), saved("data/show.html", "yes"),
        saved(HELD, "yes", "text"), pressed(f"take-back:{MONTH}"),
        pressed(f"show:{MONTH}", "data/show.html"), pressed("back"),
        pressed("close", "data/closed.html", forgets=True),
    ),
    "data: the choices": of_the_data(
        *map(pressed, ("stop", "resume", "object", "include", "restrict", "unrestrict", "ask")),
    ),
    "data: replies deleted": of_the_data(
        pressed(f"delete:{MONTH}", "data/sure.html"), saved("data/sure.html"), pressed("back"),
        pressed(f"delete:{MONTH}", "data/sure.html"), saved(HELD, "yes", forgets=True),
        pressed("stop"), pressed("close", "data/closed.html", forgets=True), TO_DATA,
    ),
    "data: all replies deleted": of_the_data(
        pressed("delete-all", "data/sure.html"), saved(HELD, "yes", forgets=True), pressed("stop"),
    ),
    "data: erased": of_the_data(
        pressed("erase", "data/sure.html"), saved("data/sure.html"), pressed("back"),
        pressed("erase", "data/sure.html"), saved("data/erased.html", "yes", forgets=True),
        Press('main a[href*="/privacy"]', "privacy.html", returns=True),
    ),
}  # fmt: skip
