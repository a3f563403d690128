"""A PostgreSQL server of these tests' own, once a test process."""

from collections.abc import Iterator

import pytest

from tests.chaos import cluster
from tests.chaos.cluster import Cluster
from tests.conftest import skip_or_fail


@pytest.fixture(scope="session")
def server() -> Iterator[Cluster]:
    if not cluster.is_possible():
        skip_or_fail("PostgreSQL's server")
    with cluster.running() as running:
        yield running
