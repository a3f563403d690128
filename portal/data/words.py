"""The buttons of the “your data” pages, and the sentences after each."""

from collections.abc import Iterator
from dataclasses import dataclass

from kit.errors import Problem
from tenants.models import Tenant
from tenants.rights import senders_copy
from tenants.rights.evidence import RightsAction

BAD_ADDRESS = Problem("address", "Type an email address, such as name@example.org")
WRONG_CODE = Problem("code", "That is not the code in our newest email. Look again, and type it")
WHICH_ACCOUNT = Problem(
    "reference",
    "Your code is right. Now type the reference of your rent-flex account",
)
OVER = Problem(
    "address",
    "That code or page does not work any more. Ask for a new code",
)
NOT_CONFIRMED = Problem("sure", "Tick the box if you are sure")


@dataclass(frozen=True, slots=True)
class DataChoice:
    """A button: its action, and the sentence shown afterwards."""

    do: str
    label: str
    hint: str
    done: str


STOP = DataChoice(
    "stop",
    "Stop the emails",
    "You agreed to a monthly email. This takes it back.",
    "We have stopped the emails.",
)
RESUME = DataChoice(
    "resume", "Send me the emails again", "They are stopped or paused.", "The emails come again."
)
OBJECT = DataChoice(
    "object",
    "Leave me out of the totals",
    "Your answers are then not counted in any new report.",
    "From now on your answers are not counted in any report.",
)
INCLUDE = DataChoice(
    "include",
    "Count my answers again",
    "You are left out of the totals.",
    "Your answers count again. Nobody can be picked out in the totals.",
)
RESTRICT = DataChoice(
    "restrict",
    "Pause everything",
    "We keep what we have and do nothing with it: no emails, no totals, nothing to your housing"
    " association.",
    "Everything is paused. We keep what we have and do nothing with it.",
)
UNRESTRICT = DataChoice(
    "unrestrict", "End the pause", "Everything is paused.", "The pause has ended."
)
ASK = DataChoice(
    "ask",
    "Ask a person to look at something",
    "For example, to have a mistake put right that you cannot change here.",
    "We have noted that you want to speak to a person. Somebody will write to you.",
)
SHOWN = "Your housing association can now read that reply, so that they can help."
TAKE_BACK = "Your housing association no longer sees that reply."
CORRECTED = "We have changed your reply."
DELETED_ONE = "That reply is deleted."
DELETED_ALL = "We have deleted all your replies. We have destroyed the key that opened them."

LOGGED = {
    RightsAction.SEEN: "This page was opened with a code",
    RightsAction.TAKEN_AWAY: "A copy was downloaded",
    RightsAction.STOPPED: "The emails were stopped",
    RightsAction.PAUSED: "The emails were paused",
    RightsAction.RESUMED: "The emails are sent again",
    RightsAction.RESTRICTED: "Everything was paused",
    RightsAction.UNRESTRICTED: "The pause was ended",
    RightsAction.OBJECTED: "Left out of the totals",
    RightsAction.UNOBJECTED: "Back in the totals",
    RightsAction.CORRECTED: "A reply was changed",
    RightsAction.REPLY_DELETED: "A reply was deleted",
    RightsAction.REPLIES_DELETED: "All replies were deleted",
    RightsAction.SHOWN: "A reply was shown to the housing association",
    RightsAction.TAKEN_BACK: "A reply was taken back from the housing association",
    RightsAction.OPENED: "The Centre for Responsible Credit opened a reply",
    RightsAction.ASKED: "A person was asked for",
    RightsAction.BOUNCED: "The email could not be delivered",
    RightsAction.COMPLAINED: "The email was marked as spam",
    RightsAction.REACHED_AGAIN: "The emails can reach you again",
    RightsAction.ERASED: "Everything was deleted",
}


def choices(tenant: Tenant) -> list[DataChoice]:
    """Return the buttons that apply to a tenant now.

    A consent never given in the rent-flex account cannot be given here.
    """
    is_off = tenant.stopped or tenant.paused_until is not None
    fits = {
        STOP: tenant.monthly_email and not tenant.stopped,
        RESUME: tenant.monthly_email and is_off and not tenant.restricted,
        OBJECT: tenant.profiling and not tenant.objected,
        INCLUDE: tenant.profiling and tenant.objected and not tenant.restricted,
        RESTRICT: not tenant.restricted,
        UNRESTRICT: tenant.restricted,
    }
    return [choice for choice, is_offered in fits.items() if is_offered]


def every_text() -> Iterator[str]:
    """Return every English text of these pages."""
    for choice in (STOP, RESUME, OBJECT, INCLUDE, RESTRICT, UNRESTRICT, ASK):
        yield from (choice.label, choice.hint, choice.done)
    for problem in (BAD_ADDRESS, WRONG_CODE, WHICH_ACCOUNT, OVER, NOT_CONFIRMED):
        yield problem.message
    yield from senders_copy.WORDS.values()
    yield from (SHOWN, TAKE_BACK, CORRECTED, DELETED_ONE, DELETED_ALL, *LOGGED.values())
