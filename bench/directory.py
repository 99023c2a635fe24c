"""Minutes for a directory to bring people by SCIM, one by one as directories do, and to read the roster back.

python bench/directory.py                            5,000 people on top of 45,000, on SQLite
python tests/postgres.py python bench/directory.py   the same on PostgreSQL

A real server, one client that waits for each answer. For each person: look whether they are there, then create them;
afterwards a group of all, everybody read in pages by number and by cursor.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import os
import resource
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--known", type=int, default=45_000)
    parser.add_argument("--people", type=int, default=5_000)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(SAYSO_DATA=folder, SAYSO_HTTPS="0", DJANGO_SETTINGS_MODULE="sayso.settings")
        os.environ["SAYSO_SCIM_PER_MINUTE"] = "10000000"
        token = prepared(args.known)
        with served() as port:
            measure(port, token, args.people)
    return 0


def prepared(n_known: int) -> str:
    """The token of an organisation that knows so many already, by a file."""
    import django
    from django.core.management import call_command
    from django.db import connection

    django.setup()
    call_command("migrate", verbosity=0)
    from sayso.members.actions import add_member, add_organisation
    from sayso.members.models import Member
    from sayso.members.scim.connections import make_connection

    organisation = add_organisation(name="The county")
    told = (
        {"full_name": f"Person {n}", "email": f"k{n}@county.example", "staff_number": f"K{n}"} for n in range(n_known)
    )
    Member.objects.bulk_create((Member(organisation=organisation, **one) for one in told), batch_size=5_000)
    keeper = add_member(organisation=organisation, full_name="Keeper", email="keeper@county.example")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    print(f"{n_known:,} people known before, on {connection.vendor}", flush=True)
    token = make_connection(organisation=organisation, name="Bench", by=keeper)[1]
    connection.close()
    return token


@contextlib.contextmanager
def served() -> Any:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [Path(sys.executable).parent / "sayso", "serve", "--port", str(port)]
    server = subprocess.Popen(command, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(200):
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", port)).close()
                break
            time.sleep(0.1)
        yield port
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait()
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        print(f"{used.ru_utime + used.ru_stime:7.1f} s  of a processor's time, for the server in all")


def measure(port: int, token: str, n_people: int) -> None:
    line = http.client.HTTPConnection("127.0.0.1", port)

    def ask(method: str, path: str, body: Any = None) -> Any:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/scim+json"}
        line.request(method, f"/scim/v2/{path}", json.dumps(body) if body is not None else None, headers)
        reply = line.getresponse()
        told = json.loads(reply.read())
        assert reply.status in {200, 201}, told
        return told

    began, took, ids = time.perf_counter(), [], []
    for n in range(n_people):
        start, asked = time.perf_counter(), f'userName eq "p{n}@county.example"'
        assert not ask("GET", f"Users?filter={quote(asked)}")["totalResults"]
        ids.append(ask("POST", "Users", person(n))["id"])
        took.append(time.perf_counter() - start)
    whole = time.perf_counter() - began
    worst = sorted(took)[int(len(took) * 0.99)]
    print(f"{whole:7.1f} s  {n_people:,} looked for and created: {n_people / whole:.0f} a second", flush=True)
    print(f"          median {statistics.median(took) * 1000:.0f} ms, 99 of 100 below {worst * 1000:.0f} ms")
    told = [{"value": one} for one in ids]
    group = timed("a group of all of them", lambda: ask("POST", "Groups", {"displayName": "All", "members": told}))
    change = {"schemas": [], "Operations": [{"op": "remove", "path": "members", "value": told[: n_people // 2]}]}
    timed("half of them taken out", lambda: ask("PATCH", f"Groups/{group['id']}?excludedAttributes=members", change))
    timed("everybody read, by number, 500 a page", lambda: by_number(ask))
    timed("everybody read, by cursor, 500 a page", lambda: by_cursor(ask))


def by_number(ask: Any) -> None:
    first = ask("GET", "Users?count=500")
    for start in range(501, first["totalResults"] + 1, 500):
        assert ask("GET", f"Users?count=500&startIndex={start}")["itemsPerPage"]


def by_cursor(ask: Any) -> None:
    page = ask("GET", "Users?count=500&cursor=")
    while "nextCursor" in page:
        page = ask("GET", f"Users?count=500&cursor={page['nextCursor']}")


def timed(what: str, work: Any) -> Any:
    began = time.perf_counter()
    done = work()
    print(f"{time.perf_counter() - began:7.1f} s  {what}", flush=True)
    return done


def person(n: int) -> dict[str, Any]:
    return {
        "userName": f"p{n}@county.example",
        "externalId": f"{n:032x}",
        "displayName": f"Person {n}",
        "name": {"givenName": "Person", "familyName": str(n)},
        "emails": [{"value": f"p{n}@county.example", "type": "work", "primary": True}],
        "active": True,
        ENTERPRISE: {"employeeNumber": f"P{n}", "department": f"Division {n % 10} > Team {n % 200}"},
    }


if __name__ == "__main__":
    sys.exit(main())
