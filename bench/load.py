"""The whole stack under load on one machine, generator included: server, worker and database as an operator runs them.

python bench/load.py votes                 300 votes a second for 5 minutes, pages open meanwhile
python bench/load.py polis                 500 people with one page each, as in compdemocracy/polis#1495
python bench/load.py polis --people 1000   twice as many
python bench/load.py ... --database sqlite the same on SQLite

PostgreSQL is a cluster of its own with fsync on. Requests are those of the pages' own scripts, with sessions and CSRF
tokens, by loopback. Times run from when a request was meant to be sent. Afterwards rows and events are laid beside what
was confirmed: each vote once. With --write the table goes to docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import math
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

import psutil
import psycopg

from journeys.running import Installation, wait_for
from load_people import Told, World, polis_profile, votes_profile
from postgres import cluster

# A small server's settings; what is not named is PostgreSQL's own, fsync and synchronous_commit on.
POSTGRES = ("shared_buffers=256MB", "fsync=on", "shared_preload_libraries=pg_stat_statements")
DOCS = Path(__file__).parent.parent / "docs" / "benchmarks.md"
DISTILLED = re.compile(  # what was made, and in the line after it how long its job took
    r"^(\S+ \S+),(\d+) INFO sayso.worker: \S+ distilled up to event (\d+)\n.* worked on for ([\d.]+) s$", re.M
)
SCRIPT = Path(__file__).with_name("load_world.py")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("profile", choices=("votes", "polis"))
    parser.add_argument("--database", choices=("postgres", "sqlite"), default="postgres")
    parser.add_argument("--people", type=int, help="with a page open (default: votes 1500, polis 500)")
    parser.add_argument("--rate", type=float, default=300.0, help="votes a second (votes)")
    parser.add_argument("--pages", type=float, default=5.0, help="other pages opened a second (votes)")
    parser.add_argument("--seconds", type=float, default=300.0)
    parser.add_argument("--ramp", type=float, default=30.0, help="seconds in which all open their page, not counted")
    parser.add_argument("--statements", type=int, default=200)
    parser.add_argument("--roster", type=int, default=5_000)
    parser.add_argument("--queries", action="store_true", help="print PostgreSQL's costliest statements")
    parser.add_argument("--spy", help="py-spy, to record one server process; the flame graph goes to --spied")
    parser.add_argument("--spied", default="/tmp/sayso-load.txt")
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    args.people = args.people or {"votes": 1500, "polis": 500}[args.profile]
    with database(args.database), tempfile.TemporaryDirectory() as folder:
        report = measure(Path(folder), args)
    print(report.text)
    if args.write:
        write(f"load {args.profile} {args.database} {args.people}", report.text)
    return 1 if report.faults else 0


@contextlib.contextmanager
def database(kind: str) -> Iterator[None]:
    if kind == "sqlite":
        os.environ.pop("SAYSO_DATABASE_URL", None)
        yield
        return
    with cluster(POSTGRES) as url:
        os.environ["SAYSO_DATABASE_URL"] = url
        yield


class Report:
    def __init__(self) -> None:
        self.lines: list[str] = []
        self.faults: list[str] = []

    @property
    def text(self) -> str:
        return "\n".join([*self.lines, *(f"\n**Fault:** {fault}" for fault in self.faults)])


def measure(folder: Path, args: argparse.Namespace) -> Report:
    installation = Installation(folder)
    for name in ("SAYSO_WORKER_QUIET_S", "SAYSO_WORKER_LONGEST_WAIT_S", "SAYSO_WORKER_LEASE_S"):
        del installation.env[name]  # as an operator has it
    try:
        wishes = {"people": args.people, "roster": args.roster, "statements": args.statements, "voted": 8}
        built = _run(installation, *(f"{name}={number}" for name, number in wishes.items()))
        print(f"built: {args.people:,} people, {args.statements} statements", file=sys.stderr)
        world = World(installation.port, built["slug"], built["topics"], built["sessions"])
        parts = {"server": installation.start_server(), "worker": installation.start_worker()}
        wait_for(lambda: DISTILLED.search(installation.log("worker")), 120, lambda: installation.log("worker"))
        if args.queries:
            with psycopg.connect(installation.env["SAYSO_DATABASE_URL"], autocommit=True) as connection:
                connection.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
        first = max(row[0] for row in installation.rows("SELECT max(id) FROM engagements_event"))
        processes = {"generator": [psutil.Process()], **{k: [psutil.Process(p.pid)] for k, p in parts.items()}}
        processes |= {"PostgreSQL": _postgres(installation)} if args.database == "postgres" else {}
        before, began = cpu_of(processes), time.monotonic()
        spying = _spy(args, parts["server"].pid)
        run(world, args)
        took, after = time.monotonic() - began, cpu_of(processes)
        if spying:
            spying.wait()
        report = Report()
        tell(report, world.told, args, {name: after[name] - before[name] for name in after}, took)
        if args.queries:
            queries(installation)
        check(report, installation, world.told, first)
        snapshots(report, installation, first, after=began)
        return report
    finally:
        for name in ("server", "worker"):
            if wrong := [
                line for line in installation.log(name).splitlines() if "ERROR" in line or "Traceback" in line
            ]:
                print(f"{name}: {wrong[:5]}", file=sys.stderr)
        installation.close()


def run(world: World, args: argparse.Namespace) -> None:
    if args.profile == "votes":
        told = {"rate": args.rate, "pages": args.pages}
        asyncio.run(votes_profile(world, people=args.people, seconds=args.seconds, ramp=args.ramp, **told))
    else:
        asyncio.run(polis_profile(world, people=args.people, seconds=args.seconds, ramp=args.ramp))


def _run(installation: Installation, *words: str) -> Any:
    done = subprocess.run(
        [sys.executable, SCRIPT, *words], env=installation.env, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    return json.loads(done.stdout.splitlines()[-1])


def _postgres(installation: Installation) -> list[psutil.Process]:
    """The cluster's own first process, found by the port it was started with."""
    port = installation.env["SAYSO_DATABASE_URL"].rsplit(":", 1)[1].split("/")[0]
    return [p for p in psutil.process_iter(["cmdline"]) if f"-p {port}" in " ".join(p.info["cmdline"] or [])
            or ["-p", port] == (p.info["cmdline"] or [])[3:5]][:1]  # fmt: skip


