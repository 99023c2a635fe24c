"""Statements or key points from a table: ids, texts, and which topic and stance each belongs to; votes on them."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from sayso.engine.files import pair
from sayso.engine.files.pair import open_table
from sayso.engine.files.problems import Findings, quoted
from sayso.engine.files.tables import Unreadable
from sayso.engine.votes import VoteMatrix

Part = tuple[str, str]  # topic and stance, "" where the table has no such column
NO_SIDE = ("", "0")  # stances of those who take none


@dataclass
class Sayings:
    """What a table holds, in its order; rows[topic, stance] are places in ids, texts and authors ("" if unknown)."""

    ids: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    authors: list[str] = field(default_factory=list)
    rows: dict[Part, list[int]] = field(default_factory=dict)

    def author_numbers(self, rows: list[int]) -> list[int]:
        """A number for each person, −1 where unknown."""
        people: dict[str, int] = {}
        authors = [self.authors[i] for i in rows]
        return [people.setdefault(one, len(people)) if one else -1 for one in authors]

    @cached_property
    def sides(self) -> dict[str, list[str]]:
        """The stances taken on each topic."""
        found: dict[str, list[str]] = {}
        for topic, stance in self.rows:
            if stance not in NO_SIDE:
                found.setdefault(topic, []).append(stance)
        return found

    def of_the_other_side(self, part: Part) -> list[str]:
        """What is said to the same topic by the other side; nothing unless just two stances are taken on it."""
        topic, stance = part
        sides = self.sides.get(topic, [])
        if stance in NO_SIDE or len(sides) != 2:
            return []
        return [self.texts[i] for other in sides if other != stance for i in self.rows[topic, other]]


def read_sayings(path: Path, id_column: str) -> Sayings:
    """Read a table with an id and a text; raises `BadInput` with every problem in it. O(bytes)."""
    findings, found = Findings(), Sayings()
    first_row: dict[str, int] = {}
    try:
        with open_table(path, findings, (id_column, "text"), None) as table:
            wanted = (id_column, "text", "author_id", "topic", "stance")
            for batch in table.batches(wanted):
                nothing = [""] * len(batch.rows)
                columns = (batch.columns.get(name) or nothing for name in wanted)
                for row, name, text, author, topic, stance in zip(batch.rows, *columns, strict=True):
                    key = name.strip()
                    if not key or key in first_row:
                        what = f"{quoted(key)} stands in row {first_row[key]} already." if key else "It is empty."
                        findings.problem(path.name, row, id_column, what, "Mend: give each row an id of its own.")
                        continue
                    first_row[key] = row
                    found.rows.setdefault((topic.strip(), stance.strip()), []).append(len(found.ids))
                    found.ids.append(key)
                    found.texts.append(text)
                    found.authors.append(author.strip())
    except Unreadable:
        pass
    findings.stop_if_any()
    return found


def read_votes(path: Path, statements: Sayings, their_path: Path) -> VoteMatrix:
    """Votes on these statements, a column for each; raises `BadInput` with every problem in the table. O(bytes)."""
    findings = Findings()
    number = {name: place for place, name in enumerate(statements.ids)}
    with suppress(Unreadable):  # what was wrong is among the findings
        cast = pair.read_votes(path, number, their_path.name, findings)
    findings.stop_if_any()
    return VoteMatrix.from_arrays(cast.participant, cast.statement, cast.stance, n_statements=len(number))
