"""What the fast fit costs at any size: seconds a vote, memory, beside red-dwarf; one more vote; one worker and two.

    .venv/bin/python bench/scale.py              up to 1.5 million votes, with red-dwarf (a quarter of an hour)
    .venv/bin/python bench/scale.py --large      up to 50 million votes (needs 6 GB)

Votes are drawn from one continuous dimension of opinion: a population without groups. Each fit runs in a process of
its own. Writes its tables to docs/benchmarks.md with --write.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
N_STATEMENTS, VOTES_EACH = 1_000, 50
SIZES = (2_000, 6_000, 30_000)
LARGE = (200_000, 1_000_000)
RED_DWARF_UP_TO = 30_000


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--quick", action="store_true", help="the smallest size only")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/benchmarks.md")
    parser.add_argument("--one", nargs=2, metavar=("SYSTEM", "PARTICIPANTS"), help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        print(json.dumps(measure(args.one[0], int(args.one[1]))))
        return 0
    table = "\n".join(rows(SIZES[:1] if args.quick else SIZES + (LARGE if args.large else ())))
    print(table)
    if args.write:
        write_into_docs(table)
    return 0


def rows(sizes: tuple[int, ...]) -> list[str]:
    lines = [
        "| participants × 1,000 | votes | seconds: map | and groups | map, nanoseconds a vote | GB | one more vote, ms "
        "| groups found | red-dwarf ÷ ours: seconds | GB | red-dwarf's groups |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for n in sizes:
        ours = run_one("ours", n)
        line = (
            f"| {n:,} | {ours['votes']:,} | {ours['map']:.2f} | {ours['seconds']:.2f} "
            f"| {ours['map'] / ours['votes'] * 1e9:.0f} "
            f"| {ours['gb']:.2f} | {ours['one_vote_ms']:.2f} | {ours['groups']} |"
        )
        if n <= RED_DWARF_UP_TO:
            theirs = run_one("red-dwarf", n)
            ratios = theirs["seconds"] / ours["seconds"], theirs["gb"] / ours["gb"]
            line += f" {ratios[0]:.1f} | {ratios[1]:.1f} | {theirs['groups']} |"
        else:
            line += " | | |"
        lines.append(line)
        print(line, file=sys.stderr, flush=True)
    one, two = (run_one(f"workers {n}", sizes[-1] if len(sizes) == 1 else 30_000) for n in (1, 2))
    lines += [
        "",
        f"In partitions, {one['votes']:,} votes: one worker {one['seconds']:.1f} s, two {two['seconds']:.1f} s "
        f"(÷ {one['seconds'] / two['seconds']:.2f}); "
        f"{one['gb']:.2f} and {two['gb']:.2f} GB the largest worker; log loss {one['loss']:.9f} and {two['loss']:.9f}.",
    ]
    return lines


def run_one(system: str, n: int) -> dict[str, float]:
    command = [sys.executable, __file__, "--one", system, str(n)]
    found = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(found.stdout.splitlines()[-1])


def draw_votes(n: int):
    """Arrays of a population along one line, without groups."""
    rng = np.random.default_rng(1)
    rows = np.repeat(np.arange(n), VOTES_EACH)
    columns = rng.integers(0, N_STATEMENTS, len(rows))
    odds = rng.standard_normal(n).astype(np.float32)[rows]
    odds *= rng.standard_normal(N_STATEMENTS).astype(np.float32)[columns]
    odds += rng.standard_normal(N_STATEMENTS).astype(np.float32)[columns]
    stance = np.where(rng.random(len(rows), dtype=np.float32) * (1 + np.exp(-odds)) < 1, 1, -1).astype(np.int8)
    return rows, columns, stance


def measure(system: str, n: int) -> dict[str, object]:
    from sayso.engine.votes import VoteMatrix

    votes = VoteMatrix.from_arrays(*draw_votes(n), n_participants=n, n_statements=N_STATEMENTS)
    if system == "red-dwarf":
        return {"votes": votes.n_votes, **red_dwarf(votes)}
    if system == "ours":
        return {"votes": votes.n_votes, **ours(votes)}
    return {"votes": votes.n_votes, **in_partitions(votes, int(system.split()[1]))}


def ours(votes):
    from sayso.engine.groups import find_groups
    from sayso.engine.live_space import LiveSpace
    from sayso.engine.opinion_space import fit_opinion_space

    few = votes.take_rows(range(200))
    find_groups(few, fit_opinion_space(few, rng=np.random.default_rng(0), tier="fast"), rng=np.random.default_rng(0))
    rng = np.random.default_rng(0)  # compiled by now
    began = time.perf_counter()
    space = fit_opinion_space(votes, rng=rng, tier="fast", threads=2)
    until_map = time.perf_counter() - began
    groups = find_groups(votes, space, rng=rng)
    seconds = time.perf_counter() - began
    live = LiveSpace(votes, space)
    began = time.perf_counter()
    for i in range(200):
        live.cast(i * 7 % votes.n_participants, i % N_STATEMENTS, 1)
    one_vote = (time.perf_counter() - began) / 200
    return {
        "map": until_map,
        "seconds": seconds,
        "gb": peak_gb(),
        "groups": groups.n_groups,
        "one_vote_ms": one_vote * 1e3,
    }


def red_dwarf(votes):
    from reddwarf.implementations.polis import run_pipeline

    cast = [
        {"participant_id": int(i), "statement_id": int(j), "vote": int(vote), "modified": order}
        for order, (i, j, vote) in enumerate(zip(votes.participant, votes.statement, votes.stance, strict=True))
    ]
    began = time.perf_counter()
    result = run_pipeline(votes=cast, random_state=0)
    seconds = time.perf_counter() - began
    return {"seconds": seconds, "gb": peak_gb(), "groups": len(set(result.participants_df["cluster_id"].dropna()))}


def in_partitions(votes, n_workers: int):
    from distributed import Client, LocalCluster

    from sayso.engine.posterior.many_machines import DaskCrowd
    from sayso.engine.posterior.variational import fit_crowd, fit_variational

    fit_variational(votes.take_rows(range(20)), rng=np.random.default_rng(0))
    bounds = np.linspace(0, votes.n_participants, 5).astype(int)
    parts = [votes.take_rows(np.arange(a, b)) for a, b in pairwise(bounds)]
    with (
        LocalCluster(n_workers=n_workers, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        crowd = DaskCrowd(client, parts)
        fit_crowd(crowd, rng=np.random.default_rng(0))  # workers have compiled
        crowd = DaskCrowd(client, parts)
        began = time.perf_counter()
        model = fit_crowd(crowd, rng=np.random.default_rng(0))
        seconds = time.perf_counter() - began
        memory = max(client.run(peak_gb).values())
    chance = model.agree(votes.participant, votes.statement)
    loss = -np.mean(np.log(np.where(votes.stance > 0, chance, 1 - chance)))
    return {"seconds": seconds, "gb": memory, "loss": float(loss)}


def peak_gb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2


def write_into_docs(table: str) -> None:
    page = ROOT / "docs" / "benchmarks.md"
    before, _, rest = page.read_text("utf-8").partition("<!-- scale -->\n")
    _, _, after = rest.partition("<!-- end scale -->\n")
    page.write_text(f"{before}<!-- scale -->\n{table}\n<!-- end scale -->\n{after}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
