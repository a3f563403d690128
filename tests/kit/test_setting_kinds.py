"""Settings that could be read and not be used are refused at start, each with one sentence."""

import pytest

from kit import broker_urls, database_urls, mailboxes, web_addresses

DEAD_ADDRESSES = (
    *("https://example.org/#x", "https://example.org/?x=1", "https://example.org?", "example.org"),
    *("https://user:secret@example.org", "https://user@example.org", "https://exa mple.org"),
    *("https://example.org/{x}", "https://example.org/a b", "https://example.org/%20"),
    *("https://example.org:99999", "https://example.org:abc", "https://example.org:0"),
    *("https://example.org:", "https://", "https:///x", "https://-example.org", "https://a..b"),
    *("https://*.example.org", "https://exam_ple.org,x", "https://example.org/../x", "ftp://x"),
    *("https://example.org//x", "https://example.org/\u200bx", "https://exa\u200bmple.org"),
    *(
        "https://example.org/a&b",
        "https://example.org/a=b",
        'https://example.org/"',
        "https://[::1",
    ),
    *("https://example.org\\x", "https://https://example.org", "https://example.org/ŷ"),
    f"https://example.org/{'x' * 300}",
)
LIVE_ADDRESSES = {
    "https://portal.example.org/": "https://portal.example.org",
    "HTTPS://Portal.Example.org": "https://portal.example.org",
    "https://example.org/check-in/": "https://example.org/check-in",
    "https://bücher.example.org": "https://xn--bcher-kva.example.org",
    "https://example.org:8443/a/b.c": "https://example.org:8443/a/b.c",
    "http://127.0.0.1:8001": "http://127.0.0.1:8001",
    "http://[::1]:8001": "http://[::1]:8001",
    "http://localhost": "http://localhost",
    "https://sqs.eu-west-2.amazonaws.com/1/events.fifo": (
        "https://sqs.eu-west-2.amazonaws.com/1/events.fifo"
    ),
}
DEAD_BROKERS = {
    "redis://:p#secret@127.0.0.1:6379/7": "percent-encoding",
    "redis://:p/secret@127.0.0.1:6379/7": "percent-encoding",
    "redis://:p?secret@127.0.0.1:6379/7": "percent-encoding",
    "redis://127.0.0.1:99999/0": "a port that is none",
    "redis://127.0.0.1:abc/0": "a port that is none",
    "redis://127.0.0.1:/0": "a port that is none",
    "redis:///0": "no host",
    "redis://127.0.0.1:6379/zero": "a database that is no number",
    "redis://127.0.0.1:6379/0?charset=utf8": "the option “charset”",
    "redis://127.0.0.1:6379/0?ssl_cert_reqs=required": "needs rediss://",
    "rediss://127.0.0.1:6379/0?ssl_cert_reqs=perhaps": "ssl_cert_reqs",
    "amqp://user:secret@host:port//": "a port that is none",
    "localhost:6379": "not a broker's URL",
}
VERIFIED = "rediss://redis.example.org:6380/0?ssl_cert_reqs=required"
LIVE_BROKERS = {
    "redis://:p%23ss@127.0.0.1:6379/7": "redis://:p%23ss@127.0.0.1:6379/7",
    "redis://127.0.0.1": "redis://127.0.0.1",
    "rediss://redis.example.org:6380/0": VERIFIED,
    f"{VERIFIED}": VERIFIED,
    "rediss://redis.example.org:6380/0?ssl_cert_reqs=CERT_REQUIRED": VERIFIED,
    "rediss://redis.example.org:6380/0?ssl_cert_reqs=CERT_NONE": VERIFIED.replace(
        "required", "none"
    ),
    "rediss://h/0?ssl_ca_certs=/etc/ca.pem": (
        "rediss://h/0?ssl_ca_certs=/etc/ca.pem&ssl_cert_reqs=required"
    ),
    "memory://": "memory://",
}
DEAD_DATABASES = {
    "postgresql://postgres:secret@127.0.0.1": "no database",
    "postgresql://postgres:secret@127.0.0.1/": "no database",
    "postgresql://postgres:secret@127.0.0.1/x?pgbouncer=true": "“pgbouncer”",
    "postgresql://postgres:secret@127.0.0.1/x?charset=utf8": "“charset”",
    "postgresql://postgres:secret@127.0.0.1:99999/x": "a port that is none",
    "postgresql://postgres:secret@127.0.0.1:abc/x": "not a database URL",
    "postgresql://postgres:secret@127.0.0.1/x?sslmode=yes": "sslmode",
    "postgresql://postgres:secret@127.0.0.1/x?connect_timeout=soon": "connect_timeout",
    "postgresql+psycopg://postgres:secret@127.0.0.1/x?prepare_threshold=0": "“prepare_threshold”",
    "sqlite://": "no file",
    "sqlite://var/campaign.db": "three slashes",
    "sqlite:///var/campaign.db?charset=utf8": "“charset”",
    "mysql://user:secret@host/x": "mysql",
}
LIVE_DATABASES = (
    *("sqlite:///var/campaign.db", "sqlite:////srv/campaign.db?timeout=5"),
    *("postgresql://campaign@db/campaign", "postgresql+psycopg://campaign:x@db:5432/campaign"),
    "postgresql://campaign@/campaign?host=/run/postgresql&sslmode=verify-full&connect_timeout=5",
)
SENDERS = {
    "Well Thought <check-in@example.org>": "Well Thought <check-in@example.org>",
    '"Homes, North" <check-in@example.org>': '"Homes, North" <check-in@example.org>',
    "Tŷ Cymru <check-in@example.org>": "=?utf-8?b?VMW3IEN5bXJ1?= <check-in@example.org>",
    "check-in@bücher.example.org": "check-in@xn--bcher-kva.example.org",
    "Tŷ <check-in@bücher.example.org>": "=?utf-8?b?VMW3?= <check-in@xn--bcher-kva.example.org>",
}


