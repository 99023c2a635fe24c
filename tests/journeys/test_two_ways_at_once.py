"""Many people on the first morning, each by two ways at the same time: one participant each, and one vote.

Sixty people by default; TWO_WAYS_PEOPLE=500 makes it a thousand first sign-ins at once.
"""

from __future__ import annotations

import http.client
import os
from concurrent.futures import ThreadPoolExecutor
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

from journeys.running import Installation

PEOPLE = int(os.environ.get("TWO_WAYS_PEOPLE", "60"))
AT_ONCE = 64


class Visitor:
    """A browser as small as can be: cookies, one connection."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self.cookies: dict[str, str] = {}

    def ask(self, method: str, path: str, **fields: object) -> tuple[int, str]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if fields or method == "POST":
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            headers["X-CSRFToken"] = self.cookies.get("sayso_csrf", "")
        self.connection.request(method, path, urlencode(fields) if method == "POST" else None, headers)
        reply = self.connection.getresponse()
        reply.read()
        for line in reply.msg.get_all("Set-Cookie") or []:
            self.cookies.update({name: morsel.value for name, morsel in SimpleCookie(line).items()})
        return reply.status, reply.headers.get("Location", "")


def test_whoever_comes_in_two_ways_at_once_is_one_participant_with_one_vote(installation: Installation) -> None:
    world = installation.build("statements=3", f"crowd={PEOPLE}", "silent=1")
    installation.start_server()
    people = [name for name in world["links"] if name.startswith("crowd")]
    here, statement = f"/e/{world['slug']}/", world["statements"][0]

    def come_in(way_and_name: tuple[str, str]) -> list[int]:
        way, name = way_and_name
        path = world["links"][name] if way == "link" else "/code/"
        proof = {} if way == "link" else {"staff_number": world["numbers"][name], "code": world["codes"][name]}
        visitor = Visitor(installation.port)
        said: list[tuple[int, str]] = [visitor.ask("GET", path), visitor.ask("POST", path, **proof)]
        said.append(visitor.ask("GET", here + "cards/"))
        said.append(visitor.ask("POST", here + "votes/", statement=statement, stance=1 if way == "link" else -1))
        visitor.connection.close()
        return [status for status, _ in said]

    # The two ways of one person stand side by side in the queue, so that they run at the same time.
    queue = [(way, name) for name in people for way in ("link", "code")]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        statuses = list(pool.map(come_in, queue))
    assert [status for status in statuses if status != [200, 302, 200, 302]] == []

    counts: dict[str, Any] = {table: rows(installation, f"SELECT count(*) FROM {table}") for table in TABLES}
    assert counts["engagements_participant"] == PEOPLE
    assert counts["engagements_vote"] == PEOPLE
    assert counts["members_usedpass"] == PEOPLE, "each link was used by one browser"
    joined = rows(installation, "SELECT count(*) FROM engagements_event WHERE kind = 'participant_joined'")
    assert joined == PEOPLE, "and the log tells of each once"
    voted = {name for name, _, _ in installation.ask("votes_by_member")}
    assert voted == {world["emails"][name] for name in people}


TABLES = ("engagements_participant", "engagements_vote", "members_usedpass")


def rows(installation: Installation, query: str) -> int:
    return int(installation.rows(query)[0][0])
