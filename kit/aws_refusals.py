"""Which errors of AWS and botocore concern the process that asked, and not what it asked for.

Sources: "Common errors" in the API references of SES v2, SQS, KMS and S3; botocore's exceptions.
"""

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    CredentialRetrievalError,
    EndpointConnectionError,
    NoCredentialsError,
    PartialCredentialsError,
    ProxyConnectionError,
    SSLError,
    TokenRetrievalError,
)

UNREACHABLE = (EndpointConnectionError, ConnectTimeoutError, ProxyConnectionError)
"""The request never left this machine's network."""
UNREACHED = frozenset(error.__name__ for error in UNREACHABLE)
NO_CREDENTIALS = (
    CredentialRetrievalError,
    NoCredentialsError,
    PartialCredentialsError,
    TokenRetrievalError,
)
"""The request was never signed."""
SIGNATURES = frozenset(
    {
        "IncompleteSignature",
        "InvalidSignatureException",
        "RequestExpired",
        "RequestTimeTooSkewed",
        "SignatureDoesNotMatch",
    }
)
"""The codes for a signature that is wrong or not of now: a key's fault, or the clock's."""
CREDENTIALS = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "ExpiredToken",
        "ExpiredTokenException",
        "InvalidClientTokenId",
        "UnrecognizedClientException",
        *(error.__name__ for error in NO_CREDENTIALS),
    }
)
"""The codes for credentials that are missing, wrong, refused or expired."""
STATUSES = frozenset({401, 403, 407})


def concerns_asker(error: BotoCoreError | ClientError) -> bool:
    """Whether another machine might be answered where this one was not."""
    if not isinstance(error, ClientError):
        return isinstance(error, (*UNREACHABLE, *NO_CREDENTIALS)) or is_certificate_refused(error)
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
    code = error.response.get("Error", {}).get("Code")
    return status in STATUSES or code in SIGNATURES | CREDENTIALS


def is_certificate_refused(error: BotoCoreError) -> bool:
    """TLS that ended before any request was written; other TLS errors may come after it."""
    return isinstance(error, SSLError) and "CERTIFICATE_VERIFY_FAILED" in str(error)
