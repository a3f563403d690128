"""Four months of any size, as a busy PostgreSQL has them: not vacuumed, with stale statistics.

The first was purged, two are sent, and half of the fourth was claimed and sent. Of each month some
claims were interrupted. Statistics are from when the table held the first month only.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, text

from kit.database import Database

MONTHS = ("2026-09", "2026-10", "2026-11", "2026-12")
CLAIM = 500
INTERRUPTED = 12
"""Claims of the last month without an outcome, five mails each."""

SERIES = """
INSERT INTO series (name, rule, send_time, draft_days_ahead, window_seconds, unknown_policy)
VALUES ('s', 'first-working-day', '10:00', 14, 172800, 'resend')"""
MESSAGE = """
INSERT INTO messages (content_hash, month, subject, html, text, questions, compiled_at)
VALUES (repeat('a', 64), '2026-12', 's', 'h', 't', '["work"]', now())"""
MONTH = """
INSERT INTO campaigns (id, month, series, state, send_at, window_seconds, content_hash, audience,
  frozen_at, finished_at, purged_at, handover_cursor, version)
OVERRIDING SYSTEM VALUE
VALUES (:id, :month, 's', :state, now() - interval '4 hours' - :age * interval '30 days', 172800,
  repeat('a', 64), :size, now(), CASE WHEN :age > 0 THEN now() - :age * interval '30 days' END,
  CASE WHEN :age = 3 THEN now() END, '', 1)"""
LIST = """
INSERT INTO deliveries (campaign_id, address, reply_link, stop_link)
SELECT :id, 't' || g || '@example.org', 'https://portal.example/r/' || g,
  'https://portal.example/stop/' || g FROM generate_series(1, :size) g"""
SENT = """
UPDATE deliveries SET state = 'sent', attempt_id = 'a', attempts = 1, message_id = 'm' || id,
  claimed_at = now() - interval '3 hours' + (id % 60) * interval '1 second', since = now(),
  feedback = 'delivery', reply_link = NULL, stop_link = NULL
WHERE campaign_id = :id AND state = 'queued' AND id <= :up_to"""
UNKNOWN = """
UPDATE deliveries SET state = 'unknown', attempt_id = 'i' || id % :claims, attempts = 1,
  claimed_at = now() - interval '3 hours' + (id % :claims) * interval '1 second',
  since = now() - interval '2 hours', cause = 'answer_lost'
WHERE id IN (SELECT id FROM deliveries WHERE campaign_id = :id AND state = 'queued'
             ORDER BY id LIMIT 5 * :claims)"""
SETTINGS = """
UPDATE sender SET events_read_at = now()"""


@dataclass(frozen=True, slots=True)
class Months:
    """What was made: the id of the month being sent, and the last id that was claimed."""

    database: Database
    sending: int
    claimed: int


def fill(database: Database, size: int, *, interrupted: int = INTERRUPTED) -> Months:
    """Make the months, `size` mails each."""
    with database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE deliveries SET (autovacuum_enabled = false)"))
        connection.execute(text(SERIES))
        connection.execute(text(MESSAGE))
        connection.execute(text("INSERT INTO sender (id, next_permit_at) VALUES (1, 0)"))
        connection.execute(text(SETTINGS))
        for number, month in enumerate(MONTHS, 1):
            _month(connection, number, month, size, interrupted)
        last = connection.execute(
            text("SELECT max(id) FROM deliveries WHERE attempt_id IS NOT NULL")
        )
        return Months(database, len(MONTHS), last.scalar_one())


def _month(connection: Connection, number: int, month: str, size: int, interrupted: int) -> None:
    age = len(MONTHS) - number
    state = "sent" if age else "sending"
    given = {"id": number, "month": month, "state": state, "age": age, "size": size}
    connection.execute(text(MONTH), given)
    connection.execute(text(LIST), {"id": number, "size": size})
    first_id = connection.execute(text("SELECT max(id) FROM deliveries")).scalar_one() - size
    if not age:
        connection.execute(text(UNKNOWN), {"id": number, "claims": interrupted})
    up_to = first_id + (size if age else size // 2)
    connection.execute(text(SENT), {"id": number, "up_to": up_to})
    if number == 1:
        connection.execute(text("ANALYZE deliveries"))
        connection.execute(text("DELETE FROM deliveries"))
