"""Do our 90 % intervals for the organisation cover the truth? Planted rosters, beside the plain share and raking.

    .venv/bin/python bench/estimates.py            every scenario (about ten minutes on one core)
    .venv/bin/python bench/estimates.py --quick    two organisations of each, without the largest

In each planted organisation who takes part depends on unit and role, and so does what people think; an adaptive router
chooses who sees what, statements come late, units vote one after the other. Truth is the share of the whole roster
that would agree if shown (passes are not agreeing). Figures: the roster, each unit and role (from five votes of it on
the statement), and each opinion group we found (those placed in it). Statements with fewer than ten votes are left out.

Beside ours: *plain*, the share of the votes with Jeffreys' interval, as Polis counts; and for the roster *raked*:
weights raked to the roster's units and roles by weightipy, the interval from Kish's effective number of votes.
Writes the table to docs/benchmarks.md with --write.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import stats

from estimates_worlds import SCENARIOS, Scenario, World, make_world
from sayso.engine.groups import find_groups
from sayso.engine.opinion_space import fit_opinion_space
from sayso.engine.roster_estimates import estimate_roster, share_of_draws
from sayso.engine.weighting import rake

CONFIDENCE = 0.9
MIN_VOTES, MIN_VOTES_OF_PART = 10, 5
PAGE = Path(__file__).resolve().parent.parent / "docs" / "benchmarks.md"


@dataclass(frozen=True)
class Interval:
    value: np.ndarray
    low: np.ndarray
    high: np.ndarray


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="two organisations of each scenario, none of 20,000")
    parser.add_argument("--only", help="one scenario by its name")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--probabilities", action="store_true", help="weigh votes by how likely they were shown")
    parser.add_argument("--write", action="store_true", help="put the table into docs/benchmarks.md")
    args = parser.parse_args()
    lines = [
        "| scenario | figure | cases | covered ours | plain | raked | width ours | plain | raked "
        "| error ours | plain | raked | bias ours | plain |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for scenario in SCENARIOS:
        if (args.only and scenario.name != args.only) or (args.quick and scenario.n_people > 10_000):
            continue
        found = run(scenario, 2 if args.quick else scenario.n_worlds, args.seed, args.probabilities)
        lines += [row(scenario.name, figure, found[figure]) for figure in ("roster", "unit", "role", "group")]
        print("\n".join(lines[-4:]), file=sys.stderr, flush=True)
    table = "\n".join(line for line in lines if line)
    print(table)
    if args.write:
        before, _, rest = PAGE.read_text("utf-8").partition("<!-- estimates -->\n")
        _, _, after = rest.partition("<!-- end estimates -->\n")
        PAGE.write_text(f"{before}<!-- estimates -->\n{table}\n<!-- end estimates -->\n{after}", encoding="utf-8")
    return 0


def run(scenario: Scenario, n_worlds: int, seed: int, probabilities: bool) -> dict[str, dict[str, list]]:
    found: dict[str, dict[str, list]] = defaultdict(lambda: defaultdict(list))
    for number in range(n_worlds):
        measure(make_world(np.random.default_rng([seed, number]), scenario), number, probabilities, found)
    return found


def measure(world: World, number: int, probabilities: bool, found: dict[str, dict[str, list]]) -> None:
    rng = np.random.default_rng(number)
    votes, roster = world.votes, world.roster
    space = fit_opinion_space(votes, rng=rng)
    membership = find_groups(votes, space, rng=rng).membership
    exposure = world.exposure if probabilities else None
    made = estimate_roster(votes, space, roster, rng=rng, membership=membership, exposure=exposure)
    everybody = np.zeros(roster.n_people, dtype=np.int64)
    group = np.full(roster.n_people, -1)
    group[roster.person] = membership
    parts = {
        "roster": (everybody, made.roster[:, None], MIN_VOTES),
        "unit": (roster.unit, made.unit, MIN_VOTES_OF_PART),
        "role": (roster.role, made.role, MIN_VOTES_OF_PART),
        "group": (group, made.group, MIN_VOTES_OF_PART),
    }
    for figure, (part, draws, min_votes) in parts.items():
        if not draws.shape[1]:
            continue
        truth = shares((world.answers == 1).astype(float), part, draws.shape[1])
        agree, seen = counts(world, part[roster.person][votes.participant], draws.shape[1])
        keep = (seen >= min_votes) & (votes.seen() >= MIN_VOTES)
        share = share_of_draws(draws, confidence=CONFIDENCE)
        note(found[figure], "ours", truth, Interval(share.value, share.low, share.high), keep)
        note(found[figure], "plain", truth, jeffreys(agree, seen), keep)
        if figure == "roster":
            note(found[figure], "raked", truth, raked(world), keep)


def shares(agrees: np.ndarray, part: np.ndarray, n: int) -> np.ndarray:
    return np.stack([agrees[part == k].mean(axis=0) if np.any(part == k) else agrees[0] * np.nan for k in range(n)])


def counts(world: World, part: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Agreements and votes of each part on each statement."""
    votes, inside = world.votes, part >= 0
    key = (part * votes.n_statements + votes.statement)[inside]
    size = n * votes.n_statements
    agree = np.bincount(key, (votes.stance == 1)[inside], size)
    return agree.reshape(n, -1), np.bincount(key, minlength=size).reshape(n, -1)


def jeffreys(agree: np.ndarray, seen: np.ndarray) -> Interval:
    tail = (1 - CONFIDENCE) / 2
    low, high = (stats.beta.ppf(at, agree + 0.5, seen - agree + 0.5) for at in (tail, 1 - tail))
    return Interval(agree / np.maximum(seen, 1), low, high)


def raked(world: World) -> Interval:
    votes, roster = world.votes, world.roster
    weight = rake(roster, votes.votes_per_participant() > 0)[votes.participant]
    n = votes.n_statements
    total = np.maximum(np.bincount(votes.statement, weight, n), 1e-9)
    agree = np.bincount(votes.statement, weight * (votes.stance == 1), n) / total
    effective = total**2 / np.maximum(np.bincount(votes.statement, weight**2, n), 1e-9)
    found = jeffreys(agree * effective, effective)
    return Interval(agree[None], found.low[None], found.high[None])


def note(to: dict[str, list], system: str, truth: np.ndarray, found: Interval, keep: np.ndarray) -> None:
    keep = keep & ~np.isnan(truth)
    hair = 1e-6  # an interval of no width, where everybody voted, is a number of 32 bits
    covered = (truth >= found.low - hair) & (truth <= found.high + hair)
    to[system].append(np.stack([covered[keep], (found.high - found.low)[keep], (found.value - truth)[keep]]))


def row(scenario: str, figure: str, found: dict[str, list]) -> str:
    if not found:
        return ""
    column = {name: np.concatenate(cases, axis=1) for name, cases in found.items()}
    if not column["ours"].shape[1]:
        return ""

    def cell(system: str, what: str) -> str:
        if system not in column:
            return ""
        covered, width, error = column[system]
        return {
            "covered": f"{100 * covered.mean():.1f} %",
            "width": f"{width.mean():.3f}",
            "error": f"{np.sqrt(np.mean(error**2)):.3f}",
            "bias": f"{error.mean():+.3f}",
        }[what]

    systems = ("ours", "plain", "raked")
    cells = [cell(system, what) for what in ("covered", "width", "error") for system in systems]
    cells += [cell(system, "bias") for system in systems[:2]]
    return f"| {scenario} | {figure} | {column['ours'].shape[1]:,} | " + " | ".join(cells) + " |"


if __name__ == "__main__":
    sys.exit(main())
