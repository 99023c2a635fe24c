"""While somebody types: how long it takes to find what others said like it, among many statements.

python bench/lookup.py                                        1,000, 10,000 and 100,000 statements, on SQLite
python tests/postgres.py python bench/lookup.py --sizes 10000     the same on PostgreSQL

Two ways are timed: the index that a web process keeps (`engagements.saying.remembered`), and the search through the
database that stands in until it is read. Statements are made up of words of which few are frequent and most are rare;
each question is one of them in another order with a word less, so what ought to be found is known. The processor's time
of this process is told, since other work on the machine does not count in it; on PostgreSQL the server's comes on top.
"""

from __future__ import annotations

import argparse
import random
import resource
import statistics
import sys
import time
from itertools import islice
from pathlib import Path
from typing import Any

from throwaway import installation

LETTERS = "bcdfghklmnprstvw", "aeiou"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    parser.add_argument("--questions", type=int, default=60)
    args = parser.parse_args()
    with installation() as vendor:
        print(f"on {vendor}\n")
        print("| statements | way | ms, half of questions | ms, 95 of 100 | found | read in | kept in memory |")
        print("|---|---|---|---|---|---|---|")
        for size in args.sizes:
            for row in measured(size, args.questions):
                print("| " + " | ".join([f"{size:,}", *row]) + " |", flush=True)
    return 0


def measured(size: int, n_questions: int) -> list[list[str]]:
    from sayso.engagements.saying import alike, remembered

    rng = random.Random(1)
    participant, numbers = build(size, rng)
    asked = rng.sample(sorted(numbers), n_questions)
    questions = [(number, shuffled(numbers[number], rng)) for number in asked]
    keeps = alike.remembered
    alike.remembered = lambda *_: None  # as until it is read
    searched = timed(participant, questions)
    alike.remembered = keeps
    before, began, portions = memory(), time.process_time(), []
    while remembered.remembered(participant.engagement_id, alike.words_of) is None:
        portions.append(time.process_time() - began)
        began = time.process_time()
    read = (
        f"{len(portions) + 1} portions of {1e3 * statistics.median(portions or [time.process_time() - began]):.0f} ms"
    )
    kept = f"{max(memory() - before, 0) / 1e3:.0f} MB"
    return [["search", *searched, "", ""], ["index", *timed(participant, questions), read, kept]]


def timed(participant: Any, questions: list[tuple[int, str]]) -> list[str]:
    from sayso.engagements.saying.alike import alike_for

    taken, found = [], 0
    for number, text in questions:
        began = time.process_time()
        shown = alike_for(participant, text)
        taken.append(1e3 * (time.process_time() - began))
        found += number in {statement.pk for statement in shown}
    ms_95 = sorted(taken)[int(0.95 * len(taken))]
    return [f"{statistics.median(taken):.1f}", f"{ms_95:.1f}", f"{found / len(questions):.2f}"]


def memory() -> int:
    """Held now, in kB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() // 1024


def build(size: int, rng: random.Random) -> tuple[Any, dict[int, str]]:
    """An engagement with so many open statements, and one who has answered none."""
    from datetime import date

    from sayso.engagements import actions
    from sayso.engagements.mandate.opening import open_engagement
    from sayso.engagements.models import Participant, Statement
    from sayso.members.actions import add_organisation

    engagement = open_engagement(
        organisation=add_organisation(name=f"County {size}"), slug=f"bench-{size}", title="Bench", objective="What?",
        promise="Yes.", answers_due=date(2030, 1, 1),
    )  # fmt: skip
    topic = actions.add_topic(engagement=engagement, title="Talk", question="How do we talk?")
    author, asker = (Participant.objects.create(engagement=engagement, pseudonym=mark * 32) for mark in "ab")
    words, weights = vocabulary(rng)
    texts: dict[str, None] = {}
    while len(texts) < size:
        texts[" ".join(rng.choices(words, weights, k=rng.randint(8, 18)))] = None
    rows = (
        Statement(engagement=engagement, topic=topic, author=author, text=text, state="published") for text in texts
    )
    while batch := list(islice(rows, 2_000)):
        Statement.objects.bulk_create(batch)
    return asker, dict(engagement.statements.values_list("pk", "text"))


def vocabulary(rng: random.Random) -> tuple[list[str], list[float]]:
    """Twenty thousand words, the n-th as frequent as 1/n, as in talk."""
    words = dict.fromkeys(
        "".join(rng.choice(LETTERS[place % 2]) for place in range(rng.randint(4, 9))) for _ in range(24_000)
    )
    chosen = list(words)[:20_000]
    return chosen, [1 / (rank + 10) for rank in range(len(chosen))]


def shuffled(text: str, rng: random.Random) -> str:
    words = text.split()
    rng.shuffle(words)
    return " ".join(words[1:])


if __name__ == "__main__":
    sys.exit(main())
