"""An OpenID provider on a free port, for the tests: it says that whoever comes is one person."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, jsonify, redirect, request
from joserfc import jwt
from joserfc.jwk import RSAKey
from werkzeug.wrappers import Response

from tests.browser import chromium

CLIENT, SECRET = "checkin-console", "a-secret-of-the-tests"


@dataclass
class Provider:
    """`claims` go into the next token; `key` signs it, `published` is what the provider shows."""

    claims: dict[str, Any]
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    issuer: str = ""
    nonces: dict[str, str] = field(default_factory=dict)
    challenges: list[str] = field(default_factory=list)
    other_key: RSAKey | None = None

    def id_token(self, nonce: str) -> str:
        now = int(time.time())
        base = {"iss": self.issuer, "sub": "1", "aud": CLIENT, "iat": now, "exp": now + 60}
        signing = self.other_key or self.key
        header = {"alg": "RS256", "kid": "one"}
        return jwt.encode(header, {**base, "nonce": nonce, **self.claims}, signing)


def app_of(provider: Provider) -> Flask:
    """The provider's web pages: discovery, keys, the door, and the token."""
    app = Flask(__name__)

    @app.get("/.well-known/openid-configuration")
    def discovery() -> Response:
        return jsonify(
            issuer=provider.issuer,
            authorization_endpoint=f"{provider.issuer}/authorize",
            token_endpoint=f"{provider.issuer}/token",
            jwks_uri=f"{provider.issuer}/jwks",
            id_token_signing_alg_values_supported=["RS256"],
        )

    @app.get("/jwks")
    def jwks() -> Response:
        return jsonify(keys=[provider.key.as_dict(private=False)])

    @app.get("/authorize")
    def authorize() -> Response:
        code = f"code-{len(provider.nonces)}"
        provider.nonces[code] = request.args["nonce"]
        provider.challenges.append(request.args["code_challenge"])
        state = request.args["state"]
        return redirect(f"{request.args['redirect_uri']}?code={code}&state={state}")

    @app.post("/token")
    def token() -> Response:
        assert request.form["code_verifier"]
        nonce = provider.nonces.pop(request.form["code"])
        return jsonify(
            access_token="opaque", token_type="Bearer", id_token=provider.id_token(nonce)
        )

    return app


@contextmanager
def serving(provider: Provider) -> Iterator[Provider]:
    """The provider, listening while the block runs."""
    with chromium.serving(app_of(provider)) as provider.issuer:
        yield provider
