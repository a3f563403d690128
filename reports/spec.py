"""Every number that the protection of the figures depends on, in one place, with a hash.

The values are those of the measured design; `docs/method.md` tells what each was chosen against.
A change of any of them is a new version: the ledger refuses an edited spec under an old one.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Spec:
    """The parameters of a release.

    ε is spent once a tenant and month: `response_epsilon` on how many replied, the rest split
    evenly over the month's questions (0.15 each for six). Thresholds are numbers of people.
    """

    version: int = 1
    epsilon: float = 1.0
    response_epsilon: float = 0.1
    charges_a_year: int = 12
    """Hard cap in any 365 days: a tenant's whole loss in a year is at most 12 times ε."""
    alone_from: int = 700
    """Mailed tenants from which a housing association stands alone."""
    rate_from: int = 50
    """Mailed tenants from which there is a response rate; fewer, and nothing is drawn."""
    floor: int = 10
    """Estimates below it are hidden: the ONS's threshold for research outputs."""
    rounding: int = 5
    """Counts are rounded to it, as the ONS and OpenSAFELY round theirs."""
    confidence: float = 0.95

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def hash(self) -> str:
        """SHA-256 of the canonical JSON of all parameters."""
        return digest(self.as_json())

    def question_epsilon(self, questions: int) -> float:
        """The share of ε that each of so many questions gets."""
        return (self.epsilon - self.response_epsilon) / questions


SPEC = Spec()


def canonical(value: object) -> str:
    """JSON with one spelling: sorted keys, no spaces, UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(value: object) -> str:
    """SHA-256 of a value's canonical JSON, in hexadecimal."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()
