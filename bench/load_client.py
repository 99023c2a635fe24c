"""A browser's tab as far as the wire knows it: one connection kept open, cookies, one request after the other.

Lean on purpose: it shares the two cores with the server it measures. Answers are read whole and unpacked only on
request. Knows HTTP; knows no page.
"""

from __future__ import annotations

import asyncio
import gzip
from dataclasses import dataclass
from typing import cast


@dataclass
class Reply:
    status: int
    head: bytes
    packed: bytes

    @property
    def body(self) -> bytes:
        return gzip.decompress(self.packed) if b"\r\ncontent-encoding: gzip" in self.head.lower() else self.packed

    def header(self, name: str) -> str:
        """The value of a header, the last of its name; empty when there is none."""
        sought, found = name.lower().encode() + b":", b""
        for line in self.head.split(b"\r\n"):
            if line.lower().startswith(sought):
                found = line[len(sought) :].strip()
        return found.decode("latin-1")


class Lost(Exception):
    """The connection went before the answer was there."""


class _Wire(asyncio.Protocol):
    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self.buffer = bytearray()
        self.waiting: asyncio.Future[Reply] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        end = self.buffer.find(b"\r\n\r\n")
        if end < 0 or self.waiting is None:
            return
        head = bytes(self.buffer[:end])
        status = int(head[9:12])
        length = 0 if status in (204, 304) else self._length(head)
        if len(self.buffer) < end + 4 + length:
            return
        reply = Reply(status, head, bytes(self.buffer[end + 4 : end + 4 + length]))
        del self.buffer[: end + 4 + length]
        if not self.waiting.done():
            self.waiting.set_result(reply)
        self.waiting = None

    @staticmethod
    def _length(head: bytes) -> int:
        lower = head.lower()
        at = lower.find(b"\r\ncontent-length:")
        if at < 0:
            raise ValueError(f"an answer without its length: {head!r}")
        return int(lower[at + 17 : lower.find(b"\r\n", at + 2) if b"\r\n" in lower[at + 2 :] else len(lower)])

    def connection_lost(self, wrong: Exception | None) -> None:
        self.transport = None
        if self.waiting is not None and not self.waiting.done():
            self.waiting.set_exception(Lost())
        self.waiting = None


class Tab:
    def __init__(self, port: int, session: str) -> None:
        self.port, self.session, self.csrf = port, session, ""
        self.wire: _Wire | None = None
        self.is_first = True  # the request on its connection
        self._frame()

    def _frame(self) -> None:
        cookies = f"sayso_session={self.session}" + (f"; sayso_csrf={self.csrf}" if self.csrf else "")
        self.frame = (
            f"Host: 127.0.0.1:{self.port}\r\nAccept-Encoding: gzip\r\nCookie: {cookies}\r\n"
            f"User-Agent: Mozilla/5.0 (a bench)\r\nAccept-Language: en\r\n"
        )

    async def get(self, path: str, more: str = "") -> Reply:
        return await self._ask(f"GET {path} HTTP/1.1\r\n{self.frame}{more}\r\n".encode())

    async def post(self, path: str, body: bytes, kind: str = "application/json", more: str = "") -> Reply:
        head = (
            f"POST {path} HTTP/1.1\r\n{self.frame}X-CSRFToken: {self.csrf}\r\n"
            f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n{more}\r\n"
        )
        return await self._ask(head.encode() + body)

    async def _ask(self, request: bytes) -> Reply:
        try:
            reply = await self._sent(request)
        except Lost:
            if self.is_first:
                raise
            reply = await self._sent(request)  # closed while it lay idle: browsers, too, ask once more on a new one
        if b"sayso_csrf=" in reply.head:
            self.csrf = reply.head.split(b"sayso_csrf=")[1].split(b";")[0].decode()
            self._frame()
        if b"\r\nconnection: close" in reply.head.lower():
            self.close()
        return reply

    async def _sent(self, request: bytes) -> Reply:
        loop = asyncio.get_running_loop()
        self.is_first = self.wire is None or self.wire.transport is None
        if self.is_first:
            _, self.wire = await loop.create_connection(_Wire, "127.0.0.1", self.port)
        wire = cast(_Wire, self.wire)
        wire.waiting = loop.create_future()
        cast(asyncio.Transport, wire.transport).write(request)
        return await wire.waiting

    def close(self) -> None:
        if self.wire is not None and self.wire.transport is not None:
            self.wire.transport.close()
        self.wire = None
