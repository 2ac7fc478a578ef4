"""Every browser gets a secret of its own with its first page: what it learned is kept under it.

The server sends it with pages alone, and no script can read it. Streamlit hears of it with the connection of the page.
"""

import re
import secrets
from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

NAME = "gradient_playground_learner"
KEPT_SECONDS = 400 * 24 * 3600
"""As long as browsers allow; each visit begins it anew."""
SECRET = re.compile(r"[A-Za-z0-9_-]{22}")
"""128 bits, as ``secrets.token_urlsafe(16)`` writes them."""


class LearnersCookie:
    """Puts the cookie on every page that goes out: a new secret where the browser had none."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        asked = Headers(scope=scope)
        is_secure = scope["scheme"] == "https" or asked.get("x-forwarded-proto", "") == "https"

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("content-type", "").startswith("text/html"):
                    secret = secret_in(asked.get("cookie", "")) or new_secret()
                    headers.append("set-cookie", _cookie(secret, scope.get("root_path", "") or "/", is_secure))
            await send(message)

        await self.app(scope, receive, sent)


def new_secret() -> str:
    """128 random bits as text."""
    return secrets.token_urlsafe(16)


def is_secret(text: object) -> bool:
    """Whether it may be one: whatever else a browser sends is not used."""
    return isinstance(text, str) and SECRET.fullmatch(text) is not None


def secret_in(cookies: str) -> str:
    """The secret in a request's cookies; empty where there is none that may be one."""
    try:
        found = SimpleCookie(cookies).get(NAME)
    except CookieError:
        return ""
    return found.value if found is not None and is_secret(found.value) else ""


def _cookie(secret: str, path: str, is_secure: bool) -> str:
    secured = "; Secure" if is_secure else ""
    return f"{NAME}={secret}; Max-Age={KEPT_SECONDS}; Path={path}; HttpOnly; SameSite=Lax{secured}"
