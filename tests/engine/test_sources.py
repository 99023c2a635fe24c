"""Reading input files: the open Polis conversations as their README counts them, our pair, and both kinds of order."""

from __future__ import annotations

import shutil

import numpy as np
import pytest

from real_data import POLIS, needs_polis
from sayso.engine.sources import read_conversation

# participants, statements, agree, pass, disagree: the table that comes with the data.
COUNTS = {
    "15-per-hour-seattle": (339, 54, 1_358, 592, 922),
    "american-assembly.bowling-green": (2_031, 896, 109_752, 77_125, 38_647),
    "austria-climate.2vkxcncppn.2022-07-07": (1_756, 1_039, 72_400, 34_995, 23_403),
    "austria-climate.7z7ejpbmv5.2022-08-08": (1_503, 611, 42_545, 22_142, 14_628),
    "bg2050-volunteers": (126, 371, 10_006, 2_656, 1_621),
    "brexit-consensus": (204, 50, 2_685, 666, 1_952),
    "football-concussions": (1_487, 298, 6_637, 3_464, 4_227),
    "london.youth.policing": (26, 36, 392, 54, 192),
    "scoop-hivemind.affordable-housing": (381, 165, 8_041, 2_405, 4_549),
    "scoop-hivemind.biodiversity": (536, 314, 19_229, 5_018, 5_472),
    "scoop-hivemind.freshwater": (117, 80, 2_483, 408, 1_081),
    "scoop-hivemind.taxes": (334, 148, 8_577, 2_222, 6_536),
}
WITH_BOTH = [name for name in COUNTS if not name.startswith(("american", "austria"))]


def same_votes(one, other):
    return (
        one.participant_ids == other.participant_ids
        and one.statement_ids == other.statement_ids
        and np.array_equal(one.votes.row_start, other.votes.row_start)
        and np.array_equal(one.votes.statement, other.votes.statement)
        and np.array_equal(one.votes.stance, other.votes.stance)
    )


@needs_polis
@pytest.mark.parametrize("name", COUNTS)
def test_a_polis_export_counts_as_its_table_says(name):
    votes = read_conversation(POLIS / name).votes
    assert (*votes.shape, *(int((votes.stance == stance).sum()) for stance in (1, 0, -1))) == COUNTS[name]


@needs_polis
@pytest.mark.parametrize("name", WITH_BOTH)
def test_the_long_file_gives_the_same_as_the_wide_one(name, tmp_path):
    for file in ("comments.csv", "votes.csv", "summary.csv"):
        shutil.copy(POLIS / name / file, tmp_path)
    assert same_votes(read_conversation(tmp_path), read_conversation(POLIS / name))


@needs_polis
@pytest.mark.parametrize("name", WITH_BOTH)
def test_the_sign_of_the_long_file_is_told_not_assumed(name, tmp_path):
    shutil.copy(POLIS / name / "comments.csv", tmp_path)
    lines = (POLIS / name / "votes.csv").read_text(encoding="utf-8").splitlines()
    turned = [lines[0], *(_with_opposite_sign(line) for line in lines[1:])]
    (tmp_path / "votes.csv").write_text("\n".join(turned), encoding="utf-8")
    conversation = read_conversation(tmp_path)
    assert same_votes(conversation, read_conversation(POLIS / name))
    assert "votes.csv: -1 means agree in this file, by the counts of comments.csv; signs were turned." in (
        conversation.notes
    )


def _with_opposite_sign(line):
    rest, vote = line.rsplit(",", 1)
    return f"{rest},{-int(vote)}"


@needs_polis
def test_the_sign_of_the_wide_file_is_told_by_its_own_counts(tmp_path):
    source = POLIS / "brexit-consensus"
    shutil.copy(source / "comments.csv", tmp_path)
    header, *rows = (source / "participants-votes.csv").read_text(encoding="utf-8").splitlines()
    first = header.split(",").index("0")
    turned = [",".join([*row.split(",")[:first], *map(_opposite, row.split(",")[first:])]) for row in rows]
    (tmp_path / "participants-votes.csv").write_text("\n".join([header, *turned]), encoding="utf-8")
    assert same_votes(read_conversation(tmp_path), read_conversation(source))


