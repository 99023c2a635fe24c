"""What a roster file would do: who is added, changed, gone, and which rows are refused, and why.

Pure: rows and people in, a plan out. Knows no database.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from sayso.members.unit_paths import one_path, place_units

LONGEST = 200  # characters in a cell: what the tables hold
KEYS = ("staff_number", "email")  # what tells people apart


@dataclass(frozen=True)
class OnRoster:
    """Somebody the roster holds already.

    told : field to text; units as paths, managers by their staff number, or else their e-mail address
    """

    member: int
    is_active: bool
    told: Mapping[str, str]


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
    columns : where each field stands, see `roster_columns`; fields without a column stay as they are
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
    plan, by_key = RosterPlan(), _Keys(people)
    wanted: list[tuple[int, OnRoster | None, dict[str, str]]] = []
    for row, cells in rows:
        plan.n_rows += 1
        try:
            told = _told(cells, columns)
            wanted.append((row, by_key.whose(row, told, taken_elsewhere), told))
        except _Refused as reason:
            plan.refused.append(Refusal(row, str(reason), _cells(cells, columns)))
    unit_notices = place_units([told for _, _, told in wanted], units, renamed)
    plan.notices += (Refusal(None, told) for told in unit_notices)
    level = _managers(wanted, by_key, plan)
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
            told = f"{person.told['full_name']} keeps the roster, stands in no row, and stays. Mend: end that first."
            plan.notices.append(Refusal(None, told))
        else:
            plan.gone.append(Line(None, person.member, {"is_active": True}, {"is_active": False}))


class _Refused(ValueError):
    pass


def _told(cells: Sequence[str], columns: Mapping[str, int]) -> dict[str, str]:
    """Fields to text, from the columns there are. Raises _Refused."""
    found = {name: cells[column] for name, column in columns.items()}
    for name, text in found.items():
        if len(text) > LONGEST:
            raise _Refused(f"{_words(name)} has {len(text)} characters. Mend: {LONGEST} at most.")
    names = [found.pop(name, "") for name in ("first_name", "last_name")]
    if "full_name" not in found:
        found["full_name"] = " ".join(filter(None, names))
    if not found["full_name"]:
        raise _Refused("The name is empty. Mend: give the person a name.")
    if email := found.get("email", ""):
        found["email"] = email.lower()
        try:
            validate_email(email)
        except ValidationError:
            raise _Refused(f"“{email}” is no e-mail address. Mend: correct it, or leave it empty.") from None
    if not found.get("staff_number") and not found.get("email"):
        raise _Refused("Neither staff number nor e-mail address: nobody could come in so. Mend: give one of them.")
    if "unit" in found:
        found["unit"] = one_path(found["unit"])
    return found


def _cells(cells: Sequence[str], columns: Mapping[str, int]) -> dict[str, str]:
    return {name: cells[column][:LONGEST] for name, column in columns.items()}


class _Keys:
    """Who is known by which staff number or e-mail address, on the roster and in the file so far."""

    def __init__(self, people: Sequence[OnRoster]) -> None:
        self.people = {(name, person.told[name]): person for person in people for name in KEYS if person.told.get(name)}
        self.outside = {-person.member: person for person in people}
        self.rows: dict[tuple[str, str], int] = {}
        self.member_rows: dict[int, int] = {}

    def place(self, key: str) -> int | None:
        """The row, or the member's number below nought, of whoever has this staff number or e-mail address."""
        if not key:
            return None
        ways = [(name, key.lower() if name == "email" else key) for name in KEYS]
        if row := next((self.rows[way] for way in ways if way in self.rows), None):
            return row
        person = next((self.people[way] for way in ways if way in self.people), None)
        return self.member_rows.get(person.member, -person.member) if person else None

    def whose(self, row: int, told: Mapping[str, str], taken_elsewhere: frozenset[str]) -> OnRoster | None:
        """The person of the roster a row is about, or None for somebody new. Raises _Refused."""
        keys = [(name, told[name]) for name in KEYS if told.get(name)]
        for name, key in keys:
            if (name, key) in self.rows:
                raise _Refused(f"{_words(name)} “{key}” stands in row {self.rows[name, key]} already. Mend: keep one.")
        if told.get("email") in taken_elsewhere:
            raise _Refused("The e-mail address is in use already. Mend: correct it, or leave it empty.")
        known = {person.member: person for key in keys if (person := self.people.get(key))}
        if len(known) > 1:
            raise _Refused("Staff number and e-mail address belong to two different people. Mend: correct one of them.")
        person = next(iter(known.values()), None)
        if person:
            held = person.told.get("staff_number", "")
            if held and told.get("staff_number") and told["staff_number"] != held:
                raise _Refused(f"The e-mail address belongs to staff number “{held}”. Mend: correct one of them.")
            if person.member in self.member_rows:
                raise _Refused(
                    f"The same person stands in row {self.member_rows[person.member]} already. Mend: keep one."
                )
            self.member_rows[person.member] = row
        self.rows.update(dict.fromkeys(keys, row))
        return person


