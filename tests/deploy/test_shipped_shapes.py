"""What ships sends: a month through each shape as it is shipped, its credentials, its backups.

Every process runs with exactly the environment that the shape gives it, as a user of its own.
What had to be replaced to run on this machine is printed.
"""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos import broker, cluster
from tests.conftest import skip_or_fail
from tests.deploy import deployment, journey
from tests.deploy.composed import Composed
from tests.deploy.deployment import Deployment, ShippedShape
from tests.deploy.installed import Installed
from tests.deploy.journey import DELIVERIES, HELD, SIZE
from tests.deploy.machine import SIDES

SHAPES: list[type[ShippedShape]] = [Composed, Installed]


@pytest.fixture(params=SHAPES, ids=lambda shape: shape.name)
def deployed(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Deployment]:
    if not (cluster.is_possible() and broker.is_possible() and shutil.which("psql")):
        skip_or_fail("PostgreSQL's server, psql and redis-server")
    with deployment.deployed(request.param, tmp_path) as made:
        yield made


@pytest.mark.timeout(1_200)
def test_a_month_goes_through_what_is_shipped(deployed: Deployment, tmp_path: Path) -> None:
    for side in SIDES:
        deployed.prepare(side)
    deployed.start(but="campaign-worker")
    month = journey.write_and_approve(deployed)
    backups = {side: journey.back_up(deployed, side, tmp_path) for side in SIDES}
    deployed.start()
    deployed.wait_for("campaign", DELIVERIES, ("sent", SIZE))
    deployed.wait_until_ready()
    deployed.check_health()
    journey.reply(deployed, 0)
    journey.write_back(deployed, "tenant-002@example.org")

    journey.exchange_credentials(deployed)
    journey.exchange_tokens(deployed)
    journey.reply(deployed, 1)
    journey.freeze(deployed, month)
    journey.erase(deployed, "T-001")

    deployed.stop()
    for side in SIDES:
        deployed.shape.restore(side, backups[side])
    assert "Tenants erased again: 1." in deployed.operate("platform", "tenants", "adopt")
    deployed.operate("platform", "reports", "adopt")
    deployed.start()
    # All mails are held, and the one to the tenant who is erased again is settled by that.
    deployed.wait_for("campaign", HELD, (False, 1), (True, SIZE - 1))
    deployed.operate(
        "campaign", "campaigns", "resolve", month, "--unknown", "leave", "--by", journey.APPROVER
    )
    deployed.wait_until_ready()

    print(f"\n{deployed.shape.name}, replaced: {json.dumps(deployed.replaced, indent=1)}")
    assert SIZE == deployed.mails_of_the_month()
    assert [] == deployed.runner.faults()
    assert 0 == deployed.refusals_of_redis()
