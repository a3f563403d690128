"""Metrics in Prometheus's text format, read at each scrape, behind a bearer token.

The token comes from a file, as with Prometheus's `authorization.credentials_file`. Label values
come from fixed lists in the code, never from outside.
"""

import hmac
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from kit import private_files
from kit.heartbeats import LastRun

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
TOKEN_MIN = 16
TOKEN_BYTES = 32
SCHEME = "Bearer"
PLAIN = "text/plain; charset=utf-8"


class _Collector(Collector):
    def __init__(self, read: Callable[[], Iterable[Metric]]) -> None:
        self._read = read

    def collect(self) -> Iterable[Metric]:
        return self._read()

    def describe(self) -> Iterable[Metric]:
        """Return nothing: registering the collector must not read the metrics."""
        return ()


def rendered(read: Callable[[], Iterable[Metric]]) -> bytes:
    """Return the metrics from `read` in Prometheus's text format."""
    registry = CollectorRegistry()
    registry.register(_Collector(read))
    return generate_latest(registry)


def gauge(name: str, told: str, value: float) -> Metric:
    """Make a gauge without labels."""
    return GaugeMetricFamily(f"checkin_{name}", told, value=value)


def counter(name: str, told: str, value: float) -> Metric:
    """Make a counter without labels."""
    return CounterMetricFamily(f"checkin_{name}", told, value=value)


def gauges(name: str, told: str, label: str, values: Mapping[str, float]) -> Metric:
    """Make a gauge with one value for each value of `label`."""
    family = GaugeMetricFamily(f"checkin_{name}", told, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family


def job_metrics(
    jobs: Iterable[str], found: Mapping[str, LastRun], *, now: datetime
) -> Iterator[Metric]:
    """Make the jobs' metrics: each job's age in seconds, and whether it was never done.

    The second is there because an absent age would raise no alert.
    """
    ages = {job: found.get(job, LastRun(None)).age(now) for job in jobs}
    done = {job: age.total_seconds() for job, age in ages.items() if age is not None}
    yield gauges("job_age_seconds", "Since each job was last done.", "job", done)
    never = {job: float(age is None) for job, age in ages.items()}
    yield gauges("job_never_done", "1 for a job that was never done.", "job", never)


def scraped(
    authorization: str | None, token_file: Path | None, read: Callable[[], Iterable[Metric]]
) -> tuple[bytes, int, Mapping[str, str]]:
    """Return body, status and headers for a scrape; nothing is read without the token."""
    token = _token(token_file)
    if token is None:
        return b"There is nothing here.\n", 404, {"Content-Type": PLAIN}
    if not hmac.compare_digest((authorization or "").encode(), f"{SCHEME} {token}".encode()):
        return b"Show the token.\n", 401, {"Content-Type": PLAIN, "WWW-Authenticate": SCHEME}
    return rendered(read), 200, {"Content-Type": CONTENT_TYPE}


def create_token(path: Path) -> bool:
    """Write a random token that only its owner can read; True if there was none before."""
    if path.exists():
        return False
    private_files.make_file(path)
    path.write_text(f"{secrets.token_urlsafe(TOKEN_BYTES)}\n")
    path.chmod(0o400)
    return True


def _token(token_file: Path | None) -> str | None:
    """Return the token, read at each request so that it can be replaced; None if too short."""
    if token_file is None or not token_file.is_file():
        return None
    token = token_file.read_text().strip()
    return token if len(token) >= TOKEN_MIN else None