@pytest.mark.parametrize("text", DEAD_ADDRESSES)
def test_an_address_that_cannot_carry_a_link_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w") as refused:
        web_addresses.parse(text)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("text", LIVE_ADDRESSES)
def test_an_address_that_can_carry_a_link_is_taken(text: str) -> None:
    assert web_addresses.parse(text) == LIVE_ADDRESSES[text]


@pytest.mark.parametrize("text", DEAD_BROKERS)
def test_a_broker_that_nothing_can_use_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=DEAD_BROKERS[text]) as refused:
        broker_urls.parse(text)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("text", LIVE_BROKERS)
def test_a_broker_is_spelt_the_same_for_celery_and_for_our_own_clients(text: str) -> None:
    assert broker_urls.parse(text) == LIVE_BROKERS[text]


@pytest.mark.parametrize("text", DEAD_DATABASES)
def test_a_database_that_nothing_can_use_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=DEAD_DATABASES[text]) as refused:
        database_urls.parse(text)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("text", LIVE_DATABASES)
def test_a_database_that_can_be_used_is_taken_as_written(text: str) -> None:
    assert database_urls.parse(text) == text


@pytest.mark.parametrize("text", SENDERS)
def test_a_sender_reaches_ses_in_ascii(text: str) -> None:
    assert mailboxes.encoded(mailboxes.parse(text)) == SENDERS[text]


def test_a_long_name_is_several_encoded_words_on_one_line() -> None:
    words = mailboxes.encoded("ŷ" * 60 + " <check-in@example.org>").split()
    assert [word for word in words if len(word) > 75 or not word.isascii()] == []


@pytest.mark.parametrize("text", ["tŷ@example.org", "A <a@b>, C <c@d>", "Name", "a@exa mple.org"])
def test_a_sender_that_ses_cannot_send_from_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        mailboxes.parse(text)