def _managers(
    wanted: list[tuple[int, OnRoster | None, dict[str, str]]], keys: _Keys, plan: RosterPlan
) -> dict[int | None, int]:
    """Leave out managers nobody knows, and those in circles; tell how deep below the top each row stands.

    People of the file are known by their row, those outside it by their member's number below nought: a circle may
    pass through them.
    """
    told_in: dict[int, dict[str, str]] = {row: told for row, _, told in wanted}
    held_in = {row: known.told for row, known, _ in wanted if known}
    above: dict[int, int | None] = {}
    for row, known, told in wanted:
        key = told["manager"] if "manager" in told else known.told.get("manager", "") if known else ""
        above[row] = at = keys.place(key)
        if "manager" not in told:
            continue
        if key and at is None:
            plan.notices.append(Refusal(row, f"Manager “{key}” is nobody's staff number or e-mail address; left out."))
        # Of somebody on the roster the key they have now: one this file gives them is not there yet when it is needed.
        manager = held_in.get(at) or told_in.get(at) or keys.outside[at].told if at is not None else {}
        told["manager"] = manager.get("staff_number") or manager.get("email", "")
    level: dict[int | None, int] = {None: -1}
    for row, _, _ in wanted:
        path: list[int] = []
        on_path: set[int] = set()
        at = row
        while at is not None and at not in level and at not in on_path:
            path.append(at)
            on_path.add(at)
            if at not in above:
                above[at] = keys.place(keys.outside[at].told.get("manager", ""))
            at = above[at]
        if at in on_path:
            circle = path[path.index(at) :]
            _open_circle(circle, told_in, above, level, plan)
            path = path[: path.index(at)]
        for one in reversed(path):
            level[one] = 1 + level[above[one]]
    return level


def _open_circle(
    circle: list[int],
    told_in: Mapping[int, dict[str, str]],
    above: dict[int, int | None],
    level: dict[int | None, int],
    plan: RosterPlan,
) -> None:
    """Everybody in it has no manager, but for those the file does not tell of."""
    rows = [one for one in circle if "manager" in told_in.get(one, ())]
    for one in rows:
        told_in[one]["manager"] = ""
        above[one] = None
    for one in circle:
        level[one] = 0
    if not rows:
        return
    outside = len(circle) - len(rows)
    others = f" and {outside} {'person' if outside == 1 else 'people'} outside the file" if outside else ""
    told = f"Managers go round in a circle: rows {_listed(rows)}{others}. Left out for all of these rows."
    plan.notices.append(Refusal(min(rows), told))


def _listed(rows: Sequence[int]) -> str:
    shown = ", ".join(str(row) for row in rows[:5])
    return f"{shown} and {len(rows) - 5} more" if len(rows) > 5 else shown


def _words(name: str) -> str:
    return {"email": "E-mail address", "full_name": "The name"}.get(name, name.replace("_", " ").capitalize())
