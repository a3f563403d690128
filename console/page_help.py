"""The help of each page: what it is for, and what happens when its main button is pressed."""

from dataclasses import dataclass

from flask import Flask, request


@dataclass(frozen=True, slots=True)
class PageHelp:
    """Two short paragraphs in plain words."""

    purpose: str
    press: str


SIGN_IN = PageHelp(
    "Here you sign in. You need no password: a link comes to your work address.",
    "“Send me a link” mails you the link if you are on the staff list. It works once, for 15 "
    "minutes. The button on the page that it opens signs you in.",
)
SIGN_OUT = PageHelp(
    "Here you end every session of yours, on every device. Use it if you lost one.",
    "The button signs you out everywhere, here too. You sign in again with a new link.",
)
YEAR = PageHelp(
    "Here you see every month: what is being written, what waits for somebody, what was sent. "
    "“Waiting for you” names what only you can do next.",
    "“Write” opens the text of the next month. A month’s name opens its page. Nothing is changed "
    "by looking.",
)
MONTH = PageHelp(
    "Here you see one month: its email as it arrives, what has to be put right, who said what, "
    "and how the sending goes.",
    "“Ask for approval” mails the approvers. “Send me a test” mails the email to you, marked TEST. "
    "Buttons that end in … ask once more on a page of their own.",
)
BOUNCES = PageHelp(
    "Here you see why emails of this month did not arrive, and how many for each cause.",
    "There is nothing to press here. An address that works again is taken off the suppression "
    "list, on its page.",
)
ACTION = PageHelp(
    "Here you confirm one step of a month. Above the button stands what it will do.",
    "The button does it. Of each step around the approval, and of a cancelled month, the others "
    "are told by email. To change your mind, go back: nothing happened yet.",
)
ACCOUNT = PageHelp(
    "All sending stands still because Amazon SES refused it, or a limit was reached. Here you let "
    "it go on.",
    "The button starts the sending again. If the reason is still there, it stops again by itself.",
)
WRITE = PageHelp(
    "Here you write the month’s email. What you type is saved as you type, and everybody sees the "
    "same text. Beside it stands the email as it arrives.",
    "“Ready for approval” looks for what must be put right, and takes you to the month’s page "
    "where you ask for the approval. It sends nothing.",
)
UNSAVED = PageHelp(
    "Your session ended before your text was saved. The text is on this page, and nowhere else.",
    "Sign in in another tab first. Then “Save what I typed” saves it into the month.",
)
VERSIONS = PageHelp(
    "Here you read the earlier versions of a month’s text, and what each one changed.",
    "“Restore” makes an old version the text again. The text before it stays in this list.",
)
TIME = PageHelp(
    "Here you choose when the month goes, in London time, and how late it may still go.",
    "“Save the time” saves it. A night, a weekend or a bank holiday is asked about first. If the "
    "month was approved, somebody has to approve it again.",
)
SERIES = PageHelp(
    "Here you see the rule that gives each month its day and time.",
    "“Show the dates” shows what a rule would do. “Save this rule” uses it for the months that are "
    "not begun yet; the others keep their time.",
)
REPORTS = PageHelp(
    "Here you read the released figures: how many answered and what changed, with a little noise "
    "so that nobody can be singled out. Beside each figure stands how sure it is.",
    "A month’s name opens its figures. “Compare” puts two months or groups side by side. Files "
    "for a spreadsheet are linked on each page.",
)
SUPPRESSIONS = PageHelp(
    "Here are the addresses that get no email, and why: they bounced, were reported, or were added "
    "by hand.",
    "“Find” looks for one address. “Add by hand” stops all emails to it. Lifting needs a reason, "
    "and is not possible where the person asked for the stop.",
)
AUDIT = PageHelp(
    "Here you see who did what, and when. Nothing here can be changed or removed.",
    "“Show” narrows the list. The file holds the same lines for a spreadsheet.",
)
STAFF = PageHelp(
    "Here you say who may use the console, and what each person may do.",
    "“Add” lets somebody in and mails them an invitation. Removing somebody signs them out at "
    "once.",
)
ERROR = PageHelp(
    "What you asked for could not be shown or done. The sentence above says why.",
    "Go back, or follow the link to the year. If it happens again, tell whoever runs Check-in.",
)

BY_BLUEPRINT = {
    "sign_in": SIGN_IN,
    "single_sign_on": SIGN_IN,
    "year": YEAR,
    "campaigns": MONTH,
    "sharing": MONTH,
    "actions": ACTION,
    "write": WRITE,
    "history": VERSIONS,
    "timing": TIME,
    "series": SERIES,
    "reports": REPORTS,
    "suppressions": SUPPRESSIONS,
    "audit": AUDIT,
    "staff": STAFF,
}
BY_ENDPOINT = {
    "campaigns.bounces": BOUNCES,
    "actions.ask_resume_account": ACCOUNT,
    "sign_in.ask_leave_everywhere": SIGN_OUT,
}


def install(app: Flask) -> None:
    """Make `page_help`, the help of the page that is shown, available to every page."""
    app.jinja_env.globals.update(error_help=ERROR, unsaved_help=UNSAVED)
    app.context_processor(lambda: {"page_help": _of_this_page()})


def _of_this_page() -> PageHelp:
    found = BY_ENDPOINT.get(request.endpoint or "")
    return found or BY_BLUEPRINT.get(request.blueprint or "", ERROR)
