"""`sayso keypoints`: what many say, in their own words, and who says it. Needs no Django."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sayso.distillations.written_whole import written_whole

if TYPE_CHECKING:
    from sayso.engine.key_points.encoders import Encoder
    from sayso.engine.key_points.table import Part, Sayings
    from sayso.engine.votes import VoteMatrix
    from sayso.outside.asking import Service

MOST_FAILURES = 3  # of the writer, after which it is asked no more
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
    parser.add_argument(
        "--votes",
        type=Path,
        metavar="FILE",
        help="columns participant_id, statement_id, stance: statements on which people took different sides stay apart",
    )
    parser.add_argument(
        "--encoder", metavar="URL", help="an OpenAI-compatible service for meaning; statements are sent there"
    )
    parser.add_argument("--encoder-model", metavar="NAME", default="", help="as that service calls it")
    parser.add_argument(
        "--writer",
        metavar="URL",
        help="an OpenAI-compatible chat service that proposes wordings; sources are sent there",
    )
    parser.add_argument("--writer-model", metavar="NAME", default="", help="as that service calls it")
    parser.add_argument("--patience", type=float, default=60.0, help="seconds for each question to a service (60)")


def run(args: argparse.Namespace) -> int:
    from sayso.engine.files.problems import BadInput, counted
    from sayso.engine.key_points.encoders import WrongWeights, installed_encoder
    from sayso.engine.key_points.table import read_sayings, read_votes

    try:
        statements = read_sayings(args.statements, "statement_id")
        votes = read_votes(args.votes, statements, args.statements) if args.votes else None
        encoder = installed_encoder()
    except (BadInput, WrongWeights) as problem:
        print(problem, file=sys.stderr)
        return 1
    found = _found_with_services(statements, votes, encoder, args)
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


def _found_with_services(
    statements: Sayings, votes: VoteMatrix | None, installed: Encoder | None, args: argparse.Namespace
) -> dict[str, Any]:
    """With the services that were named; where one fails, without it and with a warning that says so."""
    from sayso.distillations.outside.embeddings import OutsideEncoder
    from sayso.outside.asking import NoAnswer

    encoder, failed = installed, ""
    if args.encoder:
        try:
            encoder = OutsideEncoder(_service(args.encoder, args.encoder_model, args.patience, "ENCODER"))
            body = _found(statements, votes, encoder, args)
        except NoAnswer as reason:
            encoder, failed = installed, f"The encoder was not used. {reason}"
    if not args.encoder or failed:
        body = _found(statements, votes, encoder, args)
    if failed:
        body["warnings"].append({"code": "encoder_failed", "message": failed})
    if args.writer:
        _add_proposals(body, statements, encoder, args)
    return body


def _service(url: str, model: str, patience_s: float, name: str) -> Service:
    """Keys come from the environment: on a command line everybody on the machine could read them."""
    from sayso.outside.asking import Service

    return Service(url, model, os.environ.get(f"SAYSO_{name}_KEY", ""), patience_s)


def _add_proposals(
    body: dict[str, Any], statements: Sayings, encoder: Encoder | None, args: argparse.Namespace
) -> None:
    """A proposed wording beside each key point that has one which holds; one warning for all that failed."""
    from sayso.distillations.outside.chat import MOST_SHOWN, Proposal, checked, propose
    from sayso.outside.asking import NoAnswer

    service = _service(args.writer, args.writer_model, args.patience, "WRITER")
    row = {one: number for number, one in enumerate(statements.ids)}
    found: list[tuple[dict[str, Any], Proposal]] = []
    reasons: list[str] = []
    for point in body["key_points"]:
        shown = [row[one] for one in point["statement_ids"][:MOST_SHOWN]]
        if len(shown) < 2:
            continue
        try:
            told = propose(service, [statements.texts[i] for i in shown])
        except NoAnswer as reason:
            reasons.append(str(reason))
            if len(reasons) >= MOST_FAILURES:
                break
            continue
        found.append((point, Proposal(told.wording, tuple(shown[number] for number in told.sources))))
    for part, numbers in statements.rows.items():
        here = [(point, told) for point, told in found if (point["topic"], point["stance"]) == part]
        at = {number: place for place, number in enumerate(numbers)}
        proposals = [Proposal(told.wording, tuple(at[number] for number in told.sources)) for _, told in here]
        holds = checked(proposals, [statements.texts[i] for i in numbers], encoder=encoder)
        for (point, told), is_held in zip(here, holds, strict=True):
            if is_held:
                cited = [statements.ids[number] for number in told.sources]
                point["proposed"] = {"text": told.wording, "by": args.writer_model, "statement_ids": cited}
            else:
                reasons.append(f"“{told.wording}” is not what every statement it cites says.")
    if reasons:
        summary = f"{len(reasons)} of the writer's wordings were not used. The first: {reasons[0]}"
        body["warnings"].append({"code": "writer_failed", "message": summary})


def _found(
    statements: Sayings, votes: VoteMatrix | None, encoder: Encoder | None, args: argparse.Namespace
) -> dict[str, Any]:
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
    if not statements.rows:
        told = "The table holds no statements. Mend: put one in each row under the header."
        body["warnings"].append({"code": "no_statements", "message": told})
    for part in statements.rows:
        _add_part(body, part, statements, votes, encoder, args)
    return body


def _add_part(
    body: dict[str, Any],
    part: Part,
    statements: Sayings,
    votes: VoteMatrix | None,
    encoder: Encoder | None,
    args: argparse.Namespace,
) -> None:
    import numpy as np

    from sayso.engine.key_points.apart import SidesTaken
    from sayso.engine.key_points.finding import find_key_points
    from sayso.engine.key_points.oddities import oddities
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
        sides=None if votes is None else SidesTaken.of(votes, np.array(numbers)),
        progress=lambda share, step: print(f"{name}: {share:4.0%} {step}", file=sys.stderr),
    )
    for code, message in oddities(texts, n_key_points=len(found.texts), meaning=encoder is not None):
        body["warnings"].append({"code": code, "message": f"{name}: {message[0].lower()}{message[1:]}"})
    first, many = len(body["key_points"]), found.prevalence
    for j, text in enumerate(found.texts):
        sources = found.sources(j)
        body["key_points"].append(
            {
                "text": text,
                "topic": part[0],
                "stance": part[1],
                "share": round(float(many.share[j]), 4),
                "share_low": round(float(many.low[j]), 4),
                "share_high": round(float(many.high[j]), 4),
                "share_of_statements": round(float(many.share_of_statements[j]), 4),
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
