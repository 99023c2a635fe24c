"""What a roster file would do: who is added, changed, gone, and which rows are refused, and why.

Pure: rows and people in, a plan out. Knows no database.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from sayso.members.lengths import LONGEST
from sayso.members.roster.keys import Keys, OnRoster, RowRefused, in_words
from sayso.members.roster.managers import settle_managers
from sayso.members.unit_paths import one_path, place_units
from sayso.web.kept_words import sentence


@dataclass(frozen=True)
class Line:
    """What is to be done for one person; the row is None for those gone, the member for those added."""

    row: int | None
    member: int | None
    before: dict[str, str | bool]
    after: dict[str, str | bool]


@dataclass(frozen=True)
class Refusal:
    """Why a row is left out, or (a notice) what of it is; a notice about all rows has none.

    cells : what the row says, field to text, for whoever mends it
    """

    row: int | None
    told: str
    cells: Mapping[str, str] = field(default_factory=dict)


@dataclass
class RosterPlan:
    """added : managers before those who report to them
    n_missing : people of the roster who stand in no row, whatever becomes of them
    """

    added: list[Line] = field(default_factory=list)
    changed: list[Line] = field(default_factory=list)
    gone: list[Line] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    notices: list[Refusal] = field(default_factory=list)
    n_rows: int = 0
    n_same: int = 0
    n_missing: int = 0


def plan_roster(
    rows: Iterable[tuple[int, Sequence[str]]],
    columns: Mapping[str, int],
    people: Sequence[OnRoster],
    *,
    taken_elsewhere: frozenset[str] = frozenset(),
    who_is_missing_left: bool = False,
    keepers: frozenset[int] = frozenset(),
    units: frozenset[str] = frozenset(),
    renamed: Mapping[str, str] = {},
) -> RosterPlan:
    """Compare a file with the roster. O(rows + people).

    Parameters
    ----------
    rows : row number and cells
    columns : where each field stands, see `columns`; fields without a column stay as they are
    people : all of the organisation, those who left too: who comes back is known again
    taken_elsewhere : e-mail addresses of other organisations' members
    who_is_missing_left : whether people of the roster who stand in no row count as gone
    keepers : members who do not count as gone by a file: who brings it may not lock themselves out
    units : paths of the units there are
    renamed : former path of a unit to its path today

    Examples
    --------
    >>> plan = plan_roster([(2, ["7", "Ann"]), (3, ["", "Li"])], {"staff_number": 0, "full_name": 1}, [])
    >>> [line.after["full_name"] for line in plan.added], [refusal.row for refusal in plan.refused]
    (['Ann'], [3])
    """
    plan, by_key = RosterPlan(), Keys(people)
    wanted: list[tuple[int, OnRoster | None, dict[str, str]]] = []
    for row, cells in rows:
        plan.n_rows += 1
        try:
            told = _told(cells, columns)
            wanted.append((row, by_key.whose(row, told, taken_elsewhere), told))
        except RowRefused as reason:
            plan.refused.append(Refusal(row, reason.args[0], _cells(cells, columns)))
    unit_notices = place_units([told for _, _, told in wanted], units, renamed)
    plan.notices += (Refusal(None, told) for told in unit_notices)
    level, told_of_managers = settle_managers(wanted, by_key)
    plan.notices += (Refusal(row, told) for row, told in told_of_managers)
    for row, known, told in wanted:
        if known is None:
            plan.added.append(Line(row, None, {}, dict(told)))
            continue
        held: dict[str, str | bool] = {**known.told, "is_active": known.is_active}
        now: dict[str, str | bool] = {**told, "is_active": True}
        after = {name: value for name, value in now.items() if held.get(name, "") != value}
        before = {name: held.get(name, "") for name in after}
        if after:
            plan.changed.append(Line(row, known.member, before, after))
        else:
            plan.n_same += 1
    plan.added.sort(key=lambda line: (level[line.row], line.row))
    missing = [person for person in people if person.is_active and person.member not in by_key.member_rows]
    plan.n_missing = len(missing)
    if who_is_missing_left:
        _leave(missing, keepers, plan)
    return plan


def _leave(missing: Sequence[OnRoster], keepers: frozenset[int], plan: RosterPlan) -> None:
    for person in missing:
        if person.member in keepers:
            told = sentence("%(name)s keeps the roster, stands in no row, and stays. Mend: end that first.",
                        name=person.told["full_name"])  # fmt: skip
            plan.notices.append(Refusal(None, told))
        else:
            plan.gone.append(Line(None, person.member, {"is_active": True}, {"is_active": False}))


def _told(cells: Sequence[str], columns: Mapping[str, int]) -> dict[str, str]:
    """Fields to text, from the columns there are. Raises RowRefused."""
    found = {name: cells[column] for name, column in columns.items()}
    for name, text in found.items():
        if len(text) > LONGEST:
            raise RowRefused(
                sentence("%(field)s has %(length)s characters. Mend: %(most)s at most.",
                     field=in_words(name), length=len(text), most=LONGEST)
            )  # fmt: skip
    names = [found.pop(name, "") for name in ("first_name", "last_name")]
    if "full_name" not in found:
        found["full_name"] = " ".join(filter(None, names))
    if not found["full_name"]:
        raise RowRefused(sentence("The name is empty. Mend: give the person a name."))
    if email := found.get("email", ""):
        found["email"] = email.lower()
        try:
            validate_email(email)
        except ValidationError:
            told = sentence("“%(email)s” is no e-mail address. Mend: correct it, or leave it empty.", email=email)
            raise RowRefused(told) from None
    if not found.get("staff_number") and not found.get("email"):
        raise RowRefused(
            sentence("Neither staff number nor e-mail address: nobody could come in so. Mend: give one of them.")
        )
    if "unit" in found:
        found["unit"] = one_path(found["unit"])
    return found


def _cells(cells: Sequence[str], columns: Mapping[str, int]) -> dict[str, str]:
    return {name: cells[column][:LONGEST] for name, column in columns.items()}