def _opposite(cell):
    return str(-int(cell)) if cell else cell


@needs_polis
def test_the_largest_is_read_whole():
    read = read_conversation(POLIS / "american-assembly.bowling-green").votes
    assert (read.n_participants, read.n_statements, read.n_votes) == (2_031, 896, 225_524)


@needs_polis
def test_moderation_seeds_authors_and_words_of_an_export_arrive():
    conversation = read_conversation(POLIS / "bg2050-volunteers")
    assert conversation.title == "Together, we'll build the BG of 2050."
    assert conversation.question.startswith("In the next 25 years, our community will nearly double in size. What")
    assert (int(conversation.is_seed.sum()), int(conversation.rejected.sum())) == (25, 55)
    place = conversation.statement_ids.index("2")
    assert conversation.texts[place] == "I hope it can retain its southern hospitality"
    assert conversation.participant_ids[conversation.author[place]] == "0"


def test_our_pair_in_any_order_with_a_mark_semicolons_and_columns_of_others(tmp_path):
    (tmp_path / "statements.csv").write_text(
        "\ufeffnote;text;statement_id;is_seed;topic;author_id;rejected\n"
        ';"The rota; nobody reads it";s2;0;Shifts;ann;0\n'
        ";Rooms are cold;s1;yes;Rooms;;no\n"
        ";Never voted on, turned down;s3;0;Rooms;;1\n",
        encoding="utf-8",
    )
    (tmp_path / "votes.csv").write_text(
        "stance\tparticipant_id\tstatement_id\r\n1\tbob\ts1\r\n\r\n-1\t ann \ts1\r\n0\tann\ts2\r\n", encoding="utf-8"
    )
    (tmp_path / "people.csv").write_text("person_id,unit\n1,a\n2,a\n3,b\n", encoding="utf-8")
    conversation = read_conversation(tmp_path)
    assert conversation.participant_ids == ("bob", "ann")
    assert conversation.statement_ids == ("s2", "s1")
    assert conversation.texts == ("The rota; nobody reads it", "Rooms are cold")
    assert conversation.topics == ("Shifts", "Rooms")
    assert conversation.is_seed.tolist() == [False, True]
    assert conversation.author.tolist() == [1, -1]
    assert conversation.votes.toarray(unseen=9).tolist() == [[9, 1], [0, -1]]
    assert conversation.n_members == 3
    assert conversation.notes == ("1 statement was turned down before anybody voted on it; left out.",)


def pair(folder, votes, statements="statement_id,text\n1,One\n2,Two\n"):
    (folder / "statements.csv").write_text(statements, encoding="utf-8")
    (folder / "votes.csv").write_text(votes, encoding="utf-8")
    return folder


def test_the_last_vote_counts_in_the_order_of_the_file(tmp_path):
    conversation = read_conversation(pair(tmp_path, "participant_id,statement_id,stance\na,1,1\na,2,0\na,1,-1\n"))
    assert conversation.votes.toarray(unseen=9).tolist() == [[-1, 0]]
    assert conversation.notes == ("1 vote was replaced by a later one of the same participant.",)


@pytest.mark.parametrize(
    "times",
    [
        ("2026-03-14T09:30:00", "2026-03-14T09:29:00"),
        ("2026-03-14T09:30:00+00:00", "2026-03-14T10:00:00+01:00"),
        ("1700000000001", "1700000000000"),
    ],
)
def test_the_last_vote_counts_by_its_time_when_the_file_says_it(tmp_path, times):
    later, earlier = times
    votes = f"participant_id,statement_id,stance,cast_at\na,1,1,{later}\na,1,-1,{earlier}\n"
    assert read_conversation(pair(tmp_path, votes)).votes.stance.tolist() == [1]


def test_one_participant_and_only_passes_are_a_conversation(tmp_path):
    conversation = read_conversation(pair(tmp_path, "participant_id,statement_id,stance\na,1,0\na,2,0\n"))
    assert conversation.votes.shape == (1, 2)
    assert conversation.votes.stance.tolist() == [0, 0]


