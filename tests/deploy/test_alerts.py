"""The rules and the board: of metrics that exist, and each alert fires at its cause alone."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import yaml

from tests.conftest import skip_or_fail
from tests.deploy.sides import DEPLOY

RULES = DEPLOY / "prometheus" / "rules.yml"
BOARD = DEPLOY / "grafana" / "board.json"
DOCUMENTED = DEPLOY.parent / "docs" / "watching.md"
METRIC = re.compile(r"checkin_[a-z_]+")
WRITTEN_BY_THE_BACKUP = {"checkin_backup_done_timestamp_seconds"}
MINUTES = 120
SENDING = 'checkin_campaigns{state="sending"}'
WELL = {
    'up{job="checkin", side="campaign"}': "1+0x120",
    'up{job="checkin", side="platform"}': "1+0x120",
    'checkin_job_never_done{side="campaign", job="tick"}': "0+0x120",
    'checkin_job_age_seconds{side="campaign", job="tick"}': "10+0x120",
    'checkin_job_age_seconds{side="campaign", job="limits"}': "60+0x120",
    'checkin_job_age_seconds{side="platform", job="purge"}': "600+0x120",
    'checkin_backup_done_timestamp_seconds{side="campaign"}': "0+0x120",
    'checkin_backup_done_timestamp_seconds{side="platform"}': "0+0x120",
    "checkin_paused": "0+0x120",
    'checkin_campaigns{state="paused"}': "0+0x120",
    'checkin_campaigns{state="missed"}': "1+0x120",
    SENDING: "1+0x120",
    "checkin_oldest_due_seconds": "0+60x120",
    "checkin_oldest_in_flight_seconds": "60+0x120",
    "checkin_quota_left": "50000+0x120",
    'checkin_deliveries{state="queued"}': "1000+0x120",
    "checkin_bounce_ratio": "0.01+0x120",
    "checkin_complaint_ratio": "0+0x120",
    "checkin_events_lag_seconds": "20+0x120",
    "checkin_feed_seen_ratio": "0.99+0x120",
    "checkin_set_aside": "0+0x120",
    "checkin_releases_overdue": "0+0x120",
    "checkin_letters_failing": "0+0x120",
}
"""Series in promtool's notation, a sample a minute, of a day on which all is well."""
GONE = "_x120"
CAUSES = [
    ("CheckinNotScraped", 'up{job="checkin", side="campaign"}', GONE),
    ("CheckinNotScraped", 'up{job="checkin", side="platform"}', "0+0x120"),
    ("CheckinJobNeverDone", 'checkin_job_never_done{side="campaign", job="tick"}', "1+0x120"),
    ("CheckinJobStandsStill", 'checkin_job_age_seconds{side="campaign", job="tick"}', "10+60x120"),
    ("CheckinJobStandsStill", 'checkin_job_age_seconds{side="campaign", job="limits"}', "400x120"),
    ("CheckinPurgeLate", 'checkin_job_age_seconds{side="platform", job="purge"}', "8000+0x120"),
    ("CheckinBackupMissing", 'checkin_backup_done_timestamp_seconds{side="campaign"}', GONE),
    (
        "CheckinBackupMissing",
        'checkin_backup_done_timestamp_seconds{side="platform"}',
        "-100000+0x120",
    ),
    ("CheckinAccountPaused", "checkin_paused", "1+0x120"),
    ("CheckinMonthPaused", 'checkin_campaigns{state="paused"}', "1+0x120"),
    ("CheckinMonthMissed", 'checkin_campaigns{state="missed"}', "1x90 2x30"),
    ("CheckinMonthTooSlow", "checkin_oldest_due_seconds", "22000+0x120"),
    ("CheckinUnsettled", "checkin_oldest_in_flight_seconds", "7300+0x120"),
    ("CheckinQuotaTooSmall", "checkin_quota_left", "500+0x120"),
    ("CheckinBouncesNearPause", "checkin_bounce_ratio", "0.035+0x120"),
    ("CheckinBouncesNearPause", "checkin_complaint_ratio", "0.0007+0x120"),
    ("CheckinEventsNotRead", "checkin_events_lag_seconds", GONE),
    ("CheckinEventsNotRead", "checkin_events_lag_seconds", "1000+0x120"),
    ("CheckinEventsMissing", "checkin_feed_seen_ratio", "0.8+0x120"),
    ("CheckinEventsSetAside", "checkin_set_aside", "1+0x120"),
    ("CheckinFiguresOverdue", "checkin_releases_overdue", "1+0x120"),
    ("CheckinLettersFailing", "checkin_letters_failing", "1+0x120"),
]
"""An alert, and the one series that is not as on such a day."""


