"""The outcomes of accepted mails, and the events of each.

Simulator addresses behave as in AWS's mailbox simulator: a label (`bounce+anything@`) changes
nothing, and their mails count against the rate but not against the daily quota.
"""

SIMULATOR_DOMAIN = "@simulator.amazonses.com"

DELIVERED = "delivered"
RENDERING_FAILURE = "rendering-failure"
REJECTED = "rejected"

EVENTS: dict[str, tuple[str, ...]] = {
    DELIVERED: ("Send", "Delivery"),
    "bounced": ("Send", "Bounce"),
    "bounced-for-now": ("Send", "Bounce"),
    "complained": ("Send", "Delivery", "Complaint"),
    "suppressed": ("Send", "Bounce"),
    "suppressed-by-account": ("Send", "Bounce"),
    "answered-by-machine": ("Send", "Delivery"),
    "delayed": ("Send", "DeliveryDelay", "Delivery"),
    "silent": ("Send",),
    REJECTED: ("Reject",),
    RENDERING_FAILURE: ("Rendering Failure",),
}
SIMULATED = {
    "success": DELIVERED,
    "bounce": "bounced",
    "complaint": "complained",
    "ooto": "answered-by-machine",
    "suppressionlist": "suppressed",
}


def is_simulator(address: str) -> bool:
    """Whether an address belongs to AWS's mailbox simulator."""
    return address.lower().endswith(SIMULATOR_DOMAIN)


def simulated(address: str) -> str:
    """Return the outcome for a simulator address; any other mail is delivered."""
    if not is_simulator(address):
        return DELIVERED
    mailbox = address.partition("@")[0].partition("+")[0].lower()
    return SIMULATED.get(mailbox, DELIVERED)
