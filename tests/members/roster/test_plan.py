"""What a roster file would do, worked by hand."""

from __future__ import annotations

import pytest

from sayso.members.roster.columns import ColumnsUnclear, check_columns, corrected, guess_columns
from sayso.members.roster.keys import OnRoster
from sayso.members.roster.plan import RosterPlan, plan_roster

HEADER = ["staff_number", "full_name", "email", "unit", "manager"]
COLUMNS = {name: column for column, name in enumerate(HEADER)}


def person(member: int, staff_number: str = "", email: str = "", *, is_active: bool = True, **told: str) -> OnRoster:
    everything = {"staff_number": staff_number, "full_name": f"Person {member}", "email": email, **told}
    return OnRoster(member, is_active, everything)


def plan(*rows: str, people: tuple[OnRoster, ...] = (), **asked) -> RosterPlan:
    """Rows as "number|name|mail|unit|manager", the first being row 2 as below a heading."""
    cells = [[*row.split("|"), "", "", "", ""][:5] for row in rows]
    return plan_roster(list(enumerate(cells, 2)), COLUMNS, people, **asked)


def test_who_is_new_is_added_who_is_the_same_is_left_and_who_differs_is_changed() -> None:
    known = person(1, "7", "ann@x.org", unit="Care"), person(2, "8")
    found = plan("7|Person 1|Ann@x.org|Care > North", "8|Person 2", "9|Li", people=known)
    assert [line.after["full_name"] for line in found.added] == ["Li"]
    assert [(line.member, line.before, line.after) for line in found.changed] == [
        (1, {"unit": "Care"}, {"unit": "Care > North"})
    ]
    assert found.n_same == 1


def test_fields_without_a_column_stay_as_they_are() -> None:
    known = person(1, "7", "ann@x.org", unit="Care", role="Nurse")
    found = plan_roster([(2, ["7", "Person 1"])], {"staff_number": 0, "full_name": 1}, [known])
    assert (found.changed, found.n_same) == ([], 1)


def test_who_is_missing_has_left_only_where_that_is_asked_for() -> None:
    known = person(1, "7"), person(2, "8"), person(3, "9", is_active=False)
    assert plan("7|Person 1", people=known).gone == []
    gone = plan("7|Person 1", people=known, who_is_missing_left=True).gone
    assert [(line.member, line.after) for line in gone] == [(2, {"is_active": False})]


def test_who_comes_back_is_the_same_member() -> None:
    found = plan("9|Person 3", people=(person(3, "9", is_active=False),))
    assert [(line.member, line.before, line.after) for line in found.changed] == [
        (3, {"is_active": False}, {"is_active": True})
    ]


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        (["7|", "8|Li"], "name is empty"),
        (["|Ann", "8|Li"], "nobody could come in"),
        (["7|Ann|ann at x.org", "8|Li"], "“ann at x.org” is no e-mail address"),
        (["8|Li", "8|Ann"], "Staff number “8” stands in row 2 already"),
        (["8|Li|a@x.org", "9|Ann|A@X.org"], "E-mail address “a@x.org” stands in row 2 already"),
        (["1|Ann|two@x.org", "8|Li"], "two different people"),
        (["5|Ann|one@x.org", "8|Li"], "belongs to staff number “1”"),
        (["7|Ann|other@house.org", "8|Li"], "in use already"),
        (["7|" + "A" * 201, "8|Li"], "has 201 characters"),
        (["1|Ann", "|Ann again|one@x.org", "8|Li"], "The same person stands in row 2 already"),
    ],
)
def test_a_row_that_cannot_be_taken_is_refused_with_the_mend_and_the_others_are_taken(
    rows: list[str], told: str
) -> None:
    known = person(1, "1", "one@x.org"), person(2, "2", "two@x.org")
    found = plan(*rows, people=known, taken_elsewhere=frozenset({"other@house.org"}))
    (refusal,) = found.refused
    assert told in refusal.told
    assert "Mend:" in refusal.told
    assert "Li" in {line.after["full_name"] for line in found.added}


def test_managers_come_before_those_who_report_to_them() -> None:
    found = plan("3|C|||2", "2|B|||1", "1|A", "4|D|d@x.org||3", "5|E|||d@x.org")
    assert [line.after["staff_number"] for line in found.added] == ["1", "2", "3", "4", "5"]
    assert found.added[-1].after["manager"] == "4"  # one spelling for one manager, so that nothing seems changed later


def test_circles_of_managers_and_managers_nobody_knows_are_left_out_and_said() -> None:
    found = plan("1|A|||2", "2|B|||1", "3|C|||3", "4|D|||2", "5|E|||99")
    managers = {line.after["staff_number"]: line.after["manager"] for line in found.added}
    assert managers == {"1": "", "2": "", "3": "", "4": "2", "5": ""}
    assert [notice.row for notice in found.notices] == [6, 2, 4]
    assert found.refused == []


