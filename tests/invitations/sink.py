"""A real mail server on this machine that keeps what it is given: for whom, how it was called, all of its text."""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller

logging.getLogger("mail.log").setLevel(logging.WARNING)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Kept:
    to: str
    sender: str
    message: EmailMessage
    at: float = field(default_factory=time.monotonic)

    @property
    def name(self) -> str:
        return str(self.message["Message-ID"]).strip()

    @property
    def text(self) -> str:
        return str(self.message.get_body(("plain",)).get_content())  # type: ignore[union-attr]


@dataclass
class Sink:
    """`answers` says what to reply to a recipient, once each entry: {"ann@x": ["451 later", "550 no"]}."""

    kept: list[Kept] = field(default_factory=list)
    answers: dict[str, list[str]] = field(default_factory=dict)
    data_answers: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    port: int = field(default_factory=free_port)
    n_sessions: int = 0

    def __enter__(self) -> Sink:
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port, ready_timeout=20)
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()

    async def handle_EHLO(self, server: Any, session: Any, envelope: Any, hostname: str, responses: Any) -> Any:  # noqa: N802
        session.host_name = hostname
        with self.lock:
            self.n_sessions += 1
        return responses

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if waiting := self.answers.get(address):
            return waiting.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.data_answers:
            return self.data_answers.pop(0)
        message = message_from_bytes(envelope.content, policy=policy.default)
        with self.lock:
            self.kept += [Kept(to, envelope.mail_from, message) for to in envelope.rcpt_tos]  # type: ignore[arg-type]
        return "250 taken"

    def by_recipient(self) -> Counter[str]:
        with self.lock:
            return Counter(kept.to for kept in self.kept)

    def to(self, address: str) -> Kept:
        (found,) = [kept for kept in self.kept if kept.to == address]
        return found
