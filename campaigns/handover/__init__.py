"""The only interface through which the platform writes to the campaign side.

The platform pushes five things: a month's mailing list (an address and its two links), suppressions
without a reason, addresses to erase, the catalogue of questions, and released figures. This side
never calls back, and returns nothing secret.
"""

from campaigns.handover.addresses import (
    AddressChange,
    Unreached,
    do_not_mail,
    erase_addresses,
    lift_do_not_mail,
    readdress,
    unreached,
)
from campaigns.handover.mailing_list import (
    Row,
    Wanted,
    add_late,
    begin_list,
    freeze_list,
    is_under_way,
    push_rows,
    wanted,
)
from campaigns.handover.published import (
    PublishedQuestion,
    publish_questions,
    publish_release,
    releases_held,
    withdraw_release,
)

__all__ = [
    "AddressChange",
    "PublishedQuestion",
    "Row",
    "Unreached",
    "Wanted",
    "add_late",
    "begin_list",
    "do_not_mail",
    "erase_addresses",
    "freeze_list",
    "is_under_way",
    "lift_do_not_mail",
    "publish_questions",
    "publish_release",
    "push_rows",
    "readdress",
    "releases_held",
    "unreached",
    "wanted",
    "withdraw_release",
]
