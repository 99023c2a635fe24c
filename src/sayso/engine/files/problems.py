"""What is wrong with an input file: where, what, and how to mend it. Knows no file format."""

from __future__ import annotations

from dataclasses import dataclass, field

SHOWN = 20
KEPT = 1_000


@dataclass(frozen=True)
class Problem:
    """One thing wrong with one file.

    Attributes
    ----------
    file : str
        Its name, without the folder.
    row : int or None
        As a spreadsheet numbers it: the header is row 1. None when it is about the whole file.
    column : str or None
        As the header names it.
    what, mend : str
        What is wrong, and what to do about it; whole sentences.
    """

    file: str
    row: int | None
    column: str | None
    what: str
    mend: str

    def __str__(self) -> str:
        where = self.file
        if self.row is not None:
            where += f", row {self.row}"
        if self.column is not None:
            where += f", column {self.column}"
        return f"{where}: {self.what} {self.mend}"


class BadInput(Exception):
    """The input cannot be used. Its text shows the first 20 problems, and how many more there are.

    Attributes
    ----------
    problems : list of Problem
        The first 1,000.
    n_problems : int
        All of them.
    """

    def __init__(self, problems: list[Problem], n_problems: int | None = None) -> None:
        self.problems = problems
        self.n_problems = len(problems) if n_problems is None else n_problems
        super().__init__(problems, self.n_problems)

    def __str__(self) -> str:
        lines = [str(problem) for problem in self.problems[:SHOWN]]
        if hidden := self.n_problems - len(lines):
            lines.append(f"… and {hidden:,} more problem{'s' if hidden > 1 else ''}.")
        return "\n".join(lines)


@dataclass
class Findings:
    """Gathers the problems of all files of one input, and what was noticed but can be lived with."""

    problems: list[Problem] = field(default_factory=list)
    n_problems: int = 0
    notes: list[str] = field(default_factory=list)

    def problem(self, file: str, row: int | None, column: str | None, what: str, mend: str) -> None:
        """Note one problem; beyond 1,000 they are only counted."""
        self.n_problems += 1
        if len(self.problems) < KEPT:
            self.problems.append(Problem(file, row, column, what, mend))

    def stop_if_any(self) -> None:
        """Raise `BadInput` when something cannot be used."""
        if self.n_problems:
            raise BadInput(self.problems, self.n_problems)


def quoted(value: str, limit: int = 40) -> str:
    """`value` as a message shows it: in quotes, control characters visible, cut when long.

    >>> quoted("yes\\x00")
    "'yes\\\\x00'"
    """
    return repr(value if len(value) <= limit else value[: limit - 1] + "…")


def counted(number: int, one: str, many: str) -> str:
    """The number with its words.

    >>> counted(1, "vote was", "votes were"), counted(1200, "vote was", "votes were")
    ('1 vote was', '1,200 votes were')
    """
    return f"{number:,} {one if number == 1 else many}"
