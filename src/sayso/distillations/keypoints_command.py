"""`sayso keypoints`: what many say, in their own words, and who says it. Needs no Django."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sayso.distillations.written_whole import written_whole

if TYPE_CHECKING:
    from sayso.engine.key_points.encoders import Encoder
    from sayso.engine.key_points.table import Part, Sayings

FEW = 10  # statements on one topic: too few for "many say" to mean much


def _share(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError("a share lies between 0 and 1, as in 0.02")
    return value


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("statements", type=Path, help="columns statement_id, text; author_id, topic, stance if any")
    parser.add_argument("--out", type=Path, required=True, help="the JSON file to be written")
    parser.add_argument("--min-share", type=_share, default=0.0, help="leave out what a smaller share of people say")
    parser.add_argument("--at-most", type=int, default=40, help="key points per topic and stance (40)")


def run(args: argparse.Namespace) -> int:
    from sayso.engine.files.problems import BadInput, counted
    from sayso.engine.key_points.encoders import WrongWeights, installed_encoder
    from sayso.engine.key_points.table import read_sayings

    try:
        statements = read_sayings(args.statements, "statement_id")
        encoder = installed_encoder()
    except (BadInput, WrongWeights) as problem:
        print(problem, file=sys.stderr)
        return 1
    found = _found(statements, encoder, args)
    for warning in found["warnings"]:
        print(warning["message"], file=sys.stderr)
    try:
        with written_whole(args.out) as unfinished:
            text = json.dumps(found, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
            unfinished.write_text(text, encoding="utf-8")
    except OSError as problem:
        print(f"Could not write {args.out}: {problem.strerror}.", file=sys.stderr)
        return 1
    number = counted(len(found["key_points"]), "key point", "key points")
    left = counted(len(found["unmatched"]), "statement says", "statements say")
    print(f"{number}, in {args.out}; {left} none of them.")
    return 0


def _found(statements: Sayings, encoder: Encoder | None, args: argparse.Namespace) -> dict[str, Any]:
    from sayso import __version__
    from sayso.engine.key_points.encoders import WORDS_ONLY

    body: dict[str, Any] = {
        "engine_version": __version__,
        "meaning": encoder is not None,
        "n_statements": len(statements.ids),
        "key_points": [],
        "themes": [],
        "unmatched": [],
        "warnings": [],
    }
    if encoder is None:
        body["warnings"].append({"code": "words_only", "message": WORDS_ONLY})
    for part in statements.rows:
        _add_part(body, part, statements, encoder, args)
    return body


def _add_part(
    body: dict[str, Any], part: Part, statements: Sayings, encoder: Encoder | None, args: argparse.Namespace
) -> None:
    import numpy as np

    from sayso.engine.key_points.finding import find_key_points
    from sayso.engine.key_points.themes import find_themes

    name, numbers = " ".join(part).strip() or "All", statements.rows[part]
    if len(numbers) < FEW:
        told = f"{name}: so few statements ({len(numbers)}) hardly tell what many say."
        body["warnings"].append({"code": "few_statements", "message": told})
    texts, ids = [statements.texts[i] for i in numbers], [statements.ids[i] for i in numbers]
    found = find_key_points(
        texts,
        encoder=encoder,
        author=np.array(statements.author_numbers(numbers)),
        least_share=args.min_share,
        at_most=args.at_most,
        progress=lambda share, step: print(f"{name}: {share:4.0%} {step}", file=sys.stderr),
    )
    first, many = len(body["key_points"]), found.prevalence
    for j, text in enumerate(found.texts):
        sources = found.sources(j)
        body["key_points"].append(
            {
                "text": text,
                "topic": part[0],
                "stance": part[1],
                "share": round(float(many.share[j]), 6),
                "share_low": round(float(many.low[j]), 6),
                "share_high": round(float(many.high[j]), 6),
                "share_of_statements": round(float(many.share_of_statements[j]), 6),
                "n_people": int(many.people[j]),
                "source_id": ids[found.source[j]],
                "statement_ids": [ids[i] for i in sources],
                "probability": found.probability[sources, j].tolist(),
            }
        )
    for theme in find_themes(found.texts, texts, found.says, encoder=encoder):
        numbered = [first + j for j in theme.key_points]
        body["themes"].append({"name": theme.name, "topic": part[0], "stance": part[1], "key_points": numbered})
    body["unmatched"] += [ids[i] for i in found.unmatched]
