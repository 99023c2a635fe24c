"""kill −9: every vote that was acknowledged is there afterwards, once; a job begun is a job done."""

from __future__ import annotations

import http.client
import threading
import time
from urllib.parse import urlencode

from journeys.running import PATIENCE_S, kill, wait_for

CSRF = "a" * 32
VOTERS, CARDS = 8, 60


class Voter(threading.Thread):
    """Votes on card after card, and notes what the server said yes to."""

    def __init__(self, installation, slug, session, statements):
        super().__init__(daemon=True)
        self.installation, self.slug, self.session, self.statements = installation, slug, session, statements
        self.acknowledged = {}
        self.n_refused = 0

    def run(self):
        for place, statement in enumerate(self.statements):
            stance = (place % 3) - 1
            while not self.vote(statement, stance):
                self.n_refused += 1
                time.sleep(0.05)
            self.acknowledged[statement] = stance

    def vote(self, statement, stance):
        connection = http.client.HTTPConnection("127.0.0.1", self.installation.port, timeout=5)
        body = urlencode({"statement": statement, "stance": stance, "csrfmiddlewaretoken": CSRF})
        headers = {
            "Cookie": f"sayso_session={self.session}; sayso_csrf={CSRF}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        try:
            connection.request("POST", f"/e/{self.slug}/votes/", body, headers)
            reply = connection.getresponse()
            reply.read()
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
        assert reply.status in {302, 303}, reply.status
        return True


def n_acknowledged(voters):
    return sum(len(voter.acknowledged) for voter in voters)


def test_a_server_killed_in_a_burst_of_votes_loses_none(installation):
    world = installation.build(f"statements={CARDS}", f"crowd={VOTERS}", "silent=1")
    server = installation.start_server()
    voters = [
        Voter(installation, world["slug"], world["sessions"][f"crowd{i}"], world["statements"]) for i in range(VOTERS)
    ]
    for voter in voters:
        voter.start()
    for _ in range(3):
        before = sum(len(voter.acknowledged) for voter in voters)
        wait_for(
            lambda seen=before: sum(len(voter.acknowledged) for voter in voters) > seen + 20, 30, lambda: "no votes"
        )
        kill(server)
        server = installation.start_server()
    for voter in voters:
        voter.join(timeout=120)
    assert all(len(voter.acknowledged) == CARDS for voter in voters)
    assert sum(voter.n_refused for voter in voters) > 0, "the server was not killed while votes came in"

    expected = sorted(
        (f"crowd{i}@example.org", statement, stance)
        for i, voter in enumerate(voters)
        for statement, stance in voter.acknowledged.items()
    )
    assert installation.ask("votes_by_member") == [list(vote) for vote in expected]
    assert installation.ask("votes_by_event_log") == [list(vote) for vote in expected]


def jobs(installation):
    return [state for (state,) in installation.rows("SELECT state FROM distillations_job ORDER BY id")]


def test_a_worker_killed_in_mid_job_leaves_it_to_the_next(installation):
    installation.build("statements=40", "crowd=100")
    first = installation.start_worker()
    wait_for(lambda: jobs(installation) == ["running"], PATIENCE_S, lambda: installation.log("worker"), pause=0.01)
    kill(first)
    assert jobs(installation) == ["running"], "the job was over before the worker was killed"

    others = [installation.start_worker(), installation.start_worker()]
    wait_for(lambda: jobs(installation) == ["done"], PATIENCE_S, lambda: installation.log("worker"))
    assert all(other.poll() is None for other in others)
    assert installation.ask("snapshots") == [[100, 40, 4_000]]
