"""Who may do what in each table, written down apart from the SQL that grants it.

`r` SELECT, `a` INSERT, `w` UPDATE, `d` DELETE; `-` nothing. A `*` behind a letter: only the columns
that `COLUMNS` names. Nobody may TRUNCATE. The migrators act as the owners and are not in here.
"""

CAMPAIGN = """
                    campaign  campaign_console  campaign_operator  campaign_door
alembic_version     r         r                 r                  -
approvals           r         raw               raw                -
audit               r*a       ra                ra                 r*a
campaigns           raw       raw               raw                rw*
deliveries          rwd       r*w*              r*w*               r*a*d
drafts              ra        raw               raw                -
erasures            rd        -                 -                  -
feedback            ra        r                 r                  -
heartbeats          raw       r                 r                  -
messages            r         ra                ra                 r*
month_steps         rw*       raw*              ra                 -
published_releases  -         r                 r                  raw
questions           r         r                 r                  rad
reminders           rad       -                 -                  -
sender              raw       rw*               rw*                -
series              ra        raw               ra                 -
set_aside           rad       r*                rw*                -
sign_ins            -         rawd              rad                -
staff               r         rawd              rawd               -
staff_tokens        -         r                 rad                -
suppressed_digests  rad       -                 -                  -
suppressions        rad       rad               r                  r*d
tallies             r         r                 r                  -
writer_presence     -         rawd              -                  -
"""

PLATFORM = """
                    platform  platform_portal  platform_operator
alembic_version     r         r                r
api_tokens          -         r                rad
automatic_answers   rawd      -                -
complaints          rw*d      r*a              raw*
consents            -         rad              rad
data_keys           rw*d      raw*d            rwd
heartbeats          raw       r                r
letters             rawd      rad              rad
links               raw*d     raw*             raw*
marks               rawd      ra               ra
openings            -         r                ra
release_ledger      ra        -                ra
releases            raw       r*               raw
replies             rd        rawd             rwd
reply_reads         -         ra               r
rights_log          raw*      raw*d            raw*d
rounds              raw*d     r                r
submissions         -         rad              rd
tenants             rw*       rawd             rawd
visits              rd        rawd             r*d
webhook             raw       -                r
"""

MATRICES = {"campaign": CAMPAIGN, "platform": PLATFORM}

_NO_LINKS = frozenset(
    {
        *("id", "campaign_id", "address", "state", "attempt_id", "attempts", "resent"),
        *("claimed_at", "since", "not_before", "refused_at", "message_id", "cause", "feedback"),
    }
)
_DECIDED = frozenset(
    {
        *("state", "cause", "since", "resent", "not_before", "refused_at"),
        *("reply_link", "stop_link"),
    }
)
_PAUSED = frozenset({"paused_since", "paused_until", "pause_reason"})
_MARKED = frozenset({"address", "kind", "added_at"})

COLUMNS = {
    ("audit", "campaign", "r"): {"id"},
    ("audit", "campaign_door", "r"): {"id"},
    ("rounds", "platform", "w"): {"mailed"},
    ("campaigns", "campaign_door", "w"): {"state", "handover_cursor", "audience", "frozen_at"},
    ("deliveries", "campaign_console", "r"): _NO_LINKS,
    ("deliveries", "campaign_operator", "r"): _NO_LINKS,
    ("deliveries", "campaign_console", "w"): _DECIDED,
    ("deliveries", "campaign_operator", "w"): _DECIDED,
    ("deliveries", "campaign_door", "r"): {"campaign_id", "state"},
    ("deliveries", "campaign_door", "a"): {"campaign_id", "address", "reply_link", "stop_link"},
    ("month_steps", "campaign", "w"): {"told_at"},
    ("month_steps", "campaign_console", "w"): {"told_at"},
    ("messages", "campaign_door", "r"): {"content_hash", "questions", "subject", "last_check_in"},
    ("sender", "campaign_console", "w"): _PAUSED,
    ("sender", "campaign_operator", "w"): _PAUSED,
    ("set_aside", "campaign_console", "r"): {"id"},
    ("set_aside", "campaign_operator", "w"): {"is_asked_again"},
    ("suppressions", "campaign_door", "r"): _MARKED,
    ("complaints", "platform", "w"): {"acknowledged_at", "told_at", "next_at"},
    ("complaints", "platform_portal", "r"): {
        *("id", "reference", "key", "received_at", "acknowledge_by", "acknowledged_at", "closed_at")
    },
    ("complaints", "platform_operator", "w"): {
        *("acknowledged_at", "outcome", "closed_by", "closed_at")
    },
    ("data_keys", "platform", "w"): {"master_key", "wrapped"},
    ("data_keys", "platform_portal", "w"): {"wrapped"},
    ("links", "platform", "w"): {"formerly_of", "tenant_id"},
    ("links", "platform_portal", "w"): {"formerly_of", "spent_on", "tenant_id"},
    ("links", "platform_operator", "w"): {"formerly_of", "tenant_id"},
    ("releases", "platform_portal", "r"): {"month", "state"},
    ("rights_log", "platform", "w"): {"tenant_ref", "sealed_ref"},
    ("rights_log", "platform_portal", "w"): {"tenant_id"},
    ("rights_log", "platform_operator", "w"): {"answered_on", "tenant_id"},
    ("tenants", "platform", "w"): {"paused_until"},
    ("visits", "platform_operator", "r"): {"tenant_id"},
}


def tables(side: str) -> set[str]:
    """The tables that the matrix names."""
    return {line.split()[0] for line in _lines(side)[1:]}


def may(role: str, table: str, verb: str, column: str | None = None) -> bool:
    """Whether a role may do something to a table; of INSERT, SELECT and UPDATE to one column."""
    cell = _cell(role, table)
    if verb not in cell:
        return False
    is_narrow = f"{verb}*" in cell
    return not is_narrow or column in COLUMNS[table, role, verb]


def may_lock(role: str, table: str) -> bool:
    """PostgreSQL lets everybody lock a table whose rows they may all change or delete."""
    return may(role, table, "d") or may(role, table, "w")


def _cell(role: str, table: str) -> str:
    side = role.partition("_")[0]
    header, *lines = _lines(side)
    place = header.split().index(role) + 1
    return next(line.split()[place] for line in lines if line.split()[0] == table)


def _lines(side: str) -> list[str]:
    return MATRICES[side].strip("\n").splitlines()
