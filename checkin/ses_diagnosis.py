"""Check SES's events for `checkin doctor`. Each check returns its finding, or raises Unwell."""

from checkin.findings import Unwell
from kit import aws, mailboxes
from kit.settings import Settings

NEEDED_EVENTS = {"SEND", "DELIVERY", "BOUNCE", "COMPLAINT"}
TRACKING_EVENTS = {"OPEN", "CLICK"}


def events(configuration_set: str | None) -> str:
    name = _named(configuration_set)
    if missing := NEEDED_EVENTS - _published(name):
        raise Unwell(f"{name} does not publish {', '.join(sorted(missing))}; switch them on")
    return f"{name} publishes {', '.join(sorted(NEEDED_EVENTS))}"


def tracking(configuration_set: str | None) -> str:
    name = _named(configuration_set)
    if tracked := TRACKING_EVENTS & _published(name):
        raise Unwell(
            f"{name} publishes {' and '.join(sorted(tracked))}; take them out, "
            "so that nobody is tracked even by mistake"
        )
    return "no opens, no clicks"


def _published(name: str) -> set[str]:
    client = aws.ses_for_asking()
    found = client.get_configuration_set_event_destinations(ConfigurationSetName=name)
    enabled = [each for each in found.get("EventDestinations", []) if each.get("Enabled")]
    return {str(kind) for each in enabled for kind in each["MatchingEventTypes"]}


def queue(url: str | None) -> str:
    if url is None:
        raise Unwell("CHECKIN_SES_EVENTS_QUEUE_URL is not set; without it nothing is heard of")
    return f"answers; {_waiting(url)} events waiting"


def replies(settings: Settings) -> str:
    """Check that replies to the email go to the platform, never to the sender."""
    if settings.reply_to is None:
        raise Unwell(
            "CHECKIN_REPLY_TO is not set, so a tenant who replies to the email writes to its "
            "sender; set an address of the platform's"
        )
    if problem := mailboxes.reply_to_problem(settings):
        raise Unwell(f"CHECKIN_REPLY_TO {problem}")
    return f"replies go to {mailboxes.address_of(settings.reply_to)}"


def inbound(url: str | None) -> str:
    if url is None:
        raise Unwell(
            "CHECKIN_INBOUND_QUEUE_URL is not set, so a tenant who replies to an email gets no "
            "answer; docs/ses.md says how SES receives"
        )
    return f"answers; {_waiting(url)} emails waiting"


def _waiting(url: str) -> str:
    answer = aws.sqs().get_queue_attributes(
        QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"]
    )
    return answer.get("Attributes", {}).get("ApproximateNumberOfMessages", "0")


def _named(configuration_set: str | None) -> str:
    if configuration_set is None:
        raise Unwell("CHECKIN_SES_CONFIGURATION_SET is not set; events come only through one")
    return configuration_set
