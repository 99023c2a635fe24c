"""Bad files: what is said of each, to the letter; and nothing but `BadInput`, whatever the bytes."""

from __future__ import annotations

import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sayso.engine.sources import BadInput, read_conversation

STATEMENTS = "statement_id,text\n1,One\n2,Two\n"
VOTES = "participant_id,statement_id,stance\na,1,1\nb,2,-1\n"
COMMENTS = "comment-id,author-id,agrees,disagrees,moderated,comment-body\n0,a,1,0,1,Zero\n1,a,0,1,-1,One\n"
WIDE = "participant,n-votes,n-agree,n-disagree,0,1\na,2,1,1,1,-1\n"
LONG = "timestamp,comment-id,voter-id,vote\n1,0,a,1\n2,1,a,-1\n"
SAVE = "Mend: save it as UTF-8 (Excel: Save as, “CSV UTF-8”; LibreOffice: Save as, “Edit filter settings”, “UTF-8”)."
NAMES = "Mend: name the columns in the first row, exactly so."
STANCE = "Mend: write 1 for agree, 0 for pass, -1 for disagree."
OWN_ID = "Mend: give every statement an id of its own."
QUOTES = 'Mend: put texts with commas, quotes or line breaks in "quotes", with a quote inside doubled ("").'
WHAT_IS_READ = (
    "Mend: give a folder with statements.csv and votes.csv, or a Polis export: comments.csv with "
    "participants-votes.csv or votes.csv."
)


def folder_of(path, **files):
    for name, content in files.items():
        raw = content if isinstance(content, bytes) else content.encode()
        (path / f"{name.replace('_', '-')}.csv").write_bytes(raw)
    return path


def refusal(folder, **options):
    with pytest.raises(BadInput) as caught:
        read_conversation(folder, **options)
    return str(caught.value)


VOTES_CASES = {
    "missing column": (
        "participant_id,stance\na,1\n",
        "votes.csv, row 1, column statement_id: The column is missing; the header has 'participant_id', 'stance'. "
        + NAMES,
    ),
    "column named twice": (
        "participant_id,statement_id,stance,stance\na,1,1,1\n",
        "votes.csv, row 1, column stance: The header names this column twice. Mend: keep one of the two.",
    ),
    "unknown stances, all of them": (
        "participant_id,statement_id,stance\na,1,yes\na,2,1\nb,1,2\n",
        f"votes.csv, row 2, column stance: 'yes' is not a stance. {STANCE}\n"
        f"votes.csv, row 4, column stance: '2' is not a stance. {STANCE}",
    ),
    "unknown statement": (
        VOTES + "a,17,1\n",
        "votes.csv, row 4, column statement_id: There is no statement '17' in statements.csv. "
        "Mend: add it to statements.csv, or leave its votes out.",
    ),
    "nobody": (
        VOTES + " ,1,1\n",
        "votes.csv, row 4, column participant_id: It is empty. "
        "Mend: say who voted; any id will do, the same for the same person.",
    ),
    "cut off in the last row": (
        VOTES + "a,2",
        "votes.csv, row 4: The row has 2 fields, the header has 3. "
        "Mend: the file may have been cut off here; export it again.",
    ),
    "cut off inside a stance": (
        VOTES + "a,2,-",
        f"votes.csv, row 4, column stance: '-' is not a stance. {STANCE}",
    ),
    "too many fields": (
        VOTES + "a,2,1,1\n",
        'votes.csv, row 4: The row has 4 fields, the header has 3. Mend: put texts with commas in "quotes".',
    ),
    "no votes": (
        "participant_id,statement_id,stance\n",
        "votes.csv: It holds no vote. Mend: give at least one row below the header.",
    ),
    "empty": ("", "votes.csv: The file is empty. Mend: export it again."),
    "blank": (
        "\n\n",
        "votes.csv, row 1, column participant_id: The column is missing; the header has no names. " + NAMES + "\n"
        "votes.csv, row 1, column statement_id: The column is missing; the header has no names. " + NAMES + "\n"
        "votes.csv, row 1, column stance: The column is missing; the header has no names. " + NAMES,
    ),
    "Latin letters of old": (
        VOTES.encode() + b"\xe9ric,1,1\n",
        f"votes.csv, row 4: Byte 49 (0xE9) is not UTF-8. {SAVE}",
    ),
    "UTF-16": (VOTES.encode("utf-16"), f"votes.csv: The file is in UTF-16, not UTF-8. {SAVE}"),
    "a spreadsheet": (
        b"PK\x03\x04rest",
        f"votes.csv: The file is a spreadsheet or a zip archive, not CSV. {SAVE}",
    ),
    "no time": (
        "participant_id,statement_id,stance,cast_at\na,1,1,2026-03-14\nb,1,1,noon\n",
        "votes.csv, row 3, column cast_at: 'noon' is not a time. "
        "Mend: write 2026-03-14T09:30:00 in every row, or leave the whole column out.",
    ),
}