def test_a_chain_of_managers_as_long_as_the_file_is_no_trouble() -> None:
    found = plan(*(f"{n}|P|||{n + 1}" for n in range(5_000)), "5000|P")
    assert [line.after["staff_number"] for line in found.added[:2]] == ["5000", "4999"]


def test_headings_are_guessed_remembered_and_corrected() -> None:
    header = ["Nr", "Vorname", "Nachname", "E-Mail", "Abteilung", "Team"]
    guessed = guess_columns(header)
    assert guessed == {"first_name": 1, "last_name": 2, "email": 3, "unit": 4}
    assert guess_columns(header, {"staff_number": "NR", "unit": "Gone"})["staff_number"] == 0
    assert corrected(guessed, header, {"unit": "team", "email": ""}) == {"first_name": 1, "last_name": 2, "unit": 5}
    with pytest.raises(ColumnsUnclear, match="no column “Bereich”"):
        corrected(guessed, header, {"unit": "Bereich"})
    with pytest.raises(ColumnsUnclear, match="no “shoe size” on a roster"):
        corrected(guessed, header, {"shoe size": "Nr"})


def test_columns_that_name_nobody_or_tell_nobody_apart_are_refused() -> None:
    for header, told in ((["Nr", "Id"], "names"), (["Name", "Age"], "staff numbers")):
        with pytest.raises(ColumnsUnclear, match=told):
            check_columns(guess_columns(header))


def test_a_circle_through_people_outside_the_file_is_found() -> None:
    """1 reports to 2, who is not in the file and reports to 3; the file says that 3 reports to 1."""
    known = person(1, "1", manager="2"), person(2, "2", manager="3"), person(3, "3")
    found = plan("3|Person 3|||1", people=known)
    assert (found.changed, found.n_same) == ([], 1)
    (notice,) = found.notices
    assert notice.told == (
        "Managers go round in a circle: rows 2 and 2 people outside the file. Left out for all of these rows."
    )


def test_a_circle_that_was_there_before_and_is_not_in_the_file_ends_nothing() -> None:
    known = person(1, "1", manager="2"), person(2, "2", manager="1"), person(3, "3")
    found = plan("3|Person 3|||1", people=known)
    assert [line.after for line in found.changed] == [{"manager": "1"}]
    assert found.notices == []


def test_a_manager_in_the_file_under_another_key_is_known() -> None:
    """The roster knows the manager by address and number, the file's row for them gives the number alone."""
    known = (person(1, "1", "ann@x.org"), person(2, "2"))
    found = plan("1|Person 1|||2", "2|Person 2|||ann@x.org", people=known)
    assert [notice.row for notice in found.notices] == [2]


def test_a_manager_who_gets_a_number_by_this_file_is_told_by_the_key_they_have_now() -> None:
    found = plan("1|Person 1|ann@x.org", "2|Li|||1", people=(person(1, "", "ann@x.org"),))
    assert found.added[0].after["manager"] == "ann@x.org"


def test_new_units_and_renamed_ones_are_told() -> None:
    units, renamed = frozenset({"Health", "Roads"}), {"Care": "Health"}
    found = plan("1|A||Care", "2|B||Care > North", "3|C||Roads", units=units, renamed=renamed)
    assert [line.after["unit"] for line in found.added] == ["Health", "Health > North", "Roads"]
    assert [notice.told for notice in found.notices] == [
        "“Care” is now called “Health”, in 1 row.",
        "“Care > North” is now called “Health > North”, in 1 row.",
        "1 unit is new and would be made: “Health > North”.",
    ]


def test_a_keeper_in_no_row_stays_and_is_named() -> None:
    known = person(1, "1"), person(2, "2"), person(3, "3")
    found = plan("1|Person 1", people=known, who_is_missing_left=True, keepers=frozenset({2}))
    assert ([line.member for line in found.gone], found.n_missing) == ([3], 2)
    assert found.notices[0].told.startswith("Person 2 keeps the roster, stands in no row, and stays.")


def test_a_refused_row_keeps_what_it_says_for_whoever_mends_it() -> None:
    (refusal,) = plan("7||ann@x.org|Care").refused
    assert refusal.cells == {"staff_number": "7", "full_name": "", "email": "ann@x.org", "unit": "Care", "manager": ""}


def test_missing_headings_and_a_single_column_are_named_as_the_cause() -> None:
    with pytest.raises(ColumnsUnclear, match="looks like a person"):
        check_columns({}, ["4711", "Ann Lee", "ann@x.org"])
    with pytest.raises(ColumnsUnclear, match="comma, semicolon, tab or bar"):
        check_columns({}, ["Nr^Name^Mail"])
