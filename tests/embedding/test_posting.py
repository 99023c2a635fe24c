"""The link on its way into a channel: to a real HTTPS server, once, and never along a redirect."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.utils import timezone

from embedding.conftest import HERE, signed_in
from house import House
from sayso.embedding import posting
from sayso.embedding.actions import ask_for_posting, begin_posting, keep_channel, settle_doubt
from sayso.embedding.models import Channel, PostingState, Program
from sayso.embedding.worker import Announcer
from sayso.engagements.mandate.opening import close_engagement
from sayso.engagements.models import Engagement
from sayso.members.pseudonyms import destroy_key
from sayso.web.kept_told import in_words

pytestmark = pytest.mark.django_db

LINK = "https://say.example.org/e/how-we-work/"


class Chat:
    """A chat program's server, with a certificate of its own for localhost."""

    def __init__(self, folder: Path) -> None:
        self.taken: list[tuple[str, dict[str, Any]]] = []
        self.answer, self.waits_s = 200, 0.0
        chat = self

        class Page(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                chat.taken.append((self.path, json.loads(body)))
                threading.Event().wait(chat.waits_s)
                self.send_response(chat.answer)
                self.send_header("Location", f"{chat.address}-elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args: object) -> None:
                """Silent."""

        self.certificate = folder / "chat.pem"
        self.certificate.write_bytes(_certificate())
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.host = f"localhost:{self.server.server_port}"
        self.address = f"https://{self.host}/hooks/secret"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


def _certificate() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private + made.public_bytes(serialization.Encoding.PEM)


@pytest.fixture
def chat(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Chat]:
    """One that the operator allows, and whose certificate this machine trusts."""
    chat = Chat(tmp_path)
    settings.CHANNEL_HOSTS = [chat.host]
    monkeypatch.setenv("SSL_CERT_FILE", str(chat.certificate))
    yield chat
    chat.server.shutdown()
    chat.server.server_close()


@pytest.fixture
def channel(house: House, chat: Chat) -> Channel:
    return keep_channel(engagement=house.engagement, program=Program.TEAMS, address=chat.address, by=house.members[0])


def work() -> None:
    room = Announcer(worker="w", stop=threading.Event())
    while room.round():
        pass
    room.close()


def now(channel: Channel) -> Channel:
    return Channel.objects.get(pk=channel.pk)


def test_the_link_is_posted_once_and_the_lead_sees_it(
    house: House, channel: Channel, chat: Chat, settings: Any
) -> None:
    settings.SITE = "https://say.example.org"
    lead = signed_in(house, 0)
    assert (
        "on its way"
        in lead.post(f"{HERE}elsewhere/", {"act": "post", "program": "teams"}, follow=True).content.decode()
    )
    again = lead.post(f"{HERE}elsewhere/", {"act": "post", "program": "teams"}, follow=True).content.decode()
    assert "It is on its way already." in again
    work()
    work()
    [(path, message)] = chat.taken
    assert path == "/hooks/secret"
    assert message["attachments"][0]["content"]["actions"][0]["url"] == LINK
    assert now(channel).state == PostingState.POSTED
    assert "Last on" in lead.get(f"{HERE}elsewhere/").content.decode()


def test_two_workers_post_one_link_once(house: House, channel: Channel, chat: Chat) -> None:
    ask_for_posting(channel=channel, link=LINK, by=house.members[0])
    assert [begin_posting(channel=channel, now=timezone.now()) for _ in range(2)] == [True, False]


@pytest.mark.parametrize("answer", [301, 302, 307, 308, 400, 404, 500])
def test_what_is_refused_is_told_and_no_redirect_is_followed(
    house: House, channel: Channel, chat: Chat, answer: int
) -> None:
    chat.answer = answer
    ask_for_posting(channel=channel, link=LINK, by=house.members[0])
    work()
    assert [path for path, _ in chat.taken] == ["/hooks/secret"]
    assert (now(channel).state, in_words(now(channel).trouble)) == (PostingState.FAILED, f"answered {answer}")
    chat.answer = 200
    assert ask_for_posting(channel=now(channel), link=LINK, by=house.members[0]), "it can be asked for again"
    work()
    assert now(channel).state == PostingState.POSTED


def test_a_server_that_is_silent_is_left(
    house: House, channel: Channel, chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posting, "LONGEST_S", 0.3)
    chat.waits_s = 2.0
    ask_for_posting(channel=channel, link=LINK, by=house.members[0])
    work()
    assert now(channel).trouble == "took too long"


def test_a_certificate_nobody_trusts_is_refused(
    house: House, channel: Channel, chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    ask_for_posting(channel=channel, link=LINK, by=house.members[0])
    work()
    assert now(channel).trouble.startswith("not reached: SSL") and chat.taken == []


@pytest.mark.parametrize("what", ["not allowed any more", "the key is missing", "it is over"])
def test_what_must_not_be_posted_any_more_is_not(
    house: House, channel: Channel, chat: Chat, settings: Any, what: str
) -> None:
    ask_for_posting(channel=channel, link=LINK, by=house.members[0])
    if what == "not allowed any more":
        settings.CHANNEL_HOSTS = []
    elif what == "the key is missing":
        destroy_key(engagement_slug=house.engagement.slug)
    else:
        Engagement.objects.filter(pk=house.engagement.pk).update(key_destroyed_on=timezone.localdate())
    work()
    assert (now(channel).trouble, chat.taken) == (what, [])


def test_a_worker_that_died_under_way_does_not_post_again(house: House, channel: Channel, chat: Chat) -> None:
    ask_for_posting(channel=channel, link=LINK, by=house.members[0])
    begin_posting(channel=channel, now=timezone.now())
    assert settle_doubt(now=timezone.now()) == 0
    assert settle_doubt(now=timezone.now() + timedelta(minutes=3)) == 1
    work()
    assert "in doubt" in now(channel).trouble and chat.taken == []


def test_a_closed_one_can_still_be_told_of(house: House, channel: Channel, chat: Chat) -> None:
    """The time for answers is over; the link leads to what was said."""
    close_engagement(engagement=house.engagement, by=house.members[0])
    ask_for_posting(channel=now(channel), link=LINK, by=house.members[0])
    work()
    assert len(chat.taken) == 1
