"""Accounts of elsewhere: a real provider that answers, and ones that are away, silent, another, or no provider."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from doctor.asking import found, ids, state
from journeys.running import SAYSO, free_port, kill, wait_for
from sayso.doctor import outside

pytestmark = pytest.mark.django_db
WHERE = "/.well-known/openid-configuration"
WHOLE = {"authorization_endpoint": "x", "token_endpoint": "x", "jwks_uri": "x"}


def _is_up(port: int) -> bool:
    with socket.socket() as tried:
        return tried.connect_ex(("localhost", port)) == 0


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """The provider with which signing in is tested in a browser."""
    port = free_port()
    quiet = subprocess.DEVNULL
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port)]
    process = subprocess.Popen(command, stdout=quiet, stderr=quiet, start_new_session=True)
    try:
        wait_for(lambda: _is_up(port), 60, lambda: "the provider did not come up")
        yield f"http://localhost:{port}"
    finally:
        kill(process)


@pytest.fixture
def answers(settings: Any) -> Iterator[Callable[[int, str], str]]:
    """A server that says this and nothing else; the settings lead to it."""
    running: list[ThreadingHTTPServer] = []

    def start(status: int, body: str) -> str:
        class Says(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(status if self.path == WHERE else 404)
                self.end_headers()
                self.wfile.write(body.replace("ISSUER", url).encode())

            def log_message(self, *_: Any) -> None: ...

        server = ThreadingHTTPServer(("localhost", 0), Says)
        url = f"http://localhost:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        running.append(server)
        connect(settings, url)
        return url

    yield start
    for server in running:
        server.shutdown()
        server.server_close()


def connect(settings: Any, url: str) -> None:
    app = {"provider_id": "account", "name": "Harbour account", "settings": {"server_url": url}}
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}


def test_without_such_accounts_nothing_is_asked() -> None:
    assert not ids() & {"outside.provider", "outside.redirect"}


def test_a_real_provider_is_in_order(settings: Any, issuer: str) -> None:
    connect(settings, issuer)
    told = found("outside.provider")
    assert told.state == "ok" and "Harbour account" in told.cause and issuer in told.cause


def test_the_command_tells_where_people_must_be_sent_back(tmp_path: Any, issuer: str) -> None:
    env = {"SAYSO_DATA": str(tmp_path), "SAYSO_HTTPS": "1", "SAYSO_HOSTS": "say.county.example"}
    env |= {f"SAYSO_OIDC_{name}": value for name, value in {"ISSUER": issuer, "ID": "sayso", "SECRET": "s"}.items()}
    done = subprocess.run([SAYSO, "doctor", "--json"], env={**os.environ, **env}, capture_output=True, text=True)
    told = {finding["id"]: finding for finding in json.loads(done.stdout)}
    assert told["outside.provider"]["state"] == "ok"
    assert "https://say.county.example/accounts/oidc/account/login/callback/" in told["outside.redirect"]["cause"]


@pytest.mark.parametrize(
    ("status", "body", "named"),
    [
        (404, "", "answers 404"),
        (200, "<html>", "no description"),
        (200, "[1]", "no description"),
        (200, json.dumps({"issuer": "ISSUER", **WHOLE, "jwks_uri": ""}), "lacks jwks_uri"),
        (200, json.dumps({"issuer": "https://other.example", **WHOLE}), "calls itself https://other.example"),
    ],
)
def test_what_is_no_provider_is_told_with_its_mend(
    answers: Callable[[int, str], str], status: int, body: str, named: str
) -> None:
    answers(status, body)
    told = found("outside.provider")
    assert told.state == "fail" and named in told.cause and "SAYSO_OIDC_ISSUER" in told.mend


def test_one_that_may_not_know_our_way_warns(answers: Callable[[int, str], str]) -> None:
    answers(200, json.dumps({"issuer": "ISSUER", **WHOLE, "code_challenge_methods_supported": ["plain"]}))
    assert state("outside.provider") == "warn"


def test_one_that_is_away_is_told(settings: Any) -> None:
    connect(settings, f"http://localhost:{free_port()}")
    assert "does not answer" in found("outside.provider").cause


def test_one_that_says_nothing_does_not_hold_the_doctor_up(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outside, "ANSWER_S", 0.5)
    with socket.create_server(("localhost", 0)) as silent:
        connect(settings, f"http://localhost:{silent.getsockname()[1]}")
        assert "does not answer within 0.5 s" in found("outside.provider").cause
