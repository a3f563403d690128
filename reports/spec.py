"""Every parameter of the protection of the figures, with a hash.

`docs/method.md` explains each choice. Changing any of them requires a new version number: the
ledger refuses an edited spec under an old one.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Spec:
    """The parameters of a release. Thresholds are numbers of people.

    A tenant who replies spends `epsilon` a month: in a group that stands alone the sum of the five
    parts below it, in one of which only the rate is drawn the two of `rate_*`.
    """

    version: int = 2
    epsilon: float = 1.0
    mailed_epsilon: float = 0.08
    changed_epsilon: float = 0.20
    topics_epsilon: float = 0.26
    answers_epsilon: float = 0.16
    other_epsilon: float = 0.30
    """Divided evenly among the questions that are not topics, such as `support`."""
    rate_mailed_epsilon: float = 0.5
    rate_replies_epsilon: float = 0.5
    charges_a_year: int = 12
    """Hard cap in any 365 days: a tenant's whole loss in a year is at most 12 times ε."""
    alone_from: int = 700
    """Mailed tenants from which a housing association is a group of its own."""
    rate_from: int = 50
    """Mailed tenants from which a group has a response rate; below, nothing is drawn."""
    deviations: float = 1.96
    """Half the width of a 95 % interval, in standard deviations."""
    unreliable_from: float = 0.5
    """A figure whose margin exceeds this share of its value is marked `[u]`."""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def hash(self) -> str:
        """SHA-256 of the canonical JSON of all parameters."""
        return json_digest(self.as_json())

    @property
    def spent(self) -> float:
        """ε of a tenant whose reply is in every histogram: the sum of the parts."""
        parts = (self.mailed_epsilon, self.changed_epsilon, self.topics_epsilon)
        return sum(parts) + self.answers_epsilon + self.other_epsilon


SPEC = Spec()


def canonical(value: object) -> str:
    """Return canonical JSON: sorted keys, no spaces, UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def json_digest(value: object) -> str:
    """SHA-256 of a value's canonical JSON, in hexadecimal."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()
