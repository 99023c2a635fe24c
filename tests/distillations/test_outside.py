"""Services elsewhere: a real HTTP server that answers well, late, wrongly or not; the result is there all the same."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np
import pytest

from sayso.cli import main
from sayso.distillations.outside.chat import Proposal, checked, propose
from sayso.distillations.outside.embeddings import OutsideEncoder
from sayso.engine.key_points.encoders import Encoder
from sayso.engine.wording import pieces
from sayso.outside.asking import NoAnswer, Service

SAID = ["Lunch is too dear.", "Our lunch is too dear.", "Lunch is much too dear.", "Nobody asked me."]
Answer = Callable[[dict[str, Any]], tuple[int, Any]]


@pytest.fixture
def serve() -> Iterator[Callable[[Answer], str]]:
    """Starts a server that answers as told, and gives its address."""
    servers: list[ThreadingHTTPServer] = []

    def start(answer: Answer) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                status, body = answer({**asked, "path": self.path, "key": self.headers.get("Authorization")})
                sent = body if isinstance(body, bytes) else json.dumps(body).encode()
                try:
                    self.send_response(status)
                    self.send_header("Content-Length", str(len(sent)))
                    self.end_headers()
                    self.wfile.write(sent)
                except OSError:
                    pass  # whoever asked has gone

            def log_message(self, format: str, *args: Any) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}/v1"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def vector(text: str) -> list[float]:
    """Pieces of words, counted in 64 places: alike where words are alike."""
    row = np.zeros(64)
    for piece in pieces(text):
        row[sum(piece.encode()) % 64] += 1
    return (row + 0.01).tolist()


def good(asked: dict[str, Any]) -> tuple[int, Any]:
    rows = [{"index": i, "embedding": vector(text)} for i, text in enumerate(asked["input"])]
    return 200, {"data": rows[::-1]}


def outside(url: str, **more: Any) -> OutsideEncoder:
    return OutsideEncoder(Service(url, "some-model", **more))


# What every encoder has to do, whoever made it.


@pytest.mark.parametrize("which", ["installed", "outside"])
def test_an_encoder_keeps_what_is_asked_of_it(which: str, request: pytest.FixtureRequest, serve: Any) -> None:
    encoder: Encoder = request.getfixturevalue("encoder") if which == "installed" else outside(serve(good))
    rows = encoder.encode([*SAID, "", SAID[0]])
    assert rows.shape == (len(SAID) + 2, encoder.dims) and rows.dtype == np.float64
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-6)
    np.testing.assert_array_equal(rows[0], rows[-1])
    np.testing.assert_array_equal(encoder.encode([SAID[2]])[0], rows[2], "a row does not depend on the others")
    assert encoder.encode([]).shape[0] == 0
    assert rows[0] @ rows[1] > rows[0] @ rows[3]


def test_key_and_model_are_sent_and_each_text_once(serve: Any) -> None:
    asked: list[dict[str, Any]] = []
    encoder = outside(serve(lambda one: (asked.append(one), good(one))[1]), key="secret")
    encoder.encode(SAID)
    encoder.encode(SAID[:2])
    assert [(one["path"], one["model"], one["key"], one["input"]) for one in asked] == [
        ("/v1/embeddings", "some-model", "Bearer secret", SAID)
    ]


def late(asked: dict[str, Any]) -> tuple[int, Any]:
    time.sleep(1.0)
    return good(asked)


WRONG: dict[str, Answer] = {
    "down": lambda asked: (503, {}),
    "no key": lambda asked: (401, {}),
    "elsewhere": lambda asked: (302, {}),
    "no JSON": lambda asked: (200, b"<html>"),
    "a list": lambda asked: (200, [1, 2]),
    "one too few": lambda asked: (200, {"data": good(asked)[1]["data"][:-1]}),
    "ragged": lambda asked: (200, {"data": [{"index": i, "embedding": [1.0] * (i + 1)} for i in range(4)]}),
    "not numbers": lambda asked: (200, {"data": [{"index": i, "embedding": ["x", None]} for i in range(4)]}),
    "not finite": lambda asked: (
        200,
        b'{"data":[' + b",".join(b'{"index":%d,"embedding":[NaN]}' % i for i in range(4)) + b"]}",
    ),
    "empty": lambda asked: (200, {"data": [{"index": i, "embedding": []} for i in range(4)]}),
    "slow": late,
}


@pytest.mark.parametrize("how", WRONG)
def test_an_encoder_that_fails_is_told_and_the_result_is_there_all_the_same(how: str, serve: Any) -> None:
    with pytest.raises(NoAnswer):
        outside(serve(WRONG[how]), patience_s=0.3 if how == "slow" else 20.0).encode(SAID)


def test_nobody_at_that_address_and_no_address_at_all() -> None:
    with pytest.raises(NoAnswer, match="gave no answer"):
        outside("http://127.0.0.1:9/v1").encode(SAID)
    with pytest.raises(NoAnswer, match="Mend"):
        outside("file:///etc/passwd").encode(SAID)


# A writer


def writes(content: str) -> Answer:
    return lambda asked: (200, {"choices": [{"message": {"content": content}}]})


def test_a_wording_comes_with_its_sources(serve: Any) -> None:
    told = 'Here: {"wording": "Lunch is too dear.", "sources": [1, 3]} Bye.'
    assert propose(Service(serve(writes(told)), "m"), SAID) == Proposal("Lunch is too dear.", (0, 2))


@pytest.mark.parametrize(
    "content",
    [
        "no JSON",
        '{"wording": "Lunch is too dear.", "sources": [1]}',
        '{"wording": "Lunch is too dear.", "sources": [1, 9]}',
        '{"wording": "Lunch is too dear.", "sources": "all"}',
        '{"wording": "See http://elsewhere.example for more", "sources": [1, 2]}',
        json.dumps({"wording": "word " * 80, "sources": [1, 2]}),
    ],
)
def test_a_wording_that_cites_nobody_or_is_no_sentence_is_refused(content: str, serve: Any) -> None:
    with pytest.raises(NoAnswer):
        propose(Service(serve(writes(content)), "m"), SAID)


def test_what_its_sources_do_not_say_is_dropped() -> None:
    said = [*SAID] * 4
    proposals = [Proposal("Lunch is too dear.", (0, 1)), Proposal("Everybody loves the boss here.", (0, 1))]
    assert checked(proposals, said, encoder=None) == [True, False]


# On the command line


@pytest.fixture
def table(tmp_path: Any) -> Any:
    path = tmp_path / "said.csv"
    rows = "".join(f"{number},{text}\n" for number, text in enumerate(SAID * 4))
    path.write_text("statement_id,text\n" + rows, encoding="utf-8")
    return path


@pytest.fixture(autouse=True)
def words_only(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """As without `sayso[text]`: it would take its time to load."""
    if "table" in request.fixturenames:
        monkeypatch.setattr("sayso.engine.key_points.encoders.installed_encoder", lambda: None)


def found(table: Any, *more: str) -> dict[str, Any]:
    out = table.with_name("found.json")
    assert main(["keypoints", str(table), "--out", str(out), *more]) == 0
    body: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    return body


def test_a_service_that_fails_leaves_a_warning_and_the_same_result_as_without(table: Any, serve: Any) -> None:
    plain = found(table)
    failed = found(table, "--encoder", serve(WRONG["down"]))
    assert failed["key_points"] == plain["key_points"] != []
    assert [one["code"] for one in failed["warnings"]] == [
        *(one["code"] for one in plain["warnings"]),
        "encoder_failed",
    ]


def test_a_service_that_answers_is_used_and_named_in_no_warning(table: Any, serve: Any) -> None:
    body = found(table, "--encoder", serve(good))
    assert body["meaning"] and body["warnings"] == []


def test_a_proposal_stands_beside_the_key_point_with_who_wrote_it(table: Any, serve: Any) -> None:
    told = '{"wording": "Lunch is too dear.", "sources": [1, 2]}'
    point = found(table, "--writer", serve(writes(told)), "--writer-model", "pen")["key_points"][0]
    assert point["text"] in SAID
    assert (point["proposed"]["text"], point["proposed"]["by"]) == ("Lunch is too dear.", "pen")
    assert set(point["proposed"]["statement_ids"]) <= set(point["statement_ids"])


def test_a_writer_that_invents_is_not_heard(table: Any, serve: Any) -> None:
    told = '{"wording": "Everybody loves the boss here.", "sources": [1, 2]}'
    body = found(table, "--writer", serve(writes(told)))
    assert not any("proposed" in point for point in body["key_points"])
    assert body["warnings"][-1]["code"] == "writer_failed"
