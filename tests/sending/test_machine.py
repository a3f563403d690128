"""The state machine of `tests.sending.machine`, and two careless senders that it has to catch."""

from collections.abc import Callable, Sequence

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from campaigns.sending.deliveries import Claim
from campaigns.ses.verdicts import Verdict
from tests.sending.machine import NOT_SENT, Deliveries

TestDeliveries = Deliveries.TestCase
TestDeliveries.settings = settings(
    max_examples=25,
    stateful_step_count=25,
    deadline=None,
    report_multiple_bugs=False,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


FIRST_BUG = settings(TestDeliveries.settings, max_examples=200, phases=[Phase.generate])


class CarelessDeliveries(Deliveries):
    """Takes a lost answer for a refusal and sends again. It gets no other answers."""

    staff_act = False

    def _post(self, claim: Claim, answer: Callable[[int], list[Verdict]]) -> None:
        del answer
        super()._post(claim, lambda size: [Verdict.UNCERTAIN] * size)

    def _record(self, claim: Claim, verdicts: Sequence[Verdict]) -> None:
        lost = Verdict.UNCERTAIN
        super()._record(claim, [Verdict.UNSENT if v is lost else v for v in verdicts])


class ForgetfulDeliveries(Deliveries):
    """Calls throttled mail sent."""

    staff_act = False

    def _record(self, claim: Claim, verdicts: Sequence[Verdict]) -> None:
        super()._record(claim, [Verdict.ACCEPTED if v in NOT_SENT else v for v in verdicts])


@pytest.mark.parametrize("careless", [CarelessDeliveries, ForgetfulDeliveries])
def test_the_checker_catches_a_sender_that_doubles_and_one_that_loses(
    careless: type[Deliveries],
) -> None:
    with pytest.raises(AssertionError):
        run_state_machine_as_test(careless, settings=FIRST_BUG)
