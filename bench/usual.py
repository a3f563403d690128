"""The usual design, built for comparison: one Celery task a mail, one SendEmail, one row written.

`celery -A bench.usual worker` runs it; the mail is rendered by Jinja2 in the task, as is usual too.
"""

import os
from dataclasses import dataclass
from functools import cache
from typing import Any

import boto3
import jinja2
import psycopg
from celery import Celery

from campaigns.content import own_links
from campaigns.content.compile import compile_message
from campaigns.writing import samples

MONTH = "2026-12"
TABLE = (
    "CREATE TABLE IF NOT EXISTS usual_mails"
    " (id bigserial PRIMARY KEY, address text, message_id text,"
    " sent_at timestamptz DEFAULT clock_timestamp())"
)

app = Celery("usual", broker=os.environ.get("CHECKIN_BROKER_URL", "memory://"))
app.conf.update(task_ignore_result=True, task_acks_late=True, worker_prefetch_multiplier=1)
app.conf.update(task_default_queue="usual", broker_connection_retry_on_startup=True)


@dataclass(frozen=True)
class Tools:
    """What each task needs, made once a process."""

    client: Any
    database: psycopg.Connection
    subject: str
    html: jinja2.Template
    text: jinja2.Template


@cache
def tools() -> Tools:
    message = compile_message(samples.sample_content(MONTH), MONTH)
    html, text = (jinja2.Template(part, autoescape=True) for part in (message.html, message.text))
    database = psycopg.connect(os.environ["CHECKIN_CAMPAIGN_DATABASE_URL"])
    client = boto3.client("sesv2", region_name="eu-west-2")
    return Tools(client, database, message.subject, html, text)


@app.task(name="usual.mail")  # type: ignore[untyped-decorator]
def mail(address: str, reply: str, stop: str) -> None:
    """Render, send, write the row."""
    kit, links = tools(), own_links.substitutes(reply_link=reply, stop_link=stop)
    answer = kit.client.send_email(
        FromEmailAddress="Check-in <check-in@example.org>",
        Destination={"ToAddresses": [address]},
        ConfigurationSetName="check-in",
        Content={
            "Simple": {
                "Subject": {"Data": kit.subject},
                "Body": {
                    "Html": {"Data": kit.html.render(links)},
                    "Text": {"Data": kit.text.render(links)},
                },
            }
        },
    )
    kit.database.execute(
        "INSERT INTO usual_mails (address, message_id) VALUES (%s, %s)",
        [address, answer["MessageId"]],
    )
    kit.database.commit()
