"""`sayso replay`: makes a snapshot anew and compares it byte for byte. Exit 0 the same, 1 different."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SHOWN = 10


class CannotReplay(Exception):
    """There is nothing to compare: says what is missing."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("snapshot", help="number of a snapshot, or the path of a snapshot.json")
    parser.add_argument("--source", type=Path, help="the folder a snapshot.json was distilled from")
    parser.add_argument("--roster", type=Path, help="the people.csv it was distilled with, if any")
    parser.add_argument("--json", action="store_true", help="for machines")


def run(args: argparse.Namespace) -> int:
    try:
        is_stored = args.snapshot.isdigit() and args.source is None
        stored, again = _from_event_log(int(args.snapshot)) if is_stored else _from_files(args)
    except CannotReplay as reason:
        print(f"sayso replay: {reason}", file=sys.stderr)
        return 1
    differing = list(differences(json.loads(stored), json.loads(again))) if stored != again else []
    is_same = stored == again
    if args.json:
        print(json.dumps({"same": is_same, "bytes": len(stored.encode()), "differences": differing}))
    elif is_same:
        print(f"The same, byte for byte ({len(stored.encode()):,} bytes).")
    else:
        print("Different:", *differing[:SHOWN], sep="\n  ")
        if len(differing) > SHOWN:
            print(f"  … and {len(differing) - SHOWN} more")
        if not differing:
            print("  the figures are the same, their spelling is not")
    return 0 if is_same else 1


def _from_event_log(number: int) -> tuple[str, str]:
    """The stored bytes of a snapshot, and those its event log gives today."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sayso.settings")
    import django

    django.setup()
    from sayso.distillations.distilling import distil_again
    from sayso.distillations.models import Snapshot
    from sayso.members.access import record_access
    from sayso.members.models import AccessKind

    snapshot = Snapshot.objects.filter(pk=number).select_related("engagement").first()
    if snapshot is None:
        newest = Snapshot.objects.order_by("-pk").values_list("pk", flat=True).first()
        raise CannotReplay(f"there is no snapshot {number}. The newest is {newest}.")
    record_access(
        organisation=snapshot.engagement.organisation,
        by=None,
        kind=AccessKind.EXPORTED,
        engagement_slug=snapshot.engagement.slug,
        detail=f"sayso replay {number}: figures that are not published",
    )
    if snapshot.engagement.key_destroyed_on:
        blurred = (
            "units and roles in which few took part are blurred since; figures of the whole organisation may differ."
        )
        print(f"The key was destroyed on {snapshot.engagement.key_destroyed_on}: {blurred}", file=sys.stderr)
    try:
        return snapshot.body, distil_again(snapshot.engagement, json.loads(snapshot.body)).distillation.to_json()
    except ValueError as wrong:
        raise CannotReplay(str(wrong)) from wrong


def _from_files(args: argparse.Namespace) -> tuple[str, str]:
    """The bytes of a snapshot.json, and those its source folder gives today."""
    from sayso.distillations.settings_of_snapshot import settings_from
    from sayso.engine.distil import distil
    from sayso.engine.sources import BadInput, read_conversation

    if args.source is None:
        raise CannotReplay("a snapshot.json needs --source FOLDER, the folder it was distilled from.")
    try:
        stored = Path(args.snapshot).read_text(encoding="utf-8")
        body: dict[str, Any] = json.loads(stored)
        conversation = read_conversation(args.source, roster=args.roster)
        settings = settings_from(body["settings"])
    except BadInput as wrong:
        raise CannotReplay(f"{args.source} cannot be read:\n{wrong}") from wrong
    except (OSError, ValueError, KeyError, TypeError) as wrong:
        raise CannotReplay(f"{args.snapshot} cannot be read as a snapshot: {wrong}") from wrong
    try:
        made = distil(
            conversation,
            seed=body["seed"],
            settings=settings,
            last_event=body["last_event"],
            turned_onto=body.get("turned_onto"),
        )
    except ValueError as wrong:
        raise CannotReplay(str(wrong)) from wrong
    return stored.rstrip("\n"), made.to_json().rstrip("\n")


def differences(stored: Any, again: Any, path: str = "") -> Iterator[str]:
    """Each place where two JSON values differ, as "statements/3/agree: 0.5 was stored, 0.6 came out"."""
    if isinstance(stored, dict) and isinstance(again, dict):
        for name in sorted({*stored, *again}):
            yield from differences(stored.get(name), again.get(name), f"{path}/{name}".lstrip("/"))
    elif isinstance(stored, list) and isinstance(again, list) and len(stored) == len(again):
        for number, (first, second) in enumerate(zip(stored, again, strict=True)):
            yield from differences(first, second, f"{path}/{number}")
    elif stored != again:
        yield f"{path}: {_brief(stored)} was stored, {_brief(again)} came out"


def _brief(value: Any) -> str:
    if isinstance(value, list):
        return f"a list of {len(value)}"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}…"
