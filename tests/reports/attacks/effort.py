"""How long an attacker tries, and what is attacked: one question of four options."""

import os

from reports.spec import SPEC

LONGER = 20 if os.environ.get("CHECKIN_ATTACKS") else 1
EPSILON = SPEC.topics_epsilon
OPTIONS = 4
