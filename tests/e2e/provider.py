"""An OpenID Connect provider of our own: it asks who one wants to be, and can be told to lie."""

import base64
import contextlib
import hashlib
import html
import json
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any, Literal
from urllib.parse import urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

CLIENT, PASSWORD = "playground", "a password of the client"
PEOPLE = {"Ada": {"name": "Ada", "email": "ada@example.org"}, "Bob": {"name": "Bob"}}
Lie = Literal["", "forged", "expired", "another client", "another issuer", "replayed", "unsigned", "nobody"]
"""What is wrong with the tokens that it gives."""


class Provider:
    """It answers at ``address``, another site than the app's; ``lie`` says what is wrong with its tokens."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.lie: Lie = ""
        self.renewed = 0
        self._asked: dict[str, dict[str, str]] = {}
        self._key = RSAKey.generate_key(2048, {"kid": "1", "alg": "RS256", "use": "sig"})
        self._thief = RSAKey.generate_key(2048, {"kid": "1", "alg": "RS256", "use": "sig"})

    def renew(self) -> None:
        """From now on all people are new ones, of the same names: the app knows none of them."""
        self.renewed += 1

    def claims(self, person: str) -> dict[str, str]:
        """Who somebody is."""
        return {"iss": self.address, "sub": f"{person}-{self.renewed}", **PEOPLE[person]}

    def app(self) -> Starlette:
        """What OpenID Connect asks of a provider, and a page with a button for each person."""
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._discovery),
                Route("/authorize", self._authorize),
                Route("/consent/{person}", self._consent),
                Route("/token", self._token, methods=["POST"]),
                Route("/jwks", self._jwks),
                Route("/leave", self._leave),
            ]
        )

    def secrets(self) -> str:
        """What the app's ``secrets.toml`` says of it."""
        return (
            "[auth]\n"
            'redirect_uri = "http://127.0.0.1:{port}/oauth2callback"\n'
            f'cookie_secret = "{secrets.token_hex(32)}"\n'
            f'client_id = "{CLIENT}"\n'
            f'client_secret = "{PASSWORD}"\n'
            f'server_metadata_url = "{self.address}/.well-known/openid-configuration"\n'
        )

    def _discovery(self, _: Request) -> Response:
        return JSONResponse(
            {
                "issuer": self.address,
                "authorization_endpoint": f"{self.address}/authorize",
                "token_endpoint": f"{self.address}/token",
                "jwks_uri": f"{self.address}/jwks",
                "end_session_endpoint": f"{self.address}/leave",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "code_challenge_methods_supported": ["S256"],
            }
        )

    def _authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        assert asked["client_id"] == CLIENT and asked["response_type"] == "code"
        query = html.escape(urlencode(asked))
        people = "".join(f'<p><a href="/consent/{name}?{query}">Log in as {name}</a></p>' for name in PEOPLE)
        refused = html.escape(
            f"{asked['redirect_uri']}?{urlencode({'error': 'access_denied', 'state': asked['state']})}"
        )
        return HTMLResponse(f'<h1>Who are you?</h1>{people}<p><a href="{refused}">Nobody</a></p>')

    def _consent(self, request: Request) -> Response:
        asked, code = dict(request.query_params), secrets.token_urlsafe()
        self._asked[code] = {**asked, "person": request.path_params["person"]}
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}", 302)

    async def _token(self, request: Request) -> Response:
        form = await request.form()
        asked = self._asked.pop(str(form["code"]), None)
        login = base64.b64encode(f"{CLIENT}:{PASSWORD}".encode()).decode()
        hashed = hashlib.sha256(str(form.get("code_verifier", "")).encode()).digest()
        if (
            asked is None
            or request.headers.get("authorization") != f"Basic {login}"
            or form["redirect_uri"] != asked["redirect_uri"]
            or base64.urlsafe_b64encode(hashed).rstrip(b"=").decode() != asked["code_challenge"]
        ):
            return JSONResponse({"error": "invalid_grant"}, 400)
        token = self._id_token(asked["person"], asked["nonce"])
        return JSONResponse({"access_token": secrets.token_urlsafe(), "token_type": "Bearer", "id_token": token})

    def _id_token(self, person: str, nonce: str) -> str:
        now = int(time.time())
        claims: dict[str, Any] = {"aud": CLIENT, "nonce": nonce, "iat": now, "exp": now + 3600, **self.claims(person)}
        match self.lie:
            case "expired":
                claims |= {"iat": now - 7200, "exp": now - 3600}
            case "another client":
                claims["aud"] = "somebody else's app"
            case "another issuer":
                claims["iss"] = "http://elsewhere.example.org"
            case "replayed":
                claims["nonce"] = "of another login"
            case "nobody":
                del claims["sub"]
        if self.lie == "unsigned":
            parts = [b'{"alg":"none"}', json.dumps(claims).encode()]
            return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts) + "."
        key = self._thief if self.lie == "forged" else self._key
        return jwt.encode({"alg": "RS256", "kid": "1"}, claims, key)

    def _jwks(self, _: Request) -> Response:
        return JSONResponse(KeySet([self._key]).as_dict(private=False))

    def _leave(self, request: Request) -> Response:
        return RedirectResponse(request.query_params["post_logout_redirect_uri"], 302)


@contextlib.contextmanager
def provider() -> Iterator[Provider]:
    """One on a free port of this machine. The app is at 127.0.0.1, and ``localhost`` is another site to a browser."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        found = Provider(f"http://localhost:{listening.getsockname()[1]}")
        server = uvicorn.Server(uvicorn.Config(found.app(), log_level="warning", loop="asyncio", lifespan="off"))
        thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        try:
            yield found
        finally:
            server.should_exit = True
            thread.join(20)
