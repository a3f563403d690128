"""One test a row of the table in docs/ses.md."""

import botocore.session
import pytest
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    CredentialRetrievalError,
    EndpointConnectionError,
    NoCredentialsError,
    ProxyConnectionError,
    ReadTimeoutError,
    SSLError,
)

from campaigns.ses.verdicts import STATUSES, Verdict, code_of, of_exception, of_status
from tests.support.sending import client_error

URL = {"endpoint_url": "https://email.example"}


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        ("SUCCESS", Verdict.ACCEPTED),
        ("MESSAGE_REJECTED", Verdict.REFUSED),
        ("INVALID_PARAMETER", Verdict.REFUSED),
        ("FAILED", Verdict.REFUSED),
        ("TRANSIENT_FAILURE", Verdict.RETRY),
        ("ACCOUNT_THROTTLED", Verdict.SLOW_DOWN),
        ("ACCOUNT_DAILY_QUOTA_EXCEEDED", Verdict.QUOTA),
        ("ACCOUNT_SUSPENDED", Verdict.HALT),
        ("ACCOUNT_SENDING_PAUSED", Verdict.HALT),
        ("CONFIGURATION_SET_SENDING_PAUSED", Verdict.HALT),
        ("CONFIGURATION_SET_NOT_FOUND", Verdict.HALT),
        ("MAIL_FROM_DOMAIN_NOT_VERIFIED", Verdict.HALT),
        ("TEMPLATE_NOT_FOUND", Verdict.HALT),
        ("INVALID_SENDING_POOL_NAME", Verdict.HALT),
        ("A_STATUS_OF_NEXT_YEAR", Verdict.UNCERTAIN),
    ],
)
def test_each_status_has_its_verdict(status: str, verdict: Verdict) -> None:
    assert verdict == of_status(status).verdict


def test_every_status_that_botocore_knows_is_in_the_table() -> None:
    model = botocore.session.get_session().get_service_model("sesv2")
    assert set(model.shape_for("BulkEmailStatus").enum) == set(STATUSES)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("error", "verdict"),
    [
        (client_error("TooManyRequestsException", 429), Verdict.SLOW_DOWN),
        (client_error("LimitExceededException", 400), Verdict.QUOTA),
        (client_error("MessageRejected", 400), Verdict.REFUSED),
        (client_error("BadRequestException", 400), Verdict.REFUSED),
        (client_error("AccountSuspendedException", 400), Verdict.HALT),
        (client_error("SendingPausedException", 400), Verdict.HALT),
        (client_error("MailFromDomainNotVerifiedException", 400), Verdict.HALT),
        (client_error("NotFoundException", 404), Verdict.HALT),
        (client_error("UnrecognizedClientException", 403), Verdict.WORKER),
        (client_error("InvalidSignatureException", 403), Verdict.WORKER),
        (client_error("ExpiredTokenException", 403), Verdict.WORKER),
        (client_error("RequestExpired", 400), Verdict.WORKER),
        (client_error("AccessDeniedException", 403), Verdict.WORKER),
        (client_error("407", 407), Verdict.WORKER),
        (client_error("408", 408), Verdict.UNCERTAIN),
        (client_error("413", 413), Verdict.HALVE),
        (client_error("429", 429), Verdict.SLOW_DOWN),
        (client_error("InternalFailure", 500), Verdict.UNCERTAIN),
        (client_error("ServiceUnavailable", 503), Verdict.UNCERTAIN),
        (client_error("504", 504), Verdict.UNCERTAIN),
        (EndpointConnectionError(**URL), Verdict.UNSENT),
        (ConnectTimeoutError(**URL), Verdict.UNSENT),
        (ProxyConnectionError(proxy_url="http://proxy.example"), Verdict.UNSENT),
        (NoCredentialsError(), Verdict.WORKER),
        (CredentialRetrievalError(provider="told to", error_msg="told to"), Verdict.WORKER),
        (SSLError(**URL, error=OSError("CERTIFICATE_VERIFY_FAILED")), Verdict.WORKER),
        (SSLError(**URL, error=OSError("UNEXPECTED_EOF_WHILE_READING")), Verdict.UNCERTAIN),
        (ConnectionClosedError(**URL), Verdict.UNCERTAIN),
        (ReadTimeoutError(**URL), Verdict.UNCERTAIN),
    ],
)
def test_each_error_has_its_verdict(error: BotoCoreError | ClientError, verdict: Verdict) -> None:
    assert verdict == of_exception(error).verdict


def test_a_sender_that_is_not_verified_concerns_the_account() -> None:
    error = client_error("MessageRejected", 400)
    error.response["Error"]["Message"] = "Email address is not verified. The following identities…"
    assert of_exception(error).verdict == Verdict.HALT


def test_a_code_names_the_error_and_never_quotes_it() -> None:
    error = client_error("MessageRejected", 400)
    error.response["Error"]["Message"] = "no mail to tenant-001@example.org"
    assert code_of(error) == "MessageRejected"
    assert code_of(ReadTimeoutError(**URL)) == "ReadTimeoutError"
