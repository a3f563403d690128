"""How long an attacker tries, and what is attacked: one question of four options."""

import os

LONGER = 20 if os.environ.get("CHECKIN_ATTACKS") else 1
EPSILON = 0.15
OPTIONS = 4
