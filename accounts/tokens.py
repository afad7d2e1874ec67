"""Tokens for the API: one a person, shown once, kept as a hash."""

import hashlib
import secrets
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import TokenAuthentication

PREFIX = "lw_"
"""Lets secret scanners recognise a token that was committed by mistake."""


def new_secret() -> str:
    """A token of 256 random bits."""
    return PREFIX + secrets.token_urlsafe(32)


def key_of(secret: str) -> str:
    """What is stored of a token: 160 bits of its SHA-256. A random token needs no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()[:40]


class HashedTokenAuthentication(TokenAuthentication):
    """``Authorization: Token lw_...``; whoever reads the table has nothing to sign in with."""

    def authenticate_credentials(self, key: str) -> Any:
        """Find the person by the token's hash; inactive accounts are refused."""
        return super().authenticate_credentials(key_of(key))


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the schema describes it."""

    target_class = HashedTokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """An API key in a header, with the word Token before it."""
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`Token lw_…`: make one on the page *API token* of your account's menu.",
        }
