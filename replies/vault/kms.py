"""Master keys in AWS KMS: the key itself never leaves it."""

from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from replies.vault.master_keys import Context, KeyUnavailable, Wrapped

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient


class KmsKeys:
    """Wraps with one KMS key, and unwraps with whichever wrapped.

    `key_id` is the key's own id (36 characters), not an alias: it is kept beside each data key. The
    context goes along as KMS's encryption context, so that CloudTrail shows it and a grant can
    demand it.
    """

    def __init__(self, client: "KMSClient", key_id: str) -> None:
        self._client = client
        self._key_id = key_id

    @property
    def current(self) -> str:
        return self._key_id

    def wrap(self, data_key: bytes, context: Context) -> Wrapped:
        try:
            answer = self._client.encrypt(
                KeyId=self._key_id, Plaintext=data_key, EncryptionContext=context
            )
        except (BotoCoreError, ClientError) as error:
            raise _unavailable(self._key_id, error) from None
        return Wrapped(self._key_id, answer["CiphertextBlob"])

    def unwrap(self, wrapped: Wrapped, context: Context) -> bytes:
        try:
            answer = self._client.decrypt(
                KeyId=wrapped.master_key, CiphertextBlob=wrapped.sealed, EncryptionContext=context
            )
        except (BotoCoreError, ClientError) as error:
            raise _unavailable(wrapped.master_key, error) from None
        return answer["Plaintext"]


def _unavailable(key_id: str, error: Exception) -> KeyUnavailable:
    code = error.response["Error"]["Code"] if isinstance(error, ClientError) else str(error)
    return KeyUnavailable(f"KMS key {key_id} did not answer ({code}); check its state and policy.")
