"""What every translator has to do, whoever made it: against real HTTP servers that answer well, late, wrongly or not.

A new translator joins with one line in `GOOD`: how a service of its kind answers with a text.
"""

from __future__ import annotations

import json
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from sayso.outside.asking import NoAnswer, Service
from sayso.outside.translators import KINDS
from sayso.outside.translators.named import WrongSetting, read_translator
from sayso.outside.translators.translator import Translator

SAID = "Niemand sagt der Nachtschicht, was beschlossen wurde."
PUT = "Nobody tells the night shift what was decided."
PATIENCE_S = 1.5

Asked = dict[str, Any]
Reply = tuple[int, bytes]
Shaped = Callable[[Any], Any]  # what stands where a service puts its translation → the JSON it answers with

GOOD: dict[str, Shaped] = {
    "libretranslate": lambda told: {"translatedText": told},
    "chat": lambda told: {"choices": [{"message": {"content": json.dumps({"translation": told})}}]},
}


class Place:
    """A service: how it answers, and all that it was sent."""

    def __init__(self, answer: Callable[[Any, Asked], None]) -> None:
        self.asked: list[Asked] = []
        place = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                place.asked.append({"path": self.path, "key": self.headers.get("Authorization"), "body": body})
                with suppress(OSError):  # whoever asked has gone
                    answer(self, body)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def send(handler: Any, status: int, body: bytes, length: int | None = None, kind: str = "application/json") -> None:
    handler.send_response(status)
    handler.send_header("Content-Type", kind)
    handler.send_header("Content-Length", str(len(body) if length is None else length))
    if status == 302:
        handler.send_header("Location", "http://127.0.0.1:9/elsewhere")
    handler.end_headers()
    handler.wfile.write(body)


@pytest.fixture
def start() -> Iterator[Callable[[Callable[[Any, Asked], None]], Place]]:
    places: list[Place] = []

    def begin(answer: Callable[[Any, Asked], None]) -> Place:
        places.append(Place(answer))
        return places[-1]

    yield begin
    for place in places:
        place.close()


def translator(kind: str, url: str, **more: Any) -> Translator:
    return KINDS[kind](Service(url, "some-model", **{"patience_s": PATIENCE_S, **more}))


def telling(kind: str, told: Any) -> Callable[[Any, Asked], None]:
    body = json.dumps(GOOD[kind](told)).encode()
    return lambda handler, asked: send(handler, 200, body)


def test_each_kind_has_its_line_here() -> None:
    assert set(GOOD) == set(KINDS)


every_kind = pytest.mark.parametrize("kind", KINDS)


@every_kind
def test_it_gives_what_the_service_told_on_one_line(kind: str, start: Any) -> None:
    place = start(telling(kind, f"  {PUT[:20]}\n{PUT[20:]}\u200b "))
    told = translator(kind, place.url).translate(SAID, source="de", target="en")
    assert told == f"{PUT[:20]} {PUT[20:]}"


@every_kind
def test_it_sends_the_text_the_languages_and_nothing_else_once(kind: str, start: Any) -> None:
    place = start(telling(kind, PUT))
    translator(kind, place.url, key="secret").translate(SAID, source="de", target="en")
    assert len(place.asked) == 1
    sent = place.asked[0]["body"]
    if kind == "libretranslate":
        asked = {"q": SAID, "source": "de", "target": "en", "format": "text", "api_key": "secret"}
        assert (place.asked[0]["path"], sent) == ("/v1/translate", asked)
    else:
        assert place.asked[0]["path"] == "/v1/chat/completions" and set(sent) == {"model", "messages", "temperature"}
        task, said = sent["messages"]
        assert json.loads(said["content"]) == SAID and "language de into the language en" in task["content"]
        assert SAID not in task["content"] and place.asked[0]["key"] == "Bearer secret"


@every_kind
@pytest.mark.parametrize("text", ["ü", "نحتاج إلى مواقف سيارات أكثر.", 'He said "no" & <b>left</b>', "x" * 280])
def test_any_statement_comes_there_as_it_was_said(kind: str, text: str, start: Any) -> None:
    place = start(telling(kind, text))
    assert translator(kind, place.url).translate(text, source="de", target="en") == text
    sent = place.asked[0]["body"]
    assert (sent["q"] if kind == "libretranslate" else json.loads(sent["messages"][1]["content"])) == text


@every_kind
def test_ten_thousand_characters_go_there_and_come_back_whole(kind: str, start: Any) -> None:
    text = "Wort " * 2_000
    place = start(telling(kind, "word " * 2_000))
    assert len(translator(kind, place.url).translate(text, source="de", target="en")) == 9_999


def drip(kind: str) -> Callable[[Any, Asked], None]:
    """A byte now and then, for ever."""

    def answer(handler: Any, asked: Asked) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        for _ in range(100):
            handler.wfile.write(b" ")
            handler.wfile.flush()
            time.sleep(0.1)

    return answer


