"""Master keys in AWS KMS, which never leave it."""

from datetime import datetime
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from replies.vault.master_keys import Context, KeyUnavailable, Wrapped

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient
    from mypy_boto3_kms.type_defs import KeyMetadataTypeDef

ALIAS = "alias/"


class KmsKeys:
    """Wraps with one KMS key, and unwraps with whichever wrapped.

    `key` is a key's own id (36 characters), which is kept beside each data key, or an alias
    ("alias/NAME"): to rotate, point it to a new key. The context goes along as KMS's encryption
    context, so that CloudTrail shows it and a grant can demand it.
    """

    def __init__(self, client: "KMSClient", key: str) -> None:
        self._client = client
        self._key = key

    @property
    def current(self) -> str:
        return self._described()["KeyId"] if self._key.startswith(ALIAS) else self._key

    @property
    def made_at(self) -> datetime:
        return self._described()["CreationDate"]

    def wrap(self, data_key: bytes, context: Context) -> Wrapped:
        try:
            answer = self._client.encrypt(
                KeyId=self._key, Plaintext=data_key, EncryptionContext=context
            )
        except (BotoCoreError, ClientError) as error:
            raise _unavailable(self._key, error) from None
        return Wrapped(answer["KeyId"].rpartition("/")[2], answer["CiphertextBlob"])

    def unwrap(self, wrapped: Wrapped, context: Context) -> bytes:
        try:
            answer = self._client.decrypt(
                KeyId=wrapped.master_key, CiphertextBlob=wrapped.sealed, EncryptionContext=context
            )
        except (BotoCoreError, ClientError) as error:
            raise _unavailable(wrapped.master_key, error) from None
        return answer["Plaintext"]

    def _described(self) -> "KeyMetadataTypeDef":
        try:
            return self._client.describe_key(KeyId=self._key)["KeyMetadata"]
        except (BotoCoreError, ClientError) as error:
            raise _unavailable(self._key, error) from None


def _unavailable(key: str, error: Exception) -> KeyUnavailable:
    code = error.response["Error"]["Code"] if isinstance(error, ClientError) else str(error)
    return KeyUnavailable(f"KMS key {key} did not answer ({code}); check its state and policy.")
