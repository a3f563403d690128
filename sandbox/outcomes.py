"""What becomes of an accepted mail, and which events tell of it.

The simulator's addresses do what AWS's mailbox simulator does: a label (`bounce+anything@`) changes
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
    """The outcome of a mail to a simulator address; anything else is delivered."""
    if not is_simulator(address):
        return DELIVERED
    mailbox = address.partition("@")[0].partition("+")[0].lower()
    return SIMULATED.get(mailbox, DELIVERED)