def test_numbers_order_by_size_and_names_by_appearance(tmp_path):
    votes = "participant_id,statement_id,stance\n10,b,1\n9,a,1\n"
    conversation = read_conversation(pair(tmp_path, votes, "statement_id,text\nb,B\na,A\n"))
    assert conversation.participant_ids == ("9", "10")
    assert conversation.statement_ids == ("b", "a")


def test_words_are_set_on_one_line_without_control_characters(tmp_path):
    text = 'statement_id,text\n1,"  two\nlines\tand\x07 a \u202ebell 👩\u200d🔧 "\n2,\n'
    conversation = read_conversation(pair(tmp_path, "participant_id,statement_id,stance\na,1,1\na,2,1\n", text))
    assert conversation.texts == ("two lines and a bell 👩\u200d🔧", "")
    assert conversation.rejected.tolist() == [False, True]
    assert conversation.notes == ("statements.csv: 1 statement has no text; treated as turned down.",)


def test_parquet_gives_the_same_as_csv(tmp_path):
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    (tmp_path / "csv").mkdir()
    folder = pair(tmp_path / "csv", "participant_id,statement_id,stance\n7,1,1\n8,2,0\n7,2,-1\n")
    expected = read_conversation(folder)
    (tmp_path / "parquet").mkdir()
    tables = {
        "statements": {"statement_id": [1, 2], "text": ["One", "Two"], "is_seed": [False, None]},
        "votes": {"participant_id": [7, 8, 7], "statement_id": [1, 2, 2], "stance": [1, 0, -1]},
    }
    for name, columns in tables.items():
        parquet.write_table(pyarrow.table(columns), tmp_path / "parquet" / f"{name}.parquet")
    assert same_votes(read_conversation(tmp_path / "parquet"), expected)


def test_progress_runs_to_the_end_of_each_file(tmp_path):
    seen = []
    pair(tmp_path, "participant_id,statement_id,stance\na,1,1\n")
    read_conversation(tmp_path, progress=lambda share, what: seen.append((share, what)))
    assert seen == [(1.0, "reading statements.csv"), (1.0, "reading votes.csv")]


def test_units_and_roles_of_those_on_the_roster(tmp_path):
    pair(tmp_path, "participant_id,statement_id,stance\nbob,1,1\nann,2,0\nguest,1,-1\n")
    people = "person_id,role,unit,site\nzoe,nurse,North,x\n ann ,clerk,South,y\nbob,nurse, North ,x\nmax,,South,\n"
    (tmp_path / "people.csv").write_text(people, encoding="utf-8")
    conversation = read_conversation(tmp_path)
    roster = conversation.roster
    assert (roster.unit_names, roster.role_names) == (("North", "South"), ("", "clerk", "nurse"))
    assert roster.unit.tolist() == [0, 1, 0, 1] and roster.role.tolist() == [2, 1, 2, 0]
    assert conversation.participant_ids == ("bob", "ann", "guest") and roster.person.tolist() == [2, 1, -1]
    assert conversation.n_members == 4
    note = "1 participant is not on the roster; the figures for the organisation leave them out."
    assert conversation.notes == (note,)


@pytest.mark.parametrize("people", ["person_id\nbob\nann\n", "person_id,unit\nx,North\ny,South\n"])
def test_a_roster_without_units_or_without_its_participants_only_counts(tmp_path, people):
    pair(tmp_path, "participant_id,statement_id,stance\nbob,1,1\nann,2,0\n")
    plain = read_conversation(tmp_path)
    (tmp_path / "people.csv").write_text(people, encoding="utf-8")
    counted = read_conversation(tmp_path)
    assert counted.roster is None and counted.n_members == 2
    assert counted.digest() != plain.digest()


def test_the_digest_tells_units_apart(tmp_path):
    pair(tmp_path, "participant_id,statement_id,stance\nbob,1,1\nann,2,0\n")
    digests = set()
    for units in ("North,North", "North,South", "South,North", "North,N"):
        bob, ann = units.split(",")
        (tmp_path / "people.csv").write_text(f"person_id,unit\nbob,{bob}\nann,{ann}\n", encoding="utf-8")
        digests.add(read_conversation(tmp_path).digest())
    assert len(digests) == 4
