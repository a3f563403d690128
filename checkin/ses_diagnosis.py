"""Check SES's events for `checkin doctor`. Each check returns its finding, or raises Unwell."""

from checkin.findings import Unwell
from kit import aws

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
    answer = aws.sqs().get_queue_attributes(
        QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"]
    )
    waiting = answer.get("Attributes", {}).get("ApproximateNumberOfMessages", "0")
    return f"answers; {waiting} events waiting"


def _named(configuration_set: str | None) -> str:
    if configuration_set is None:
        raise Unwell("CHECKIN_SES_CONFIGURATION_SET is not set; events come only through one")
    return configuration_set
