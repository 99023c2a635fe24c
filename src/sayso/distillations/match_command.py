"""`sayso match`: how likely each statement says each key point of its topic and stance. Needs no Django."""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sayso.distillations.written_whole import written_whole

if TYPE_CHECKING:
    from sayso.engine.key_points.encoders import Encoder
    from sayso.engine.key_points.english_words import EnglishWords
    from sayso.engine.key_points.table import Sayings

HEADER = ("statement_id", "key_point_id", "score")
STATEMENTS = (
    "columns statement_id, text; topic and stance if there are any. Where just two stances are taken on a topic (0 and "
    "nothing are none), they are held to be opposites, and what one side says helps to tell what the other does"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("statements", type=Path, help=STATEMENTS)
    parser.add_argument("key_points", type=Path, help="columns key_point_id, text; topic and stance if there are any")
    parser.add_argument("--out", type=Path, required=True, help="the table of scores, 0 to 1, to be written")


def run(args: argparse.Namespace) -> int:
    from sayso.engine.files.problems import BadInput, counted
    from sayso.engine.key_points.encoders import WORDS_ONLY, WrongWeights, installed_encoder
    from sayso.engine.key_points.english_words import installed_english
    from sayso.engine.key_points.table import read_sayings

    try:
        statements = read_sayings(args.statements, "statement_id")
        key_points = read_sayings(args.key_points, "key_point_id")
        encoder, english = installed_encoder(), installed_english()
    except (BadInput, WrongWeights) as problem:
        print(problem, file=sys.stderr)
        return 1
    if encoder is None:
        print(WORDS_ONLY, file=sys.stderr)
    elif english:
        print("What is said in English is read by a second encoder too.", file=sys.stderr)
    left_out = sum(len(numbers) for part, numbers in statements.rows.items() if part not in key_points.rows)
    if left_out:
        they = counted(left_out, "statement has", "statements have")
        print(f"{they} no key point of the same topic and stance; not scored.", file=sys.stderr)
    try:
        with written_whole(args.out) as unfinished, unfinished.open("w", encoding="utf-8", newline="") as file:
            table = csv.writer(file, lineterminator="\n")
            table.writerow(HEADER)
            table.writerows(_scored(statements, key_points, encoder, english))
    except OSError as problem:
        print(f"Could not write {args.out}: {problem.strerror}.", file=sys.stderr)
        return 1
    print(f"The scores: {args.out}")
    return 0


def _scored(
    statements: Sayings, key_points: Sayings, encoder: Encoder | None, english: EnglishWords | None
) -> Iterator[tuple[Any, ...]]:
    from sayso.engine.files.problems import counted
    from sayso.engine.key_points.matching import match, read_beside

    for part, numbers in statements.rows.items():
        points = key_points.rows.get(part, [])
        if not points:
            continue
        said, listed = counted(len(numbers), "statement", "statements"), counted(len(points), "key point", "key points")
        other_side = read_beside(statements.of_the_other_side(part), len(numbers))
        beside = f"; read beside them, of the other side: {len(other_side):,}" if other_side else ""
        print(f"{' '.join(part).strip() or 'All'}: {said}, {listed}{beside}", file=sys.stderr)
        texts, wordings = [statements.texts[i] for i in numbers], [key_points.texts[j] for j in points]
        probability = match(texts, wordings, encoder=encoder, english=english, other_side=other_side)
        for i, row in zip(numbers, probability.tolist(), strict=True):
            for j, score in zip(points, row, strict=True):
                yield statements.ids[i], key_points.ids[j], f"{score:.4f}"
