"""Ours beside red-dwarf (Polis' own mathematics) on the open Polis conversations: who predicts hidden votes better?

    make bench                      all conversations, three seeds
    make bench ARGS="--seeds 1"     quicker

Protocol: of the participants with at least five agree or disagree votes, 20 % of those votes are hidden. Each system
sees the rest and says how likely each hidden vote is "agree". red-dwarf gives a map of two axes and no probabilities,
so it gets the best that its map allows: a logistic calibration, on the votes it saw, of each statement's smoothed rate
and the inner product of participant and axis. Each measurement runs in a process of its own, for honest memory.
Writes the table to docs/benchmarks.md with --write.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
import warnings
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit, logit

ROOT = Path(__file__).resolve().parent.parent
POLIS = ROOT.parent / "shared" / "data" / "polis"
HIDDEN_SHARE = 0.2
MIN_STATED = 5


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
        "| conversation | log loss ours | red-dwarf | ratio | AUC ours | red-dwarf | time ratio | memory ratio |",
        "|---|---|---|---|---|---|---|---|",
    ]
    ratios = []
    for folder in folders:
        runs = {system: [run_one(system, folder, seed) for seed in range(n_seeds)] for system in ("ours", "red-dwarf")}
        mean = {
            system: {key: float(np.mean([run[key] for run in found])) for key in found[0]}
            for system, found in runs.items()
        }
        ours, theirs = mean["ours"], mean["red-dwarf"]
        ratio = {key: ours[key] / theirs[key] for key in ours}
        ratios.append([ratio["log_loss"], ratio["seconds"], ratio["memory_mb"]])
        lines.append(
            f"| {folder.name} | {ours['log_loss']:.3f} | {theirs['log_loss']:.3f} | {ratio['log_loss']:.3f} "
            f"| {ours['auc']:.3f} | {theirs['auc']:.3f} | {ratio['seconds']:.2f} | {ratio['memory_mb']:.2f} |"
        )
        print(lines[-1], file=sys.stderr, flush=True)
    loss, seconds, memory = np.mean(np.log(ratios), axis=0)
    means = f"| **{np.exp(loss):.3f}** | | | **{np.exp(seconds):.2f}** | **{np.exp(memory):.2f}** |"
    lines.append(f"| **geometric mean** | | {means}")
    return lines


def run_one(system: str, folder: Path, seed: int) -> dict[str, float]:
    command = [sys.executable, __file__, "--one", system, str(folder), str(seed)]
    found = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(found.stdout.splitlines()[-1])


def measure(system: str, folder: Path, seed: int) -> dict[str, float]:
    from sayso.engine.sources import read_conversation

    votes = read_conversation(folder).votes
    rng = np.random.default_rng(seed)
    n_stated = np.bincount(votes.participant[votes.is_stated], minlength=votes.n_participants)
    may_hide = votes.is_stated & (n_stated[votes.participant] >= MIN_STATED)
    hidden = may_hide & (rng.random(votes.n_votes) < HIDDEN_SHARE)
    shown = votes.select(~hidden)
    rows, columns, truth = votes.participant[hidden], votes.statement[hidden], votes.stance[hidden] > 0
    predict = {"ours": ours, "red-dwarf": red_dwarf}[system]
    probability, seconds = predict(shown, rows, columns, seed)
    probability = np.clip(probability, 1e-6, 1 - 1e-6)
    return {
        "log_loss": float(-np.mean(np.where(truth, np.log(probability), np.log1p(-probability)))),
        "auc": area_under_curve(probability, truth),
        "seconds": seconds,
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def ours(shown, rows, columns, seed):
    """Map and groups, as red-dwarf does both."""
    from sayso.engine.groups import find_groups
    from sayso.engine.opinion_space import fit_opinion_space

    began = time.perf_counter()
    rng = np.random.default_rng(seed)
    space = fit_opinion_space(shown, rng=rng)
    find_groups(shown, space, rng=rng)
    seconds = time.perf_counter() - began
    return space.predict_agree(rows, columns), seconds


def red_dwarf(shown, rows, columns, seed):
    warnings.filterwarnings("ignore")
    from reddwarf.implementations.polis import run_pipeline

    cast = [
        {"participant_id": int(i), "statement_id": int(j), "vote": int(vote), "modified": order}
        for order, (i, j, vote) in enumerate(zip(shown.participant, shown.statement, shown.stance, strict=True))
    ]
    began = time.perf_counter()
    result = run_pipeline(votes=cast, random_state=seed)
    seconds = time.perf_counter() - began
    position = np.zeros((shown.n_participants, 2))
    for participant, place in result.participant_projections.items():
        position[int(participant)] = place
    axis = np.zeros((shown.n_statements, 2))
    axis[np.asarray(result.filtered_vote_matrix.columns, dtype=int)] = result.reducer.components_.T
    rate = (shown.count(1) + 1) / (shown.count(1) + shown.count(-1) + 2)

    def features(i, j):
        return np.column_stack([np.ones(len(i)), logit(rate[j]), np.einsum("nd,nd->n", position[i], axis[j])])

    stated = shown.is_stated
    seen = features(shown.participant[stated], shown.statement[stated])
    truth = shown.stance[stated] > 0

    def loss(weight):
        chance = expit(seen @ weight)
        value = -np.mean(np.log(np.where(truth, chance, 1 - chance) + 1e-12))
        return value, seen.T @ (chance - truth) / len(truth)

    weight = minimize(loss, np.array([0.0, 1.0, 0.0]), jac=True, method="L-BFGS-B").x
    return expit(features(rows, columns) @ weight), seconds


def area_under_curve(score: np.ndarray, truth: np.ndarray) -> float:
    from scipy.stats import rankdata

    n_true = int(truth.sum())
    rank_sum = rankdata(score)[truth].sum()
    return float((rank_sum - n_true * (n_true + 1) / 2) / (n_true * (len(truth) - n_true)))


def write_into_docs(table: str) -> None:
    page = ROOT / "docs" / "benchmarks.md"
    before, _, rest = page.read_text("utf-8").partition("<!-- opinion -->\n")
    _, _, after = rest.partition("<!-- end -->\n")
    page.write_text(f"{before}<!-- opinion -->\n{table}\n<!-- end -->\n{after}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
