"""A fictional roster for the demo: `recipients` tenants to mail and a few others."""

from collections.abc import Iterator

ASSOCIATIONS = (
    "Northfield Homes (example)",
    "Riverside Housing (example)",
    "Hilltop Tenancies (example)",
)
SIMULATED = ("bounce", "complaint", "suppressionlist")
"""Mailboxes of the SES simulator; they stand in for the last recipients.

Source: docs.aws.amazon.com/ses/latest/dg/send-an-email-from-console.html
"""

FEWEST_WITH_SIMULATED = 10
WITHOUT_CONSENT = 5
WELSH_EVERY = 12
NO_PROFILING_EVERY = 15

HEADER = "tenant_ref,email,housing_association,language,monthly_email,profiling"


def roster(recipients: int) -> str:
    """CSV text of a roster with exactly `recipients` tenants to mail.

    From ten on, three of them are addresses of the SES simulator: one bounces, one complains and
    one is on SES's own suppression list. A few more tenants have not agreed to the emails.
    """
    return "\n".join([HEADER, *_rows(recipients), ""])


def _rows(recipients: int) -> Iterator[str]:
    for number in range(1, recipients + WITHOUT_CONSENT + 1):
        yield ",".join(
            (
                _name(number),
                _email(number, recipients),
                ASSOCIATIONS[number % len(ASSOCIATIONS)],
                "en" if number % WELSH_EVERY else "cy",
                "yes" if number <= recipients else "no",
                "yes" if number % NO_PROFILING_EVERY else "no",
            )
        )


def _name(number: int) -> str:
    return f"tenant-{number:03}"


def _email(number: int, recipients: int) -> str:
    place = number - recipients + len(SIMULATED) - 1
    if recipients >= FEWEST_WITH_SIMULATED and place in range(len(SIMULATED)):
        return f"{SIMULATED[place]}+{_name(number)}@simulator.amazonses.com"
    return f"{_name(number)}@example.org"
