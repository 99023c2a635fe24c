"""Ours beside the field on the open Polis conversations: who predicts hidden votes better, and at what cost?

    make bench PART=opinion                      all conversations, three seeds
    make bench PART=opinion ARGS="--seeds 1"     quicker

Protocol: of the participants with at least five agree or disagree votes, 20 % of those votes are hidden. Each system
sees the rest and says how likely each hidden vote is "agree"; the peers are in opinion_peers. Each measurement runs in
a process of its own, for honest memory. Writes the table to docs/benchmarks.md with --write.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent))

ROOT = Path(__file__).resolve().parent.parent
POLIS = ROOT.parent / "shared" / "data" / "polis"
HIDDEN_SHARE = 0.2
MIN_STATED = 5
OURS = ("ours", "ours, fast")
OTHERS = ("rate", "Rasch", "factors 1", "factors 2", "factors 3", "notes")
N_BINS = 20


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--write", action="store_true", help="put the table into docs/benchmarks.md")
    parser.add_argument("--one", nargs=3, metavar=("SYSTEM", "FOLDER", "SEED"), help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        print(json.dumps(measure(args.one[0], Path(args.one[1]), int(args.one[2]))))
        return 0
    if not POLIS.is_dir():
        print("The open Polis conversations are not beside the repository (../shared/data/polis).", file=sys.stderr)
        return 1
    table = "\n".join(rows(sorted(POLIS.iterdir()), args.seeds))
    print(table)
    if args.write:
        write_into_docs(table)
    return 0


def rows(folders: list[Path], n_seeds: int) -> list[str]:
    lines = [
        "| conversation | hidden votes | ours | ours, fast | red-dwarf | best other | ours ÷ red-dwarf | ours ÷ best "
        "| AUC ours | red-dwarf | seconds: ours | fast | red-dwarf | fast ÷ red-dwarf | memory ratio |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    ratios, bins = [], {name: np.zeros((3, N_BINS)) for name in OURS}
    for folder in folders:
        found = {
            system: [run_one(system, folder, seed) for seed in range(n_seeds)]
            for system in (*OURS, "red-dwarf", *OTHERS)
        }
        mean = {
            system: {key: float(np.mean([run[key] for run in runs])) for key in runs[0] if key != "bins"}
            for system, runs in found.items()
        }
        for name in OURS:
            bins[name] += sum(np.array(run["bins"]) for run in found[name])
        ours, fast, dwarf = (mean[system] for system in (*OURS, "red-dwarf"))
        best = min(("red-dwarf", *OTHERS), key=lambda system: mean[system]["log_loss"])
        row = [
            ours["log_loss"] / dwarf["log_loss"],
            ours["log_loss"] / mean[best]["log_loss"],
            fast["log_loss"] / ours["log_loss"],
            fast["seconds"] / dwarf["seconds"],
            fast["memory_mb"] / dwarf["memory_mb"],
        ]
        ratios.append(row)
        lines.append(
            f"| {folder.name} | {ours['n_hidden']:.0f} | {ours['log_loss']:.3f} | {fast['log_loss']:.3f} "
            f"| {dwarf['log_loss']:.3f} | {mean[best]['log_loss']:.3f} ({best}) | {row[0]:.3f} | {row[1]:.3f} "
            f"| {ours['auc']:.3f} | {dwarf['auc']:.3f} | {ours['seconds']:.1f} | {fast['seconds']:.2f} "
            f"| {dwarf['seconds']:.2f} | {row[3]:.2f} | {row[4]:.2f} |"
        )
        print(lines[-1], file=sys.stderr, flush=True)
    to_dwarf, to_best, to_full, seconds, memory = np.mean(ratios, axis=0)
    lines.append(
        f"| **mean** | | | ÷ ours {to_full:.3f} | | | **{to_dwarf:.3f}** | **{to_best:.3f}** | | | | | "
        f"| **{seconds:.2f}** | **{memory:.2f}** |"
    )
    calibration = ", ".join(f"{name} {calibration_error(bins[name]):.4f}" for name in OURS)
    return [*lines, "", f"Expected calibration error, all hidden votes together, {N_BINS} bins: {calibration}."]


def run_one(system: str, folder: Path, seed: int) -> dict[str, float]:
    command = [sys.executable, __file__, "--one", system, str(folder), str(seed)]
    found = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(found.stdout.splitlines()[-1])


def measure(system: str, folder: Path, seed: int) -> dict[str, object]:
    from sayso.engine.sources import read_conversation

    votes = read_conversation(folder).votes
    rng = np.random.default_rng(seed)
    n_stated = np.bincount(votes.participant[votes.is_stated], minlength=votes.n_participants)
    may_hide = votes.is_stated & (n_stated[votes.participant] >= MIN_STATED)
    hidden = may_hide & (rng.random(votes.n_votes) < HIDDEN_SHARE)
    shown = votes.select(~hidden)
    rows, columns, truth = votes.participant[hidden], votes.statement[hidden], votes.stance[hidden] > 0
    if system in OURS:
        probability, seconds = ours(shown, rows, columns, seed, tier="auto" if system == "ours" else "fast")
    else:
        from opinion_peers import answer

        probability, seconds = answer(system, shown, rows, columns, seed)
    probability = np.clip(probability, 1e-6, 1 - 1e-6)
    bin_of = np.minimum((probability * N_BINS).astype(int), N_BINS - 1)
    return {
        "n_hidden": len(truth),
        "log_loss": float(-np.mean(np.where(truth, np.log(probability), np.log1p(-probability)))),
        "auc": area_under_curve(probability, truth),
        "seconds": seconds,
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "bins": [np.bincount(bin_of, weight, N_BINS).tolist() for weight in (probability, truth, np.ones(len(truth)))],
    }


def ours(shown, rows, columns, seed, *, tier):
    """Map and groups, as red-dwarf does both; compiled before the clock starts, as installed programs are."""
    from sayso.engine.groups import find_groups
    from sayso.engine.opinion_space import fit_opinion_space

    warm_up(tier)
    began = time.perf_counter()
    rng = np.random.default_rng(seed)
    space = fit_opinion_space(shown, rng=rng, tier=tier, threads=os.cpu_count())
    find_groups(shown, space, rng=rng)
    seconds = time.perf_counter() - began
    return space.predict_agree(rows, columns), seconds


def warm_up(tier):
    from sayso.engine.groups import find_groups
    from sayso.engine.opinion_space import fit_opinion_space
    from sayso.engine.votes import VoteMatrix

    person, statement = np.divmod(np.arange(200 * 10), 10)
    votes = VoteMatrix.from_arrays(person, statement, np.where(person % 2, 1, -1))
    space = fit_opinion_space(votes, rng=np.random.default_rng(0), tier=tier)
    find_groups(votes, space, rng=np.random.default_rng(0))


def area_under_curve(score: np.ndarray, truth: np.ndarray) -> float:
    from scipy.stats import rankdata

    n_true = int(truth.sum())
    rank_sum = rankdata(score)[truth].sum()
    return float((rank_sum - n_true * (n_true + 1) / 2) / (n_true * (len(truth) - n_true)))


def calibration_error(bins: np.ndarray) -> float:
    """Mean gap between stated and found share over bins of stated probability, weighted by votes."""
    stated, found, n = bins
    return float(np.sum(np.abs(stated - found)) / n.sum())


def write_into_docs(table: str) -> None:
    page = ROOT / "docs" / "benchmarks.md"
    before, _, rest = page.read_text("utf-8").partition("<!-- opinion -->\n")
    _, _, after = rest.partition("<!-- end -->\n")
    page.write_text(f"{before}<!-- opinion -->\n{table}\n<!-- end -->\n{after}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