def _rules() -> list[dict[str, Any]]:
    return [
        rule for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]
    ]


def _exported() -> set[str]:
    """What the page lists; tests/watching holds it against what both sides really export."""
    return set(METRIC.findall(DOCUMENTED.read_text()))


def test_every_alert_says_what_it_means_and_what_to_do() -> None:
    for rule in _rules():
        assert {"summary", "do"} == rule["annotations"].keys()
        assert rule["labels"]["severity"] in {"page", "ticket"}


def test_every_alert_has_a_cause_that_is_tried() -> None:
    assert {rule["alert"] for rule in _rules()} == {alert for alert, _, _ in CAUSES}


def test_rules_and_board_name_metrics_that_are_exported() -> None:
    exprs = [rule["expr"] for rule in _rules()]
    exprs += [each["expr"] for panel in _panels() for each in panel["targets"]]

    named = {metric for expr in exprs for metric in METRIC.findall(expr)}
    assert set() == named - _exported() - WRITTEN_BY_THE_BACKUP


def test_the_board_shows_every_metric() -> None:
    shown = {each for panel in _panels() for each in METRIC.findall(json.dumps(panel["targets"]))}

    assert _exported() | WRITTEN_BY_THE_BACKUP == shown


def test_each_alert_fires_at_its_cause_and_nothing_else_does(tmp_path: Path) -> None:
    if not shutil.which("promtool"):
        skip_or_fail("promtool (Debian's prometheus)")
    cases = [_case(set(), WELL)]
    cases += [_case({alert}, WELL | {series: values}) for alert, series, values in CAUSES]
    file = tmp_path / "cases.yml"
    file.write_text(yaml.safe_dump({"rule_files": [str(RULES)], "tests": cases}))

    tested = subprocess.run(["promtool", "test", "rules", file], capture_output=True, text=True)

    assert 0 == tested.returncode, tested.stdout + tested.stderr


def test_prometheus_accepts_what_is_shipped() -> None:
    if not shutil.which("promtool"):
        skip_or_fail("promtool (Debian's prometheus)")
    config = DEPLOY / "prometheus" / "prometheus.yml"
    for check in (["rules", str(RULES)], ["config", "--syntax-only", str(config)]):
        checked = subprocess.run(["promtool", "check", *check], capture_output=True, text=True)
        assert 0 == checked.returncode, checked.stderr


def _panels() -> list[dict[str, Any]]:
    panels: list[dict[str, Any]] = json.loads(BOARD.read_text())["panels"]
    return panels


def _case(firing: set[str], series: dict[str, str]) -> dict[str, Any]:
    """One day for promtool: the series, and which alerts fire at its end."""
    samples = [{"labels": f'{{alertname="{name}"}}', "value": 1} for name in sorted(firing)]
    return {
        "interval": "1m",
        "input_series": [{"series": name, "values": values} for name, values in series.items()],
        "promql_expr_test": [
            {
                "expr": 'count by (alertname) (ALERTS{alertstate="firing"})',
                "eval_time": f"{MINUTES}m",
                "exp_samples": samples,
            }
        ],
    }