def late(kind: str) -> Callable[[Any, Asked], None]:
    def answer(handler: Any, asked: Asked) -> None:
        time.sleep(2 * PATIENCE_S)
        telling(kind, PUT)(handler, asked)

    return answer


def page(kind: str) -> Callable[[Any, Asked], None]:
    return lambda handler, asked: send(handler, 200, b"<!doctype html><p>Please sign in.</p>", kind="text/html")


def partial(kind: str) -> Callable[[Any, Asked], None]:
    body = json.dumps(GOOD[kind](PUT)).encode()
    return lambda handler, asked: send(handler, 200, body[:-6], len(body))


def status(code: int) -> Callable[[str], Callable[[Any, Asked], None]]:
    return lambda kind: lambda handler, asked: send(handler, code, json.dumps(GOOD[kind](PUT)).encode())


def shape(body: Any) -> Callable[[str], Callable[[Any, Asked], None]]:
    return lambda kind: lambda handler, asked: send(handler, 200, json.dumps(body).encode())


def told(what: Any) -> Callable[[str], Callable[[Any, Asked], None]]:
    return lambda kind: telling(kind, what)


WRONG: dict[str, Callable[[str], Callable[[Any, Asked], None]]] = {
    "late": late,
    "dripping": drip,
    "a page": page,
    "partial": partial,
    "down": status(503),
    "too much": status(429),
    "no key": status(403),
    "elsewhere": status(302),
    "a list": shape([1, 2]),
    "nothing": shape(None),
    "an error": shape({"error": "de is not supported"}),
    "no text": shape({"translatedText": None, "choices": []}),
    "a number": told(7),
    "several": told([PUT, PUT]),
    "empty": told("  \u200b\n "),
    "only signs": told("…?!"),
    "ten thousand characters": told("word " * 2_000),
    "markup": told('Nobody tells <script src="https://evil.example/x.js"></script> the night shift.'),
    "entities": told("Nobody tells the night shift what &#39;was&#39; decided."),
    "closing with a lie": lambda kind: lambda handler, asked: handler.wfile.write(b"HTTP/1.1 200"),
}


@every_kind
@pytest.mark.parametrize("wrong", WRONG)
def test_what_cannot_be_used_is_told_in_words_and_in_time(kind: str, wrong: str, start: Any) -> None:
    place = start(WRONG[wrong](kind))
    began = time.monotonic()
    with pytest.raises(NoAnswer) as reason:
        translator(kind, place.url, key="secret").translate(SAID, source="de", target="en")
    assert time.monotonic() - began < PATIENCE_S + 1.0
    assert re.match(r"http://127\.0\.0\.1:\d+/v1 (answered|gave no answer)", str(reason.value))
    assert SAID not in str(reason.value) and "secret" not in str(reason.value)


@every_kind
def test_where_nobody_listens_it_says_so(kind: str) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(NoAnswer, match="gave no answer"):
        translator(kind, url).translate(SAID, source="de", target="en")


@every_kind
def test_markup_that_its_author_wrote_is_left(kind: str, start: Any) -> None:
    place = start(telling(kind, "Write <b>bold</b> & free"))
    asked = translator(kind, place.url)
    assert asked.translate("Schreibt <b>fett</b> & frei", source="de", target="en") == "Write <b>bold</b> & free"


# Which one the operator named


def test_without_a_word_none_is_named() -> None:
    assert read_translator({"SAYSO_TRANSLATOR_URL": "http://localhost:5000"}) is None


@pytest.mark.parametrize(
    ("env", "mend"),
    [
        ({"SAYSO_TRANSLATOR": "deepest"}, "SAYSO_TRANSLATOR is 'deepest'; write one of libretranslate, chat"),
        ({"SAYSO_TRANSLATOR": "libretranslate"}, "SAYSO_TRANSLATOR_URL is no address"),
        ({"SAYSO_TRANSLATOR": "libretranslate", "SAYSO_TRANSLATOR_URL": "ftp://x"}, "SAYSO_TRANSLATOR_URL is no"),
        ({"SAYSO_TRANSLATOR": "chat", "SAYSO_TRANSLATOR_URL": "http://x"}, "SAYSO_TRANSLATOR_MODEL is missing"),
        (
            {
                "SAYSO_TRANSLATOR": "libretranslate",
                "SAYSO_TRANSLATOR_URL": "http://x",
                "SAYSO_TRANSLATOR_NAME": "x" * 81,
            },
            "SAYSO_TRANSLATOR_NAME is longer than 80",
        ),
    ],
)
def test_what_makes_no_sense_names_the_variable(env: dict[str, str], mend: str) -> None:
    with pytest.raises(WrongSetting, match=mend):
        read_translator(env)


def test_it_is_called_by_its_host_unless_named() -> None:
    env = {"SAYSO_TRANSLATOR": "LibreTranslate", "SAYSO_TRANSLATOR_URL": "https://translate.example.org/api"}
    found = read_translator(env)
    assert found and found.name == "translate.example.org"
    named = read_translator({**env, "SAYSO_TRANSLATOR_NAME": "our own"})
    assert named and named.name == "our own"