@pytest.mark.parametrize("case", VOTES_CASES)
def test_votes(tmp_path, case):
    votes, message = VOTES_CASES[case]
    assert refusal(folder_of(tmp_path, statements=STATEMENTS, votes=votes)) == message


STATEMENTS_CASES = {
    "no statements": (
        "statement_id,text\n",
        "statements.csv: It holds no statement. Mend: give at least one row below the header.",
    ),
    "one id twice": (
        STATEMENTS + "1,Again\n",
        f"statements.csv, row 4, column statement_id: '1' stands in row 2 already. {OWN_ID}",
    ),
    "no id": (STATEMENTS + ",Three\n", f"statements.csv, row 4, column statement_id: It is empty. {OWN_ID}"),
    "a quote never closed": (
        'statement_id,text\n1,One\n2,"Two\n3,Three\n',
        f"statements.csv, row 3: A quote is opened and never closed, or the file was cut off. {QUOTES}",
    ),
    "something after a quote": (
        'statement_id,text\n1,"One" more\n2,Two\n',
        f"statements.csv, row 2: A closing quote has something after it. {QUOTES}",
    ),
    "a field without end": (
        "statement_id,text\n1," + "x" * 200_000 + "\n2,Two\n",
        "statements.csv, row 2: A field has more than 131,072 characters; a quote may be opened and never closed. "
        + QUOTES,
    ),
    "neither yes nor no": (
        "statement_id,text,is_seed\n1,One,perhaps\n2,Two,1\n",
        "statements.csv, row 2, column is_seed: 'perhaps' is neither yes nor no. Mend: write 1 or 0.",
    ),
    "rows counted as a spreadsheet does": (
        'statement_id,text\n1,"One\nand a half"\n2,Two\n\n2,Three\n',
        f"statements.csv, row 5, column statement_id: '2' stands in row 3 already. {OWN_ID}",
    ),
}


@pytest.mark.parametrize("case", STATEMENTS_CASES)
def test_statements(tmp_path, case):
    statements, message = STATEMENTS_CASES[case]
    assert refusal(folder_of(tmp_path, statements=statements, votes=VOTES)) == message


