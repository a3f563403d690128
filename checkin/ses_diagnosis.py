"""What `checkin doctor` asks of SES and its event queue. Each says that all is well, or raises."""

from email.utils import parseaddr

from checkin.findings import Unwell
from kit import aws

NEEDED_EVENTS = {"SEND", "DELIVERY", "BOUNCE", "COMPLAINT"}
TRACKING_EVENTS = {"OPEN", "CLICK"}


def quota() -> str:
    account = aws.ses_for_asking().get_account()
    if not account.get("SendingEnabled", False):
        raise Unwell("sending is switched off for this account; ask AWS why in the SES console")
    if not account.get("ProductionAccessEnabled", False):
        raise Unwell("the account is in SES's own sandbox; request production access")
    quota = account["SendQuota"]
    return (
        f"{quota['MaxSendRate']:g} a second, "
        f"{quota['SentLast24Hours']:g} of {quota['Max24HourSend']:g} sent in 24 hours"
    )


def identity(from_address: str) -> str:
    domain = parseaddr(from_address)[1].rpartition("@")[2]
    identity = aws.ses_for_asking().get_email_identity(EmailIdentity=domain)
    if not identity.get("VerifiedForSendingStatus", False):
        raise Unwell(f"{domain} is not verified; finish its DNS records in the SES console")
    if identity.get("DkimAttributes", {}).get("Status") != "SUCCESS":
        raise Unwell(f"{domain} has no DKIM signature yet; finish its DNS records")
    return f"{domain} is verified and signed"


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
