"""Mail: a real server that takes us, one that does not, one without TLS, one that wants another password."""

from __future__ import annotations

import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from doctor.asking import found, ids, state
from sayso import doctor

pytestmark = pytest.mark.django_db

Serve = Callable[..., int]


def lets_in(server: Any, session: Any, envelope: Any, mechanism: str, told: Any) -> AuthResult:
    """Who knows the password; the server's own words for others."""
    return AuthResult(success=isinstance(told, LoginPassword) and told.password == b"right", handled=False)


@pytest.fixture
def serve(settings: Any) -> Iterator[Serve]:
    """Start a mail server with such features; the settings lead to it."""
    running: list[Controller] = []

    def start(**features: Any) -> int:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = int(free.getsockname()[1])
        controller = Controller(None, hostname="localhost", port=port, **features)
        controller.start()
        running.append(controller)
        settings.EMAIL_HOST, settings.EMAIL_PORT = "localhost", port
        return port

    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.DEFAULT_FROM_EMAIL = "sayso@county.example"
    settings.EMAIL_USE_TLS = False
    yield start
    for controller in running:
        controller.stop()


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """A certificate for localhost."""
    key, proof = tmp_path / "key.pem", tmp_path / "proof.pem"
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *subject]
    subprocess.run([*command, "-keyout", key, "-out", proof], check=True, capture_output=True)
    return key, proof


def over_tls(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate[1], certificate[0])
    return context


def test_mail_that_goes_nowhere_is_found(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    assert state("mail") == doctor.WARN
    assert ids().isdisjoint({"mail.from", "mail.server", "mail.tls"})


def test_a_server_that_takes_mail_is_told_so(serve: Serve) -> None:
    port = serve()
    assert (state("mail"), state("mail.from"), state("mail.tls")) == (doctor.OK,) * 3
    assert found("mail.server").cause == f"localhost:{port} greets us, in the open and without sign-in."


def test_no_server_is_found(serve: Serve, settings: Any) -> None:
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    finding = found("mail.server")
    assert (finding.state, "127.0.0.1:1" in finding.cause) == (doctor.FAIL, True)


def test_a_server_without_tls_is_found(serve: Serve, settings: Any) -> None:
    serve()
    settings.EMAIL_USE_TLS = True
    finding = found("mail.server")
    assert (finding.state, "lacks" in finding.cause) == (doctor.FAIL, True)


def test_tls_that_nobody_vouches_for_is_found(serve: Serve, settings: Any, certificate: tuple[Path, Path]) -> None:
    serve(tls_context=over_tls(certificate))
    settings.EMAIL_USE_TLS = True
    finding = found("mail.server")
    assert (finding.state, "trusted" in finding.cause) == (doctor.FAIL, True)


def test_tls_that_is_vouched_for_is_told(
    serve: Serve, settings: Any, certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    serve(tls_context=over_tls(certificate))
    settings.EMAIL_USE_TLS = True
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[1]))
    assert "by TLS" in found("mail.server").cause
    assert state("mail.server") == doctor.OK


def test_a_wrong_password_is_found_and_not_repeated(
    serve: Serve, settings: Any, certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    serve(tls_context=over_tls(certificate), authenticator=lets_in, auth_required=True)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[1]))
    settings.EMAIL_USE_TLS = True
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "sayso", "opensesame"
    finding = found("mail.server")
    assert (finding.state, "refuses the sign-in" in finding.cause) == (doctor.FAIL, True)
    assert "opensesame" not in finding.cause + finding.mend
    settings.EMAIL_HOST_PASSWORD = "right"
    assert found("mail.server").cause.endswith("by TLS and with sign-in.")


@pytest.mark.parametrize(
    ("sender", "expected"),
    [
        ("sayso", doctor.FAIL),
        ("sayso@localhost", doctor.WARN),
        ("sayso@server", doctor.WARN),
        ("Sayso <say@county.example>", doctor.OK),
    ],
)
def test_a_sender_that_is_refused_is_found(serve: Serve, settings: Any, sender: str, expected: str) -> None:
    serve()
    settings.DEFAULT_FROM_EMAIL = sender
    assert state("mail.from") == expected


def test_links_that_travel_in_the_open_are_found(serve: Serve, settings: Any) -> None:
    settings.EMAIL_HOST, settings.EMAIL_PORT = "mail.invalid", 1
    assert state("mail.tls") == doctor.WARN
    settings.EMAIL_USE_TLS = True
    assert state("mail.tls") == doctor.OK