POLIS_CASES = {
    "a vote on a comment that is not there": (
        {"comments": COMMENTS, "participants_votes": WIDE.replace(",0,1\n", ",0,7\n")},
        "participants-votes.csv, row 1, column 7: There is no statement '7' in comments.csv. "
        "Mend: add it to comments.csv, or take the column out.",
    ),
    "an odd cell": (
        {"comments": COMMENTS, "participants_votes": WIDE.replace("1,-1\n", "x,-1\n")},
        "participants-votes.csv, row 2, column 0: 'x' is not a stance. "
        "Mend: write 1 for agree, 0 for pass, -1 for disagree, nothing for not seen.",
    ),
    "a participant twice": (
        {"comments": COMMENTS, "participants_votes": WIDE + "a,1,1,0,1,\n"},
        "participants-votes.csv, row 3, column participant: 'a' stands in row 2 already. "
        "Mend: one row a participant, each with an id.",
    ),
    "no votes in the wide file": (
        {"comments": COMMENTS, "participants_votes": WIDE.splitlines()[0] + "\na,0,0,0,,\n"},
        "participants-votes.csv: It holds no vote. Mend: export it again.",
    ),
    "no columns of statements": (
        {"comments": COMMENTS, "participants_votes": "participant,n-votes\na,0\n"},
        "participants-votes.csv, row 1: No column is named for a statement. Mend: export it again from Polis.",
    ),
    "a sign that nothing tells": (
        {"comments": COMMENTS.replace("agrees,disagrees", "up,down"), "votes": LONG},
        "votes.csv, column vote: Nothing tells whether 1 means agree or disagree; exports differ. "
        "Mend: give comments.csv its columns agrees and disagrees, or add participants-votes.csv.",
    ),
    "an unknown moderation": (
        {"comments": COMMENTS.replace("-1,One", "no,One"), "participants_votes": WIDE},
        "comments.csv, row 3, column moderated: 'no' is not known. Mend: write -1 (rejected), 0 or 1.",
    ),
}


@pytest.mark.parametrize("case", POLIS_CASES)
def test_polis_exports(tmp_path, case):
    files, message = POLIS_CASES[case]
    assert refusal(folder_of(tmp_path, **files)) == message


def test_the_good_files_of_these_tests_are_good(tmp_path):
    for name, files in {
        "pair": {"statements": STATEMENTS, "votes": VOTES},
        "wide": {"comments": COMMENTS, "participants_votes": WIDE},
        "long": {"comments": COMMENTS, "votes": LONG},
    }.items():
        (tmp_path / name).mkdir()
        assert read_conversation(folder_of(tmp_path / name, **files)).votes.n_votes == 2


@pytest.mark.parametrize(
    ("people", "message"),
    [
        ("person_id\n1\n1\n", "people.csv, row 3, column person_id: '1' stands in row 2 already. "
         "Mend: one row a person, each with an id."),
        ("person_id,unit\n,a\n", "people.csv, row 2, column person_id: It is empty. "
         "Mend: one row a person, each with an id."),
        ("person_id\n1\n", "people.csv: It lists 1 person, but 2 took part. "
         "Mend: list everybody who could have taken part."),
        ("person_id\n", "people.csv: It lists nobody. Mend: give one row a person."),
    ],
)  # fmt: skip
def test_a_roster(tmp_path, people, message):
    folder_of(tmp_path, statements=STATEMENTS, votes=VOTES, people=people)
    assert refusal(tmp_path, roster=tmp_path / "people.csv") == message


def test_a_roster_that_is_not_there(tmp_path):
    folder_of(tmp_path, statements=STATEMENTS, votes=VOTES)
    message = "who.csv: It cannot be read: No such file or directory. Mend: check its name and its rights."
    assert refusal(tmp_path, roster=tmp_path / "who.csv") == message


def test_no_folder_a_file_an_empty_folder_and_half_a_pair(tmp_path):
    missing, file, half = tmp_path / "missing", tmp_path / "file", tmp_path / "half"
    file.write_text("x", encoding="utf-8")
    assert refusal(missing) == f"{missing}: There is no such folder. {WHAT_IS_READ}"
    assert refusal(file) == f"{file}: It is a file, not a folder. {WHAT_IS_READ}"
    half.mkdir()
    assert refusal(half) == f"{half}: The folder is empty. {WHAT_IS_READ}"
    folder_of(half, statements=STATEMENTS)
    assert refusal(half) == f"{half}: It holds statements.csv. {WHAT_IS_READ}"