def _spy(args: argparse.Namespace, server: int) -> Any:
    if not args.spy:
        return None
    process = psutil.Process(server).children(recursive=True)[0].pid
    command = [args.spy, "record", "--pid", str(process), "--duration", str(int(args.seconds)), "--rate", "200"]
    time.sleep(args.ramp)
    return subprocess.Popen([*command, "--format", "raw", "--gil", "--output", args.spied], stdout=subprocess.DEVNULL)


def cpu_of(processes: dict[str, list[psutil.Process]]) -> dict[str, float]:
    """Seconds of processor time of each part, its children's and those of children that have ended with it."""
    found = {}
    for name, firsts in processes.items():
        total = 0.0
        for first in firsts:
            for process in [first, *([] if name == "generator" else first.children(recursive=True))]:
                with contextlib.suppress(psutil.NoSuchProcess):
                    times = process.cpu_times()
                    total += times.user + times.system
                    total += 0.0 if name == "generator" else times.children_user + times.children_system
        found[name] = total
    return found


def percentile(values: list[float], share: float) -> float:
    """The value that so many lie at or below."""
    ordered = sorted(values)
    return ordered[min(max(math.ceil(share * len(ordered)) - 1, 0), len(ordered) - 1)]


def tell(report: Report, told: Told, args: argparse.Namespace, cpu: dict[str, float], took: float) -> None:
    every = [value for values in told.took.values() for value in values]
    asked = f"{args.rate:.0f} votes a second asked for, " if args.profile == "votes" else ""
    votes, requests = len(told.took["vote"]) / args.seconds, len(every) / args.seconds
    report.lines.append(
        f"{args.database}, {args.people:,} people, {args.seconds:.0f} s: {asked}{votes:.0f} votes and {requests:.0f} "
        f"requests a second, {told.bytes_in / args.seconds / 1e6:.1f} MB/s.\n"
    )
    report.lines.append("| request | number | median, ms | 95 % | 99 % | longest |\n|---|---|---|---|---|---|")
    for name, values in [*sorted(told.took.items(), key=lambda pair: -len(pair[1])), ("**all**", every)]:
        cells = [f"{1000 * percentile(values, share):.0f}" for share in (0.5, 0.95, 0.99, 1.0)]
        report.lines.append(f"| {name} | {len(values):,} | " + " | ".join(cells) + " |")
    shares = ", ".join(f"{name} {seconds / took:.2f}" for name, seconds in cpu.items())
    report.lines.append(f"\nProcessors in use, of {os.cpu_count()}: {shares}; together {sum(cpu.values()) / took:.2f}.")
    if told.n_unchanged:
        report.lines.append(f"Results unchanged (304): {told.n_unchanged / len(told.took['results']):.0%}.")
    if args.profile == "polis":
        report.lines.append(f"Said {told.n_said:,}, decided {told.n_decided:,}.")
    if told.out_of_cards:
        report.faults.append(f"{told.out_of_cards} times no card was left to answer")
    report.faults += [f"{number} times {what}" for what, number in told.wrong.most_common()]


