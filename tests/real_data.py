"""Where the open Polis conversations lie beside the repository, and what to say when they do not.

They are real people's words under CC BY 4.0 and are not shipped with the project. Attribution: data was gathered
using the Polis software (compdemocracy.org/polis) and is sub-licensed under CC BY 4.0 with Attribution to
The Computational Democracy Project.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
POLIS = REPOSITORY.parent / "shared" / "data" / "polis"
ARGKP = POLIS.with_name("argkp")  # IBM ArgKP, KPA 2021 shared task, CDLA-Sharing 1.0
POLIS_NAMES = (
    "15-per-hour-seattle",
    "american-assembly.bowling-green",
    "austria-climate.2vkxcncppn.2022-07-07",
    "austria-climate.7z7ejpbmv5.2022-08-08",
    "bg2050-volunteers",
    "brexit-consensus",
    "football-concussions",
    "london.youth.policing",
    "scoop-hivemind.affordable-housing",
    "scoop-hivemind.biodiversity",
    "scoop-hivemind.freshwater",
    "scoop-hivemind.taxes",
)


def argkp_rows(kind: str, part: str) -> list[dict[str, str]]:
    """The rows of `arguments`, `key_points` or `labels` of `train` or `dev`."""
    text = (ARGKP / f"{kind}_{part}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines(keepends=True)))


def argkp_debates(part: str) -> Iterator[tuple[list[str], list[str], list[str], list[list[bool | None]]]]:
    """Of each topic and stance: arguments, key points, what the other side says, and labels [n, k], None undecided."""
    arguments, points = argkp_rows("arguments", part), argkp_rows("key_points", part)
    label = {(row["arg_id"], row["key_point_id"]): row["label"] == "1" for row in argkp_rows("labels", part)}
    for topic, stance in sorted({(row["topic"], row["stance"]) for row in arguments}):
        on_topic = [row for row in arguments if row["topic"] == topic]
        said = [row for row in on_topic if row["stance"] == stance]
        other_side = [row["argument"] for row in on_topic if row["stance"] != stance]
        given = [row for row in points if (row["topic"], row["stance"]) == (topic, stance)]
        labels = [[label.get((row["arg_id"], point["key_point_id"])) for point in given] for row in said]
        yield [row["argument"] for row in said], [row["key_point"] for row in given], other_side, labels


needs_polis = pytest.mark.skipif(
    not POLIS.is_dir(), reason="the open Polis conversations are not beside the repository (../shared/data/polis)"
)
