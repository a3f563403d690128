import pytest

from campaigns.models import Cause, CutReason
from campaigns.ses import verdicts
from console import words


@pytest.mark.parametrize("cause", Cause)
def test_each_cause_has_its_words(cause: Cause) -> None:
    assert words.cause(cause) == words.CAUSES[cause]


def test_no_two_causes_have_the_same_words() -> None:
    assert len(set(words.CAUSES.values())) == len(Cause)


def test_a_cause_of_an_older_release_is_not_put_into_the_mouth_of_ses() -> None:
    assert words.cause("of_old") == "the cause was recorded as “of_old”"


def test_whatever_ses_answers_has_a_cause() -> None:
    listed = {**verdicts.STATUSES, **verdicts.ERROR_CODES}
    without = [name for name, meaning in listed.items() if meaning.cause is None]
    assert without == ["SUCCESS"]


def test_each_reason_why_a_version_stands_has_words_of_its_own() -> None:
    assert words.CUTS.keys() == {None, *CutReason}
    assert len(set(words.CUTS.values())) == len(words.CUTS)