def test_problems_of_both_files_are_told_at_once(tmp_path):
    folder_of(tmp_path, statements=STATEMENTS + "2,Again\n", votes=VOTES + "a,9,1\n")
    with pytest.raises(BadInput) as caught:
        read_conversation(tmp_path)
    assert [(problem.file, problem.row) for problem in caught.value.problems] == [
        ("statements.csv", 4),
        ("votes.csv", 4),
    ]


def test_twenty_are_shown_and_the_rest_counted(tmp_path):
    folder_of(tmp_path, statements=STATEMENTS, votes=VOTES + "a,1,x\n" * 5_000)
    lines = refusal(tmp_path).splitlines()
    assert len(lines) == 21
    assert lines[19].startswith("votes.csv, row 23, column stance: 'x'")
    assert lines[20] == "… and 4,980 more problems."


def test_parquet_without_pyarrow_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    folder_of(tmp_path, statements=STATEMENTS)
    (tmp_path / "votes.parquet").write_bytes(b"PAR1")
    message = (
        "votes.parquet: Reading Parquet needs pyarrow, which is not installed. "
        "Mend: pip install 'sayso[parquet]', or give CSV."
    )
    assert refusal(tmp_path) == message


def test_a_parquet_file_cut_off(tmp_path):
    pytest.importorskip("pyarrow")
    folder_of(tmp_path, statements=STATEMENTS)
    (tmp_path / "votes.parquet").write_bytes(b"PAR1 and no more")
    assert refusal(tmp_path) == "votes.parquet: It is not a whole Parquet file. Mend: write it again."


GOOD = {
    "statements.csv": 'statement_id,text,is_seed\n1,"One, and\nmore",1\n2,Zwölf “Ämter”,0\n'.encode(),
    "votes.csv": VOTES.encode(),
    "comments.csv": COMMENTS.encode(),
    "participants-votes.csv": WIDE.encode(),
    "people.csv": b"person_id,unit\na,x\nb,y\n",
    "summary.csv": b"topic,T\nurl,x\n",
}


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damaged_files_raise_bad_input_and_nothing_else(tmp_path, data):
    """One file of a good folder is cut, has bytes changed, or is noise: read, or refused in words."""
    polis = data.draw(st.booleans())
    chosen = ("comments.csv", "participants-votes.csv", "summary.csv") if polis else (
        "statements.csv", "votes.csv", "people.csv", "summary.csv")  # fmt: skip
    for old in tmp_path.iterdir():
        old.unlink()
    for name in chosen:
        (tmp_path / name).write_bytes(GOOD[name])
    victim = data.draw(st.sampled_from(chosen))
    (tmp_path / victim).write_bytes(data.draw(damaged(GOOD[victim])))
    read, refused = read_or_refused(tmp_path)
    assert (read is None) != (refused is None)
    assert refused is None or refused.n_problems > 0
    assert refused is None or all(p.what and p.mend.startswith("Mend: ") for p in refused.problems)
    assert read is None or read.votes.n_votes > 0


def read_or_refused(folder):
    try:
        return read_conversation(folder), None
    except BadInput as error:
        return None, error


def damaged(good):
    cut = st.integers(0, len(good)).map(lambda end: good[:end])
    spliced = st.tuples(st.integers(0, len(good)), st.integers(0, 5), st.binary(max_size=6)).map(
        lambda how: good[: how[0]] + how[2] + good[how[0] + how[1] :]
    )
    signs = st.text(alphabet='",;\n\r\t10-a\x00é\ufeff', max_size=60).map(str.encode)
    return st.one_of(cut, spliced, st.binary(max_size=200), signs.map(lambda noise: good + noise), signs)


def test_a_roster_whose_units_are_no_units(tmp_path):
    people = "person_id,unit\n" + "".join(f"{i},desk {i}\n" for i in range(501))
    folder_of(tmp_path, statements=STATEMENTS, votes=VOTES, people=people)
    assert refusal(tmp_path) == (
        "people.csv, column unit: It has 501 different values. Mend: group them; 500 are read at most."
    )
