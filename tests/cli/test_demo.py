"""The demo as a newcomer runs it: a process of its own, in an empty folder."""

import contextlib
import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from campaigns.writing import samples
from checkin.demo import stage
from kit.errors import Refused
from kit.ports import HOST

BAD_ROW = "T-3,nobody,Northfield Homes (example),yes\n"
ROSTER = (
    "tenant_ref,email,housing_association,monthly_email\n"
    "T-1,tenant-001@example.org,Northfield Homes (example),yes\n"
    "T-2,tenant-002@example.org,Northfield Homes (example),no\n"
) + BAD_ROW


def _demo(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "checkin", "demo", "--once", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **variables},
        capture_output=True,
        text=True,
        timeout=280,
    )


def _links_left(file: Path) -> int:
    query = "SELECT count(*) FROM deliveries WHERE coalesce(reply_link, stop_link) IS NOT NULL"
    with contextlib.closing(sqlite3.connect(file)) as database:
        (count,) = database.execute(query).fetchone()
    return int(count)


def test_a_sample_month_is_sent_and_settled(tmp_path: Path) -> None:
    ended = _demo(
        tmp_path, "--tenants", "30", "--fast", CHECKIN_CAMPAIGN_DATABASE_URL="sqlite:///x"
    )

    assert 0 == ended.returncode, ended.stderr
    shown = json.loads(ended.stdout.splitlines()[-1])
    assert ("sent", 30) == (shown["state"], shown["audience"])
    assert {"queued": 0, "sending": 0, "sent": 30, "failed": 0, "unknown": 0, "skipped": 0} == (
        shown["deliveries"]
    )
    assert (2, 1) == (shown["bounced"], shown["complained"])
    assert not (tmp_path / "x").exists()
    assert 0 == _links_left(tmp_path / "var/demo/campaign.db")


def test_ones_own_files_are_sent_and_bad_rows_named(tmp_path: Path) -> None:
    (tmp_path / "my.csv").write_text(ROSTER)
    (tmp_path / "my.md").write_text(samples.sample_file("2027-03"))

    ended = _demo(tmp_path, "--roster", "my.csv", "--campaign", "my.md", "--fast")

    assert 0 == ended.returncode, ended.stderr
    shown = json.loads(ended.stdout.splitlines()[-1])
    assert ("2027-03", 1, 1) == (
        shown["month"],
        shown["audience"],
        shown["deliveries"]["sent"],
    )
    assert "Left out of the roster: line 4: " in ended.stderr


def test_a_campaign_file_with_faults_ends_the_demo_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "my.md").write_text("no front matter")

    ended = _demo(tmp_path, "--campaign", "my.md")

    assert (1, "") == (ended.returncode, ended.stdout)
    assert "line 1" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_port_in_use_is_named() -> None:
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with pytest.raises(Refused, match=r"Port 800\d is in use; end what uses it"):
            _take_and_ask(taken)


def _take_and_ask(taken: socket.socket) -> None:
    """If the port is in use on this machine already, all the better."""
    try:
        taken.bind((HOST, stage.CUSTOMARY.portal))
        taken.listen()
    except OSError:
        pass
    stage.customary_ports()


def test_two_demos_do_not_share_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    with (
        stage.fresh_folder(),
        pytest.raises(Refused, match="running in this folder already"),
        stage.fresh_folder(),
    ):
        pass


def test_ctrl_c_ends_it_cleanly(tmp_path: Path) -> None:
    demo = subprocess.Popen(
        [sys.executable, "-m", "checkin", "demo", "--once", "--tenants", "1500"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert demo.stderr is not None
    before = [line for line in iter(demo.stderr.readline, "") if not _is_sending(line, demo)]
    out, after = demo.communicate(timeout=60)

    assert (1, "") == (demo.returncode, out)
    assert "Traceback" not in "".join(before) + after


def test_the_mail_it_leads_to_reached_its_tenant(tmp_path: Path) -> None:
    demo = subprocess.Popen(
        [sys.executable, "-m", "checkin", "demo", "--tenants", "30", "--fast"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stderr=subprocess.PIPE,
        text=True,
    )
    assert demo.stderr is not None
    said = ""
    try:
        while "Ctrl-C" not in said and (line := demo.stderr.readline()):
            said += line
        (mail,) = re.findall(r"A mail +(http://127\.0\.0\.1:\d+/mail/\d+)", said)
        with urllib.request.urlopen(mail) as answer:
            page = answer.read().decode()
    finally:
        demo.send_signal(signal.SIGINT)
        demo.communicate(timeout=60)

    assert ">Delivered<" in page


def _is_sending(line: str, demo: subprocess.Popen[str]) -> bool:
    sending = re.match(r"sending: .* sent", line) is not None
    if sending:
        demo.send_signal(signal.SIGINT)
    return sending
