"""Coordinated accounts among honest people: who is named, who is not, and which decisions they move.

    .venv/bin/python bench/integrity.py              8 populations, ten styles of attack each; --scenes for more
    .venv/bin/python bench/integrity.py --quick      2 small ones
    .venv/bin/python bench/integrity.py --write      puts the tables into docs/benchmarks.md

In each honest population (integrity_scenes) 3 % of the accounts are taken over in one style. *Limit* knows the
script, its noise, its share and the honest people's model, and names whom Bayes' rule would. A case counts as
*findable* where the limit names 80 % of the accounts at 95 % expected precision and the accounts' votes together
speak for a script even when the script has to be learnt. The near-duplicate rule calls an account suspicious when two
others give the same answers to at least 90 % of five or more shared statements. Only votes are looked at, no times.
Decisions: is a statement common ground, against the same figures without the attackers.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import numpy as np
from scipy import sparse
from scipy.special import expit, logit

from integrity_scenes import SHARE, STYLES, Attacked, attack, honest
from sayso.engine.integrity import look_for_suspicions, surest
from sayso.engine.own_opinion import log_own_opinion
from sayso.engine.robust_figures import compare_figures
from sayso.engine.shared_scripts import log_evidence_of
from sayso.engine.votes import VoteMatrix

ROOT = Path(__file__).resolve().parent.parent
POLIS = ROOT.parent / "shared" / "data" / "polis"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scenes", type=int, default=8)
    parser.add_argument("--first", type=int, default=100, help="number of the first scene; below 100 served to tune")
    parser.add_argument("--max-votes", type=int, default=40_000)
    parser.add_argument("--quick", action="store_true", help="two small populations, no real conversations")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/benchmarks.md")
    args = parser.parse_args()
    if args.quick:
        args.scenes, args.max_votes = 2, 12_000
    clean, cases = [], []
    for seed in range(args.first, args.first + args.scenes):
        population = honest(seed, max_votes=args.max_votes)
        clean.append(false_alarms(population.votes, seed))
        for style in STYLES:
            case = measure(attack(population, style, seed), population.group, style, seed)
            cases.append(case)
            tell(seed, population, case)
    text = "\n".join([*table(cases), "", *clean_lines(clean)])
    if POLIS.is_dir() and not args.quick:
        text += "\n\n" + "\n".join(real_lines())
    print(text)
    if args.write:
        write_into_docs(text)
    return 0


def measure(attacked: Attacked, group: np.ndarray, style: str, seed: int) -> dict:
    votes, truth = attacked.votes, attacked.is_attacker
    began = time.perf_counter()
    found = look_for_suspicions(votes, rng=np.random.default_rng(seed))
    seconds = time.perf_counter() - began
    limit, evidence = best_possible(attacked, style)
    alike = near_duplicates(votes)
    figures = compare_figures(votes, found.weight, group)
    without = compare_figures(votes, (~truth).astype(float), group).robust_common
    return {
        "style": style,
        "ours": counts(found.named, truth),
        "limit": counts(limit, truth),
        "alike": counts(alike, truth),
        "findable": counts(limit, truth)[0] >= 0.8 * truth.sum() and evidence > 0,
        "statements": int((votes.seen() >= 10).sum()),
        "moved raw": int((figures.raw_common != without)[votes.seen() >= 10].sum()),
        "moved robust": int((figures.robust_common != without)[votes.seen() >= 10].sum()),
        "seconds": seconds,
    }


def counts(named: np.ndarray, truth: np.ndarray) -> tuple[int, int, int]:
    """Attackers named, all named, all attackers."""
    return int((named & truth).sum()), int(named.sum()), int(truth.sum())


def best_possible(attacked: Attacked, style: str) -> tuple[np.ndarray, float]:
    """Whom somebody would name who knows all but who it is; and what the true accounts' votes say for a script."""
    sides = attacked.votes.select(attacked.votes.is_stated)
    log_own = log_own_opinion(sides, trusted=~attacked.is_attacker, rng=np.random.default_rng(1))
    slips = max(attacked.slips, 0.01)
    ratio = np.stack([_ratio(sides, log_own, script, slips, style) for script in attacked.script])
    posterior = expit(np.logaddexp.reduce(ratio, axis=0) - np.log(len(ratio)) + logit(SHARE))
    named = np.zeros(len(posterior), dtype=bool)
    named[surest(posterior)] = True
    if style == "agrees in turn":  # a pattern that is known has not to be learnt
        return named, np.inf
    reach = 0.35 if style.startswith("camouflage") else 0.95
    cells = [attacked.cell == cell for cell in range(len(ratio))]
    return named, sum(log_evidence_of(sides, log_own, members, slips=slips, reach=reach) for members in cells)


