"""The cookie of a browser: a new one for whoever has none, the same for whoever has one, on pages alone."""

from http.cookies import SimpleCookie

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from ui.cookie import NAME, LearnersCookie, is_secret, new_secret, secret_in


def page(request: Request) -> Response:
    return HTMLResponse("<p>page</p>")


def data(request: Request) -> Response:
    return JSONResponse({})


@pytest.fixture
def client() -> TestClient:
    app = Starlette(routes=[Route("/", page), Route("/data", data)], middleware=[Middleware(LearnersCookie)])
    return TestClient(app)


def test_a_browser_without_a_secret_gets_one_and_keeps_it(client: TestClient) -> None:
    given = client.get("/").headers["set-cookie"]
    morsel = SimpleCookie(given)[NAME]
    assert is_secret(morsel.value)
    assert morsel["httponly"] is True
    assert morsel["samesite"] == "Lax"
    assert not morsel["secure"]
    assert secret_in(client.get("/").headers["set-cookie"]) == morsel.value


def test_two_browsers_get_two_secrets() -> None:
    assert len({new_secret() for _ in range(100)}) == 100


def test_what_is_no_secret_is_replaced(client: TestClient) -> None:
    for sent in ("", "short", "a" * 22 + "b", "../../../../../../etc/p", '"; DROP TABLE learner'):
        found = secret_in(client.get("/", headers={"cookie": f"{NAME}={sent}"}).headers["set-cookie"])
        assert is_secret(found)
        assert found != sent


def test_over_https_it_is_never_sent_in_the_clear(client: TestClient) -> None:
    assert "; Secure" in client.get("/", headers={"x-forwarded-proto": "https"}).headers["set-cookie"]


def test_only_pages_carry_it(client: TestClient) -> None:
    assert "set-cookie" not in client.get("/data").headers
    assert "set-cookie" not in client.head("/").headers
