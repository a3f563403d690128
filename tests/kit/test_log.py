"""No address and no link's token survives in a log line, however it got there."""

import io
import logging

import pytest

from kit import log
from links.signing import Purpose, sign

ADDRESS = "tenant-001@example.org"
TOKEN = sign([b"k" * 32], Purpose.REPLY, b"i" * 16)


@pytest.fixture(params=[True, False], ids=["json", "text"])
def written(request: pytest.FixtureRequest) -> io.StringIO:
    stream = io.StringIO()
    log.configure(json=request.param, stream=stream)
    return stream


def _assert_clean(written: io.StringIO, *, says: str) -> None:
    line = written.getvalue()
    assert says in line
    assert "tenant-001" not in line
    assert TOKEN not in line


def test_a_value_is_scrubbed(written: io.StringIO) -> None:
    log.get_logger("test").info("batch sent", to=ADDRESS, link=f"https://portal.test/r/{TOKEN}")

    _assert_clean(written, says="batch sent")


def test_a_nested_value_is_scrubbed(written: io.StringIO) -> None:
    log.get_logger("test").info("batch sent", rows=[{"to": (ADDRESS, TOKEN)}, ADDRESS.encode()])

    _assert_clean(written, says="batch sent")


def test_a_librarys_record_is_scrubbed(written: io.StringIO) -> None:
    logging.getLogger("some.library").warning("GET /r/%s?to=%s", TOKEN, "tenant-001%40example.org")

    _assert_clean(written, says="some.library")


def test_an_exceptions_text_is_scrubbed(written: io.StringIO) -> None:
    try:
        raise ValueError(f"could not mail <{ADDRESS}> the link {TOKEN}")
    except ValueError:
        log.get_logger("test").exception("batch failed", campaign=7)

    _assert_clean(written, says="batch failed")


def test_an_id_is_kept(written: io.StringIO) -> None:
    log.get_logger("test").info("batch sent", attempt="3yJx0o2cQ1uQ8v5kzT1b7A", deliveries=50)

    assert "3yJx0o2cQ1uQ8v5kzT1b7A" in written.getvalue()


def test_a_very_long_word_is_scrubbed_without_delay() -> None:
    assert log.scrub("x" * 1_000_000 + f" {ADDRESS}").endswith(" [address]")


def test_a_logger_that_was_used_before_follows_a_new_configuration() -> None:
    log.configure(level=logging.WARNING, stream=io.StringIO())
    early = log.get_logger("used early")
    early.info("too quiet")
    stream = io.StringIO()
    log.configure(json=True, stream=stream)

    early.info("heard")

    assert "heard" in stream.getvalue()
    assert "too quiet" not in stream.getvalue()
