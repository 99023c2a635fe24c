"""Opinion groups on planted truth: ours beside red-dwarf and beside the best placement possible.

    python bench/groups.py              60 scenes; --scenes 200 for more, --quick for 16
    python bench/groups.py --write      puts the table into docs/benchmarks.md

Half of the scenes have two to five groups, the others none: independent votes, a leaning, one or two continuous
dimensions, even or lopsided. 200 to 20,000 people cast 5 to 50 votes each, mostly in an adaptive order; where sizes are
unequal the smallest group is a tenth. The optimal placement knows the planted profiles, spread and sizes. Accuracy is
the share of all who took a side at least once whose likeliest group is the right one, groups matched one to one; in
brackets the same of those that were placed. red-dwarf has no probabilities: its cluster labels count.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import sys
import time
import warnings
from pathlib import Path

import numpy as np
from scipy.optimize import linear_sum_assignment

from groups_scenes import Planted, Scene, draw_scene, plant

ROOT = Path(__file__).resolve().parent.parent
CLEAR = 0.85  # accuracy of the optimal placement from which groups must be found
OPEN = 0.55  # people whom even the optimal placement is less sure of "cannot be placed"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scenes", type=int, default=60)
    parser.add_argument("--first", type=int, default=0, help="number of the first scene")
    parser.add_argument("--max-votes", type=int, default=400_000)
    parser.add_argument("--quick", action="store_true", help="16 small scenes, without red-dwarf")
    parser.add_argument("--ours-only", action="store_true")
    parser.add_argument("--write", action="store_true", help="put the table into docs/benchmarks.md")
    args = parser.parse_args()
    if args.quick:
        args.scenes, args.max_votes, args.ours_only = 16, 30_000, True
    systems = {"ours": ours} if args.ours_only else {"ours": ours, "red-dwarf": red_dwarf}
    found: dict[str, list[dict]] = {name: [] for name in systems}
    for seed in range(args.first, args.first + args.scenes):
        scene = draw_scene(seed, max_votes=args.max_votes)
        planted = plant(scene)
        for name, system in systems.items():
            found[name].append(measure(system, scene, planted))
            print(line(name, scene, found[name][-1]), file=sys.stderr, flush=True)
    table = "\n".join(rows(found))
    print(table)
    if args.write:
        write_into_docs(table)
    return 0


def measure(system, scene: Scene, planted: Planted) -> dict:
    began = time.perf_counter()
    n_groups, membership, probability, seconds = system(planted.votes, scene.seed)
    told = np.bincount(planted.votes.participant[planted.votes.is_stated], minlength=scene.n_participants) > 0
    likeliest = probability.argmax(axis=1) if n_groups else np.zeros(scene.n_participants, dtype=int)
    best, truth = planted.optimal.argmax(axis=1), planted.group
    optimum = float((best == truth)[told].mean())
    name_of = matching(likeliest[told], truth[told], max(n_groups, 1), scene.n_groups)
    right = name_of[likeliest] == truth
    placed = membership >= 0
    is_open = told & (planted.optimal.max(axis=1) < OPEN)
    return {
        "k": scene.n_groups,
        "kind": scene.none_kind,
        "found": n_groups,
        "right_k": n_groups == (scene.n_groups if scene.n_groups > 1 else 0),
        "optimum": optimum,
        "accuracy": float(right[told].mean()),
        "accuracy_placed": float((name_of[membership[placed]] == truth[placed]).mean()) if placed.any() else np.nan,
        "placed": float(placed[told].mean()),
        "silent_placed": int(placed[~told].sum()),
        "open_placed": float(placed[is_open].mean()) if is_open.sum() >= 10 else np.nan,
        "calibration": calibration_error(probability.max(axis=1, initial=0.0)[told], right[told]),
        "seconds": seconds,
        "all_seconds": time.perf_counter() - began,
    }


def matching(found: np.ndarray, truth: np.ndarray, n_found: int, n_true: int) -> np.ndarray:
    """The planted group that each found one stands for, one to one; −1 for those too many."""
    shared = np.zeros((n_found, n_true))
    keep = found >= 0
    np.add.at(shared, (found[keep], truth[keep]), 1)
    name_of = np.full(n_found, -1)
    name_of.put(*linear_sum_assignment(-shared))
    return name_of


def calibration_error(stated: np.ndarray, right: np.ndarray) -> float:
    """Mean distance between stated and true share in ten bins, weighted by how many are in each."""
    bins = np.minimum((stated * 10).astype(int), 9)
    gap = np.bincount(bins, stated - right, minlength=10)
    return float(np.abs(gap).sum() / max(len(stated), 1))


def ours(votes, seed):
    from sayso.engine.groups import find_groups
    from sayso.engine.opinion_space import fit_opinion_space

    rng = np.random.default_rng(seed)
    space = fit_opinion_space(votes, rng=rng, tier="fast")  # only numbers the groups here
    began = time.perf_counter()
    groups = find_groups(votes, space, rng=rng)
    return groups.n_groups, groups.membership, groups.probability, time.perf_counter() - began


def red_dwarf(votes, seed):
    warnings.filterwarnings("ignore")
    from reddwarf.implementations.polis import run_pipeline

    cast = [
        {"participant_id": int(i), "statement_id": int(j), "vote": int(vote), "modified": order}
        for order, (i, j, vote) in enumerate(zip(votes.participant, votes.statement, votes.stance, strict=True))
    ]
    began = time.perf_counter()
    with contextlib.redirect_stdout(io.StringIO()):
        result = run_pipeline(votes=cast, random_state=seed)
    seconds = time.perf_counter() - began
    label = result.participants_df["cluster_id"].dropna().astype(int)
    membership = np.full(votes.n_participants, -1)
    membership[label.index.astype(int)] = label.to_numpy()
    n_groups = int(membership.max()) + 1
    probability = np.eye(n_groups)[np.maximum(membership, 0)] * (membership >= 0)[:, None]
    return n_groups, membership, probability, seconds


def rows(found: dict[str, list[dict]]) -> list[str]:
    lines = [
        "| planted | scenes | system | right number | accuracy ÷ optimum (of those placed) | calibration error "
        "| placed | undecidable but placed | seconds |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    blocks = {f"{k} groups, optimum ≥ 85 %": (k, "", CLEAR, 2.0) for k in range(2, 6)}
    blocks |= {"2–5 groups, optimum < 85 %": (0, "", 0.0, CLEAR)}
    blocks |= {f"none: {kind}": (1, kind, 0.0, 2.0) for kind in sorted({r["kind"] for r in found["ours"]} - {""})}
    for title, (k, kind, low, high) in blocks.items():
        for name, results in found.items():
            mine = [r for r in results if (r["k"] == k or (k == 0 and r["k"] > 1)) and r["kind"] == kind]
            mine = [r for r in mine if low <= r["optimum"] < high]
            if mine:
                lines.append(f"| {title} | {len(mine)} | {name} | {cells(mine)} |")
    return lines


def cells(mine: list[dict]) -> str:
    right = np.array([r["right_k"] for r in mine])
    text = [f"{right.mean():.0%}"]
    good = [r for r in mine if r["right_k"] and r["k"] > 1]
    if good:
        ratio = np.mean([r["accuracy"] / r["optimum"] for r in good])
        of_placed = np.mean([r["accuracy_placed"] / r["optimum"] for r in good])
        open_placed = [r["open_placed"] for r in good if np.isfinite(r["open_placed"])]
        text += [f"{ratio:.3f} ({of_placed:.3f})", f"{np.mean([r['calibration'] for r in good]):.3f}"]
        text += [f"{np.mean([r['placed'] for r in good]):.2f}"]
        text += [f"{np.mean(open_placed):.2f}" if open_placed else "–"]
    else:
        text += ["–"] * 4
    return " | ".join([*text, f"{np.mean([r['seconds'] for r in mine]):.2f}"])


def line(name: str, scene: Scene, r: dict) -> str:
    what = scene.none_kind or f"k={scene.n_groups} strength {scene.strength:.1f} spread {scene.spread:.1f}"
    return (
        f"{scene.seed:4d} {name:9s} n={scene.n_participants:5d} m={scene.n_statements:3d} v={scene.votes_each:2d} "
        f"{'adaptive' if scene.adaptive else 'random  '} {'unequal' if scene.unequal else '       '} {what:30s} → "
        f"{r['found']} {'ok ' if r['right_k'] else '-- '} optimum {r['optimum']:.3f} ours/opt "
        f"{r['accuracy'] / r['optimum']:.3f} placed {r['placed']:.2f} right {r['accuracy_placed']:.3f} open "
        f"{r['open_placed']:.2f} ece {r['calibration']:.3f} {r['seconds']:.2f}s of {r['all_seconds']:.1f}s"
    )


def write_into_docs(table: str) -> None:
    page = ROOT / "docs" / "benchmarks.md"
    before, _, rest = page.read_text("utf-8").partition("<!-- groups -->\n")
    _, _, after = rest.partition("<!-- end groups -->\n")
    page.write_text(f"{before}<!-- groups -->\n{table}\n<!-- end groups -->\n{after}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