def _ratio(sides: VoteMatrix, log_own: np.ndarray, script: np.ndarray, slips: float, style: str) -> np.ndarray:
    says = script[sides.statement]
    if style == "agrees in turn":
        says = np.where((np.arange(sides.n_votes) - sides.row_start[sides.participant]) % 2 == 0, 1, -1)
    told = np.where(says == sides.stance, np.log(1 - slips), np.log(slips)) - log_own
    return np.bincount(sides.participant, np.where(says == 0, 0.0, told), minlength=sides.n_participants)


def near_duplicates(votes: VoteMatrix, *, shared: int = 5, alike: float = 0.9, others: int = 2) -> np.ndarray:
    """The plain rule: at least `others` accounts answer `alike` of at least `shared` common statements the same."""
    sides = votes.select(votes.is_stated)
    answer = sides.to_csr(sides.stance.astype(float))
    cast = sides.to_csr()
    named = np.zeros(votes.n_participants, dtype=bool)
    for start in range(0, votes.n_participants, 500):
        rows = slice(start, min(start + 500, votes.n_participants))
        both = np.asarray((cast[rows] @ cast.T).todense())
        same = (np.asarray((answer[rows] @ sparse.csc_array(answer.T)).todense()) + both) / 2
        hits = (both >= shared) & (same >= alike * both)
        hits[np.arange(rows.stop - start), np.arange(start, rows.stop)] = False
        named[rows] = hits.sum(axis=1) >= others
    return named


def false_alarms(votes: VoteMatrix, seed: int) -> tuple[int, int, int]:
    """Honest people named by us, by the near-duplicate rule, and all."""
    ours = look_for_suspicions(votes, rng=np.random.default_rng(seed)).named
    return int(ours.sum()), int(near_duplicates(votes).sum()), votes.n_participants


def table(cases: list[dict]) -> list[str]:
    lines = [
        "| style | findable cases | precision | recall | limit: recall | near-duplicates: precision | recall "
        "| all cases: precision | recall | limit | decisions moved raw | robust |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for style in [*STYLES, "all"]:
        mine = [c for c in cases if style in ("all", c["style"])]
        clear = [c for c in mine if c["findable"]]
        cells = [
            f"{len(clear)} of {len(mine)}",
            *rates(clear, "ours"),
            rates(clear, "limit")[1],
            *rates(clear, "alike"),
        ]
        cells += [*rates(mine, "ours"), rates(mine, "limit")[1]]
        total = sum(c["statements"] for c in mine)
        cells += [f"{sum(c['moved raw'] for c in mine)} of {total}", str(sum(c["moved robust"] for c in mine))]
        lines.append(f"| {style} | {' | '.join(cells)} |")
    return lines


def rates(cases: list[dict], system: str) -> tuple[str, str]:
    right, named, true = (sum(c[system][k] for c in cases) for k in range(3))
    return (f"{right / named:.2f}" if named else "–"), (f"{right / true:.2f}" if true else "–")


def clean_lines(clean: list[tuple[int, int, int]]) -> list[str]:
    ours, alike, people = (sum(row[k] for row in clean) for k in range(3))
    with_any = sum(row[0] > 0 for row in clean)
    return [
        f"Without attackers, {len(clean)} populations with {people:,} people: {ours} named by us "
        f"(in {with_any} populations), {alike:,} by the near-duplicate rule."
    ]


def real_lines() -> list[str]:
    lines = ["| open conversation | people | named | as |", "|---|---|---|---|"]
    for folder in sorted(POLIS.iterdir()):
        if folder.is_dir():
            votes = VoteMatrix.from_polis_export(folder)
            found = look_for_suspicions(votes, rng=np.random.default_rng(0))
            kinds = "; ".join(f"{s.kind}: {len(s.participants)} ({s.reason})" for s in found.suspicions)
            lines.append(f"| {folder.name} | {votes.n_participants} | {found.named.sum()} | {kinds or '–'} |")
            print(lines[-1], file=sys.stderr, flush=True)
    return lines


def tell(seed: int, population, case: dict) -> None:
    n_people, n_votes = population.votes.n_participants, population.votes.n_votes
    print(
        f"{seed} {population.name} n={n_people} v={n_votes / n_people:.0f} {case['style']}: ours {case['ours']} "
        f"limit {case['limit']} alike {case['alike']} {'findable' if case['findable'] else '-'} moved "
        f"{case['moved raw']}→{case['moved robust']} of {case['statements']} {case['seconds']:.1f}s",
        file=sys.stderr,
        flush=True,
    )


def write_into_docs(text: str) -> None:
    page = ROOT / "docs" / "benchmarks.md"
    before, _, rest = page.read_text("utf-8").partition("<!-- integrity -->\n")
    _, _, after = rest.partition("<!-- end integrity -->\n")
    page.write_text(f"{before}<!-- integrity -->\n{text}\n<!-- end integrity -->\n{after}", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