def check(report: Report, installation: Installation, told: Told, first: int) -> None:
    """Each confirmed vote stands once in the rows and once in the log, and nothing else does."""
    found = _run(installation, "since", str(first))
    events, rows = [tuple(pair) for pair in found["events"]], {tuple(pair) for pair in found["rows"]}
    lost, twice = told.votes - set(events), len(events) - len(set(events))
    beyond = set(events) - told.votes
    report.lines.append(
        f"Votes confirmed {len(told.votes):,}; rows {len(rows):,}; events {len(events):,}; lost {len(lost)}, "
        f"twice {twice}, beyond those {len(beyond)}. "
        f"Statements confirmed {told.n_said:,}, rows {found['said_rows']:,}."
    )
    if lost or twice or beyond or rows != told.votes or found["said"] != told.n_said:
        report.faults.append("what is stored is not what was confirmed")


def snapshots(report: Report, installation: Installation, first: int, after: float) -> None:
    """How long the first event that a snapshot brought had waited for it."""
    made = [(at, int(event), float(s)) for at, _, event, s in DISTILLED.findall(installation.log("worker"))]
    waits, fits, last = [], [], first
    for at, event, seconds in made:
        rows = installation.rows(
            f"SELECT min(created_at) FROM engagements_event WHERE id > {last} AND id <= {event} AND kind = 'vote_cast'"
        )
        if event > first and rows[0][0]:
            done = datetime.fromisoformat(at).replace(tzinfo=UTC)
            oldest = rows[0][0]
            oldest = datetime.fromisoformat(oldest).replace(tzinfo=UTC) if isinstance(oldest, str) else oldest
            waits.append((done - oldest).total_seconds())
            fits.append(seconds)
        last = max(last, event)
    if waits:
        half, most = percentile(waits, 0.5), max(waits)
        report.lines.append(
            f"Snapshots: {len(waits)}; the oldest answer in one had waited {half:.0f} s in the median, {most:.0f} s at "
            f"most; made in {percentile(fits, 0.5):.1f} s, {max(fits):.1f} s at most."
        )
    else:
        report.faults.append("no snapshot was made")


def queries(installation: Installation) -> None:
    rows = installation.rows(
        "SELECT calls, total_exec_time::int, round(mean_exec_time::numeric, 3), rows, left(query, 170) "
        "FROM pg_stat_statements ORDER BY calls DESC LIMIT 40"
    )
    for row in rows:
        print(*row, sep="\t", file=sys.stderr)


def write(name: str, text: str) -> None:
    """Into its place in the docs: between `<!-- name -->` and the next `<!-- end -->`."""
    page = DOCS.read_text(encoding="utf-8")
    pattern = re.compile(rf"(<!-- {re.escape(name)} -->\n).*?(<!-- end -->)", re.S)
    if not pattern.search(page):
        print(f"docs/benchmarks.md has no place named {name!r}", file=sys.stderr)
        return
    DOCS.write_text(pattern.sub(lambda found: found[1] + text.strip() + "\n" + found[2], page), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
