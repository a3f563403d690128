"""Single sign-on by OpenID Connect (Core 1.0, authorization code with PKCE), if configured.

The provider only confirms the address; staff and their roles are managed here. An address that the
provider has not verified is refused.
"""

from dataclasses import dataclass
from typing import Any, cast

from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.flask_client import OAuth
from authlib.oauth2.rfc6749 import OAuth2Error
from flask import Flask
from joserfc.errors import JoseError
from requests import RequestException
from werkzeug.wrappers import Response

from kit.errors import Refused
from kit.settings import Settings

NAME = "oidc"
PATIENCE_SECONDS = 10
FAILED = "Single sign-on did not work. Try again, or have a link sent to your address."
UNVERIFIED = "Your sign-in service has not verified your address. Have a link sent to it instead."
FAILURES = (OAuthError, OAuth2Error, JoseError, RequestException, ValueError, KeyError)


@dataclass(frozen=True, slots=True)
class SingleSignOn:
    """Sign-in at one OpenID provider."""

    client: Any

    def leave(self, callback: str) -> Response:
        """Redirect to the provider, which redirects back to `callback`.

        Raises:
            Refused: the provider does not answer.
        """
        try:
            return cast(Response, self.client.authorize_redirect(callback))
        except FAILURES as error:
            raise Refused(FAILED) from error

    def arrive(self) -> str:
        """Return the verified address in the provider's answer, in lower case.

        Raises:
            Refused: the answer was altered, is for another browser, or has no verified address.
        """
        try:
            claims = self.client.authorize_access_token()["userinfo"]
            email, is_verified = str(claims["email"]), claims.get("email_verified")
        except FAILURES as error:
            raise Refused(FAILED) from error
        if is_verified is not True:
            raise Refused(UNVERIFIED)
        return email.strip().lower()


def configured(app: Flask, settings: Settings) -> SingleSignOn | None:
    """Return the provider in the settings, or None.

    Its metadata is fetched from `ISSUER/.well-known/openid-configuration` at the first sign-in.
    """
    secret = settings.oidc_client_secret
    if not (settings.oidc_issuer and settings.oidc_client_id and secret):
        return None
    registry = OAuth(app)
    registry.register(
        NAME,
        client_id=settings.oidc_client_id,
        client_secret=secret.get_secret_value(),
        server_metadata_url=f"{settings.oidc_issuer}/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid email",
            "code_challenge_method": "S256",
            "default_timeout": PATIENCE_SECONDS,
        },
    )
    return SingleSignOn(registry.create_client(NAME))
