"""The bare loop: boto3's SendBulkEmail with fifty mails a call and signed links, and no database.

Run as `python -m bench.bare COUNT`, it prints one line of JSON: seconds and CPU seconds.
"""

import json
import os
import sys
import time
from typing import Any

import boto3

from campaigns.content import own_links
from campaigns.content.compile import CompiledMessage, compile_message
from campaigns.ses.transport import BATCH_MAX, ONE_CLICK
from campaigns.writing import samples
from kit.ids import new_link_id
from links.signing import Purpose, sign

MONTH = "2026-12"
PORTAL = "https://portal.example.org"


def main(count: int) -> None:
    client = boto3.client("sesv2", region_name="eu-west-2")
    message = compile_message(samples.sample_content(MONTH), MONTH)
    keys = (os.urandom(32),)
    _send(client, message, keys, 0)
    started, worked = time.perf_counter(), time.process_time()
    for start in range(0, count, BATCH_MAX):
        _send(client, message, keys, start)
    spent = {"seconds": time.perf_counter() - started, "cpu": time.process_time() - worked}
    sys.stdout.write(json.dumps(spent) + "\n")


def _send(client: Any, message: CompiledMessage, keys: tuple[bytes, ...], start: int) -> None:
    answer = client.send_bulk_email(
        FromEmailAddress="Check-in <check-in@example.org>",
        ConfigurationSetName="check-in",
        DefaultContent={
            "Template": {
                "TemplateContent": {
                    "Subject": message.subject,
                    "Html": message.html,
                    "Text": message.text,
                },
                "TemplateData": "{}",
            }
        },
        BulkEmailEntries=[_entry(keys, start + number) for number in range(BATCH_MAX)],
    )
    assert {result["Status"] for result in answer["BulkEmailEntryResults"]} == {"SUCCESS"}


def _entry(keys: tuple[bytes, ...], number: int) -> dict[str, Any]:
    link = new_link_id()
    reply = f"{PORTAL}/r/{sign(keys, Purpose.REPLY, link)}"
    stop = f"{PORTAL}/stop/{sign(keys, Purpose.STOP, link)}"
    data = json.dumps(own_links.substitutes(reply_link=reply, stop_link=stop))
    return {
        "Destination": {"ToAddresses": [f"tenant-{number:07}@example.org"]},
        "ReplacementEmailContent": {"ReplacementTemplate": {"ReplacementTemplateData": data}},
        "ReplacementHeaders": [{"Name": "List-Unsubscribe", "Value": f"<{stop}>"}, ONE_CLICK],
        "ReplacementTags": [
            {"Name": "campaign", "Value": "1"},
            {"Name": "delivery", "Value": str(number)},
            {"Name": "attempt", "Value": "a" * 22},
        ],
    }


if __name__ == "__main__":
    main(int(sys.argv[1]))
