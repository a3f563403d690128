"""Broker URLs, normalised so that Celery and redis-py read them alike."""

from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit

BROKERS = {"redis", "rediss", "amqp", "amqps", "memory", "filesystem"}
IN_PROCESS = {"memory", "filesystem"}
ENCODED = "write %23, %2F, %3F and %40 for # / ? and @ in a password (percent-encoding)"
VERIFICATION = "ssl_cert_reqs"
VERIFICATIONS = {
    "required": "required",
    "optional": "optional",
    "none": "none",
    "cert_required": "required",
    "cert_optional": "optional",
    "cert_none": "none",
}
"""Celery's documented names, and the short ones that redis-py takes."""
TLS_OPTIONS = {
    *(VERIFICATION, "ssl_ca_certs", "ssl_ca_path", "ssl_certfile", "ssl_keyfile"),
    *("ssl_check_hostname", "ssl_password"),
}


def parse(text: str) -> str:
    """Return the URL; for `rediss://`, with certificate verification explicit and on by default.

    Without the option Celery verifies no certificate while redis-py verifies all.

    Raises:
        ValueError: the URL is unusable. The message never contains its password.
    """
    parts = urlsplit(text)
    if parts.scheme not in BROKERS:
        raise ValueError("is not a broker's URL; write redis://HOST:PORT/DB")
    if parts.scheme in IN_PROCESS:
        return text
    _check_server(parts)
    return _checked_redis(parts) if parts.scheme.startswith("redis") else text


def _check_server(parts: SplitResult) -> None:
    if parts.fragment:
        raise ValueError(f"has a # that ends it; {ENCODED}")
    try:
        is_port = parts.port != 0 and not parts.netloc.endswith(":")
    except ValueError:
        is_port = False
    if not is_port:
        raise ValueError(f"has a port that is none; write a number from 1 to 65535, and {ENCODED}")
    if not parts.hostname or any(map(str.isspace, parts.netloc)):
        raise ValueError(f"has no host; write redis://HOST:PORT/DB, and {ENCODED}")


def _checked_redis(parts: SplitResult) -> str:
    number = parts.path.strip("/")
    if number and not (number.isascii() and number.isdecimal()):
        raise ValueError(f"has a database that is no number; write redis://HOST:PORT/0; {ENCODED}")
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    known = TLS_OPTIONS if parts.scheme == "rediss" else set[str]()
    for name in options.keys() - known:
        needs_tls = ", which needs rediss://" if name in TLS_OPTIONS else ""
        raise ValueError(f"has the option “{name}”{needs_tls or ', which is not known'}; change it")
    if parts.scheme == "rediss":
        options[VERIFICATION] = _verification(options.get(VERIFICATION, "required"))
    return parts._replace(query=urlencode(options, safe="/")).geturl()


def _verification(asked: str) -> str:
    if asked.lower() not in VERIFICATIONS:
        raise ValueError(f"has a {VERIFICATION} that does not exist; write required or none")
    return VERIFICATIONS[asked.lower()]
