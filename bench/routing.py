"""How many votes routing saves: ours beside random order and Polis' priorities, on replays whose truth is known.

    .venv/bin/python bench/routing.py             everything, about half an hour on one core
    .venv/bin/python bench/routing.py --quick     two scenes, one seed
    .venv/bin/python bench/routing.py --write     puts the tables into docs/benchmarks.md

Protocol. People come, answer some cards, some come again; statements open over time, as in the open Polis
conversations. Every arm meets the same people at the same moments and chooses each card among what is open and not yet
answered; the answer is looked up. In the end the share of each group that agrees with each statement is estimated from
the arm's own votes, in the same way for every arm, and compared with the share among all answers of that group. This is
done at four numbers of cards a head; errors in between are interpolated on logarithmic axes, which gives the votes that
each arm needs for an equal error. Groups are the planted ones, or those found on all answers of a core; no arm is told.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from routing_arms import Limit, Ours, PolisPriority, Random
from routing_replay import Replay, replay
from routing_scenes import Scene, arrival_profile, dense_cores, planted
from sayso.engine.opinion_space import fit_opinion_space
from sayso.engine.routing import next_statement
from sayso.engine.votes import VoteMatrix

ROOT = Path(__file__).resolve().parent.parent
POLIS = ROOT.parent / "shared" / "data" / "polis"
CARDS = (8, 14, 24, 40)
PLANTED = ((2, 500), (3, 600), (4, 900))  # groups, people
ESTIMATES: dict[str, Callable[[Replay, Scene], np.ndarray]] = {
    "counted": Replay.counted,
    "pooled": Replay.pooled,
    "modelled": Replay.modelled,
}
ARMS: dict[str, Callable[[Scene], object]] = {
    "random": lambda scene: Random(),
    "Polis": lambda scene: PolisPriority(scene.answer.shape[1]),
    "ours": lambda scene: Ours(),
    "limit": lambda scene: Limit(scene.truth, scene.group),
}
Curve = list[tuple[float, np.ndarray]]  # votes, and the mean squared error of each estimate


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--quick", action="store_true", help="two scenes, one seed")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/benchmarks.md")
    args = parser.parse_args()
    if not POLIS.is_dir():
        print("The open Polis conversations are not beside the repository (../shared/data/polis).", file=sys.stderr)
        return 1
    n_seeds = 1 if args.quick else args.seeds
    lines = []
    for arriving in (True,) if args.quick else (True, False):
        lines += table(scenes(arriving, quick=args.quick), n_seeds, arriving)
    lines.append(f"\nOne call at 5,000 statements: {milliseconds_of_a_call():.2f} ms, the plan at hand.")
    page = "\n".join(lines)
    print(page)
    if args.write:
        write_into_docs(page)
    return 0


def scenes(arriving: bool, *, quick: bool) -> list[Scene]:
    profile = arrival_profile(POLIS)
    made = [
        planted(n_groups, n_people=n_people, n_statements=80, profile=profile, arriving=arriving)
        for n_groups, n_people in PLANTED
    ]
    real = dense_cores(POLIS, profile=profile, arriving=arriving)
    return [made[0], real[-1]] if quick else made + real


def table(found: list[Scene], n_seeds: int, arriving: bool) -> list[str]:
    """Votes ours needs for an equal error as a share of those another arm needs; and the mean errors."""
    title = "Statements open over time" if arriving else "All statements open from the start"
    head = "| people × statements, groups | to random: counted | pooled | modelled | limit, counted "
    lines = [f"**{title}**\n", f"| replay {head}| to Polis: counted | pooled | modelled |", "|---" * 9 + "|"]
    ratios, errors = [], {arm: [] for arm in ARMS}
    for scene in found:
        curves = {arm: curve(scene, arm, n_seeds, errors[arm]) for arm in ARMS}
        to_random, to_polis = (needed(curves["ours"], curves[other]) for other in ("random", "Polis"))
        ratios.append([*to_random, needed(curves["limit"], curves["random"])[0], *to_polis])
        size = f"{scene.answer.shape[0]} × {scene.answer.shape[1]}, {'+'.join(map(str, np.bincount(scene.group)))}"
        lines.append(f"| {scene.name} | {size} | " + " | ".join(f"{ratio:.2f}" for ratio in ratios[-1]) + " |")
        print(lines[-1], file=sys.stderr, flush=True)
    means = np.exp(np.nanmean(np.log(ratios), axis=0))
    lines.append("| **geometric mean** | | " + " | ".join(f"**{mean:.2f}**" for mean in means) + " |")
    return [*lines, "", *mean_errors(errors), ""]


def curve(scene: Scene, arm: str, n_seeds: int, errors: list[np.ndarray]) -> Curve:
    points = []
    for cards in CARDS:
        n_votes, squared = [], []
        for seed in range(n_seeds):
            made = replay(scene, ARMS[arm](scene), cards=cards, rng=np.random.default_rng(seed))
            n_votes.append(len(made.person))
            squared.append(squared_errors(made, scene, with_model=seed == 0))
            if arm != "limit":
                errors.append(np.ravel([made.mean_error(scene, weighted=weighted) for weighted in (False, True)]))
        points.append((float(np.mean(n_votes)), np.nanmean(squared, axis=0)))
    return points


def squared_errors(made: Replay, scene: Scene, *, with_model: bool) -> list[float]:
    """Mean over cells, of each estimate; the slow one, by the opinion space, is made of one seed only."""
    return [
        float(np.mean((estimate(made, scene) - scene.truth) ** 2)) if with_model or name != "modelled" else np.nan
        for name, estimate in ESTIMATES.items()
    ]


def needed(ours: Curve, theirs: Curve) -> list[float]:
    """For each estimate: our votes over theirs at equal error, mean over our points that lie within their range."""
    ratios = []
    for number in range(len(ESTIMATES)):
        votes = np.log([point[0] for point in theirs])
        error = np.minimum.accumulate(np.log([point[1][number] for point in theirs]))
        own = [
            np.log(n_votes) - np.interp(-np.log(squared[number]), -error, votes)
            for n_votes, squared in ours
            if error[-1] <= np.log(squared[number]) <= error[0]
        ]
        ratios.append(float(np.exp(np.mean(own))) if own else np.nan)
    return ratios


def mean_errors(errors: dict[str, list[np.ndarray]]) -> list[str]:
    """Mean over replays, with the standard error over replays."""
    lines = [
        "| mean error of the plain share, in points | all | towards extremes | weighted: all | towards extremes |",
        "|---|---|---|---|---|",
    ]
    for arm, found in errors.items():
        if found:
            mean, sd = 100 * np.mean(found, axis=0), 100 * np.std(found, axis=0, ddof=1) / np.sqrt(len(found))
            cells = " | ".join(f"{m:+.2f} ± {s:.2f}" for m, s in zip(mean, sd, strict=True))
            lines.append(f"| {arm} | {cells} |")
    return lines


def milliseconds_of_a_call(n_statements: int = 5000, n_votes: int = 100_000, n_calls: int = 300) -> float:
    rng = np.random.default_rng(0)
    columns = (rng.integers(0, 2000, n_votes), rng.integers(0, n_statements, n_votes), rng.integers(-1, 2, n_votes))
    votes = VoteMatrix.from_arrays(*columns, n_participants=2000, n_statements=n_statements)
    known = votes.select(votes.statement < 20)  # a fit to noise takes long, and is not what is timed
    few = VoteMatrix.from_arrays(known.participant, known.statement, known.stance, n_participants=2000)
    space = fit_opinion_space(few, rng=rng, tier="fast")
    next_statement(votes, space, 0, rng=rng)
    began = time.perf_counter()
    for person in range(n_calls):
        next_statement(votes, space, person, rng=rng)
    return 1000 * (time.perf_counter() - began) / n_calls


def write_into_docs(page: str) -> None:
    docs = ROOT / "docs" / "benchmarks.md"
    before, _, rest = docs.read_text("utf-8").partition("<!-- routing -->\n")
    _, _, after = rest.partition("<!-- end routing -->\n")
    docs.write_text(f"{before}<!-- routing -->\n{page}\n<!-- end routing -->\n{after}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
