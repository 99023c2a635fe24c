"""One question to a service that speaks OpenAI's HTTP interface, with an answer or a reason. Needs no Django."""

from __future__ import annotations

import http.client
import json
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

LARGEST_ANSWER = 64 * 2**20
TRIES = 2


class NoAnswer(Exception):
    """The service gave nothing that can be used; the text says why, in words for whoever runs it."""


@dataclass(frozen=True)
class Service:
    """url : up to and without "/embeddings" or "/chat/completions", as in http://localhost:8080/v1
    model : as the service calls it
    key : sent as a bearer token; empty for none
    patience_s : seconds for all of one question, tries together
    """

    url: str
    model: str
    key: str = ""
    patience_s: float = 60.0

    def ask(self, path: str, question: dict[str, Any]) -> Any:
        """Its answer as JSON. Redirects are not followed: they could lead words elsewhere. Raises NoAnswer."""
        until, trouble = time.monotonic() + self.patience_s, ""
        for _ in range(TRIES):
            left = until - time.monotonic()
            if left <= 0:
                break
            try:
                return self._once(path, question, left)
            except TimeoutError:
                trouble = f"it took longer than {self.patience_s:g} seconds"
            except (OSError, http.client.HTTPException) as problem:
                trouble = str(problem) or type(problem).__name__
        raise NoAnswer(f"{self.url} gave no answer: {trouble or 'no time was left'}.")

    def _once(self, path: str, question: dict[str, Any], patience_s: float) -> Any:
        at = urlsplit(self.url)
        kinds = {"http": http.client.HTTPConnection, "https": http.client.HTTPSConnection}
        if at.scheme not in kinds or not at.hostname:
            raise NoAnswer(f"{self.url} is no address of a service. Mend: give one as in http://localhost:8080/v1")
        until = time.monotonic() + patience_s
        connection = kinds[at.scheme](at.hostname, at.port, timeout=patience_s)
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self.key:
            headers["Authorization"] = f"Bearer {self.key}"
        try:
            connection.request("POST", at.path.rstrip("/") + path, json.dumps(question).encode(), headers)
            with connection.getresponse() as reply:
                body = _read(reply, until)
        finally:
            connection.close()
        if reply.status >= 500 or reply.status == 429:
            raise OSError(f"it answered {reply.status} {reply.reason}")
        if reply.status != 200:
            raise NoAnswer(f"{self.url} answered {reply.status} {reply.reason}. Mend: check address, model and key.")
        try:
            return json.loads(body)
        except ValueError:
            raise NoAnswer(f"{self.url} answered something that is no JSON.") from None


def _read(reply: http.client.HTTPResponse, until: float) -> bytes:
    """All of it, piece by piece: a service that drips would else hold us for ever."""
    parts, size = [], 0
    while part := reply.read1(2**16):
        parts.append(part)
        size += len(part)
        if size > LARGEST_ANSWER:
            raise NoAnswer("The answer is too large to be one.")
        if time.monotonic() > until:
            raise TimeoutError
    return b"".join(parts)
