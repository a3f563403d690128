"""Leaks that are planted, each in a place of its own, to see the comparison find them there.

Each tells that somebody replied. They are planted together, in both months.
"""

import time

from flask import Response, g, request

from campaigns import audit, handover
from campaigns.handover.mailing_list import PLATFORM
from tests.deploy.adversary.month import SEND_AT, VICTIM, DeployedMonth, address_of
from tests.deploy.adversary.sight import SLOWER

AT = f"of {address_of(VICTIM)} (pressed)"
PLACES = {
    "a count in a header": f"GET /stop {AT} once",
    "the size of a page": f"GET /cy/r {AT} once",
    "another status for a used link": f"sends that nothing changed {AT} once",
    "the time that a used link takes": f"time of HEAD /stop {AT}",
    "a key in Redis": "redis INFO keyspace (open)",
    "a command in Redis": "redis INFO commandstats (open)",
    "a row that came and went": "statistics (open)",
    "a row of the audit": "table audit (open)",
    "a page of the console": "console /audit.csv (open)",
    "an email of the sender's account": "SES's log (open)",
    "an event in the queue": "the queue of events (open)",
}
"""Where each is found."""


def plant(month: DeployedMonth) -> None:
    """Plant them all, but for the mark's reason."""
    month.portal.before_request(lambda: setattr(g, "replied", _replies(month)))
    month.portal.after_request(_spoil)
    month.leaks.append(_tell)


def plant_reason(month: DeployedMonth) -> None:
    """A mark says what the tenant did."""
    month.leaks.append(_name_reason)


def _spoil(response: Response) -> Response:
    """Answer otherwise if the victim had replied before."""
    if not g.replied:
        return response
    match request.method, request.path.split("/")[1]:
        case "GET", "stop":
            response.headers["X-Replies"] = str(g.replied)
        case "GET", "cy":
            response.set_data(response.get_data() + b" ")
        case "POST", "r" if request.form.get("changed") == "no":
            response.status_code = 409
        case "HEAD", "stop":
            time.sleep(2 * SLOWER)
    return response


def _tell(month: DeployedMonth) -> None:
    """Write down on the campaign side that somebody replied."""
    if not _replies(month):
        return
    month.redis["platform"].set("platform:replied", 1)
    with month.databases("campaign_door").writing() as session:
        audit.record(session, who=PLATFORM, action="replied", now=SEND_AT)
        handover.do_not_mail(session, [address_of(VICTIM)], now=SEND_AT)
        handover.lift_do_not_mail(session, [address_of(VICTIM)])
    month.ses.send_email(
        FromEmailAddress="check-in@example.org",
        Destination={"ToAddresses": [address_of(VICTIM)]},
        Content={"Simple": {"Subject": {"Data": "Thank you"}, "Body": {"Text": {"Data": "."}}}},
        ConfigurationSetName=month.sandbox.environment["CHECKIN_SES_CONFIGURATION_SET"],
    )


def _name_reason(month: DeployedMonth) -> None:
    with month.sides["platform"].superuser() as platform:
        latest = "SELECT action FROM rights_log ORDER BY id DESC LIMIT 1"
        for (action,) in platform.execute(latest).fetchall():
            with month.sides["campaign"].superuser() as campaign:
                skipped = "UPDATE deliveries SET cause = %s WHERE state = 'skipped'"
                campaign.execute(skipped, (action,))


def _replies(month: DeployedMonth) -> int:
    """How many the victim has given."""
    query = """
        SELECT count(*) FROM replies JOIN tenants ON tenants.id = tenant_id
         WHERE tenant_ref = %s"""
    with month.sides["platform"].superuser() as connection:
        return int(connection.execute(query, (VICTIM,)).fetchall()[0][0])
