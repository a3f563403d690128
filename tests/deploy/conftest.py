"""Both sides as deployed, once a test process; tests leave behind what they must not depend on."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos import cluster
from tests.conftest import skip_or_fail
from tests.deploy import sides as deployment
from tests.deploy.sides import Sides


@pytest.fixture(scope="session")
def credentials(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of both sides' credentials, drawn as an operator draws them."""
    folder = tmp_path_factory.mktemp("credentials")
    deployment.draw_credentials(folder)
    return folder


@pytest.fixture(scope="session")
def sides(credentials: Path) -> Iterator[Sides]:
    """Both sides' databases, each on a cluster of its own."""
    if not (cluster.is_possible() and shutil.which("psql")):
        skip_or_fail("PostgreSQL's server and psql")
    with deployment.deployed(credentials) as both:
        yield both
