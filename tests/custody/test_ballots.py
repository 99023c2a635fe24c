"""Tree, receipt and record by hand and by property: who notices what was dropped, changed or added."""

from __future__ import annotations

import copy
import hashlib
import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sayso import cli
from sayso.custody.ballots.proof import faults_of_proof, make_proof, votes_in
from sayso.custody.ballots.receipt import Misread, read, tag, written
from sayso.custody.ballots.record import as_csv, as_json, faults_of, lines_of, make_record, read_record, votes_under
from sayso.custody.ballots.tree import levels_of, path_in, root_from, root_of

SECRETS = [bytes([n]) * 20 for n in range(12)]
STATEMENTS = (3, 17, 281_474_976_710_655)


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def the_record() -> dict[str, Any]:
    """Twelve people, three statements; person n votes on all but the one with its number modulo four."""
    ballots = {
        number: [(tag(secret, str(number)), (n + place) % 3 - 1) for n, secret in enumerate(SECRETS) if n % 4 != place]
        for place, number in enumerate(STATEMENTS)
    }
    return make_record(engagement="how-we-work", counted_to=99, ballots=ballots)


def sealed_anew(record: dict[str, Any]) -> dict[str, Any]:
    """As somebody in charge of the server would: counts and root made to fit what was done to the votes."""
    ballots = {int(t["statement"]): [tuple(b) for b in t["ballots"]] for t in record["statements"]}
    return make_record(engagement=record["engagement"], counted_to=record["counted_to"], ballots=ballots)


# The tree


def test_the_tree_of_three_lines_by_hand() -> None:
    a, b, c = (sha256(b"\x00" + line) for line in (b"a", b"b", b"c"))
    assert root_of([b"a"]) == a
    assert root_of([b"a", b"b"]) == sha256(b"\x01" + a + b)
    assert root_of([b"a", b"b", b"c"]) == sha256(b"\x01" + sha256(b"\x01" + a + b) + c)
    assert path_in(levels_of([b"a", b"b", b"c"]), 2) == [("left", sha256(b"\x01" + a + b))]


def by_the_rfc(lines: list[bytes]) -> bytes:
    """RFC 6962, section 2.1, as it is written: split at the largest power of two smaller than the number of lines."""
    if len(lines) <= 1:
        return sha256(b"\x00" + lines[0]) if lines else sha256(b"")
    k = 1
    while 2 * k < len(lines):
        k *= 2
    return sha256(b"\x01" + by_the_rfc(lines[:k]) + by_the_rfc(lines[k:]))


@given(st.lists(st.binary(max_size=8), max_size=40))
def test_the_tree_is_that_of_the_rfc_and_every_line_leads_to_its_root(lines: list[bytes]) -> None:
    assert root_of(lines) == by_the_rfc(lines)
    levels = levels_of(lines)
    assert all(root_from(line, path_in(levels, n)) == root_of(lines) for n, line in enumerate(lines))


@given(st.lists(st.binary(max_size=8), min_size=1, max_size=20, unique=True), st.binary(max_size=8), st.data())
def test_no_other_line_leads_to_the_root(lines: list[bytes], other: bytes, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(lines) - 1))
    if other != lines[place]:
        assert root_from(other, path_in(levels_of(lines), place)) != root_of(lines)


def test_a_node_cannot_be_passed_off_as_a_line() -> None:
    left, right = sha256(b"\x00a"), sha256(b"\x00b")
    assert root_of([left + right]) != root_of([b"a", b"b"])


# The receipt


@given(st.binary(min_size=20, max_size=20))
def test_a_receipt_reads_back_however_it_is_typed(secret: bytes) -> None:
    letters = written(secret)
    assert read(letters) == secret
    assert read(letters.lower().replace("-", " ").replace("0", "o").replace("1", "l")) == secret


@given(st.binary(min_size=20, max_size=20), st.integers(0, 35), st.sampled_from("0123456789ABCDEFGHJKMNPQRSTVWXYZ"))
def test_one_wrong_letter_is_found(secret: bytes, place: int, sign: str) -> None:
    plain = written(secret).replace("-", "")
    if plain[place] != sign:
        with pytest.raises(Misread, match="wrong"):
            read(plain[:place] + sign + plain[place + 1 :])


@pytest.mark.parametrize("typed", ["", "K7QM", "U" * 36, "0" * 37, "é" * 36])
def test_what_is_no_receipt_is_told_so(typed: str) -> None:
    with pytest.raises(Misread):
        read(typed)


# The record


def test_everybody_finds_their_own_votes_and_no_others() -> None:
    record = the_record()
    assert faults_of(record) == []
    for n, secret in enumerate(SECRETS):
        found = [it.stance for it in votes_under(record, secret)]
        assert found == [None if n % 4 == place else (n + place) % 3 - 1 for place in range(3)]
    assert all(it.stance is None for it in votes_under(record, b"x" * 20))


def test_a_dropped_vote_is_missed_by_its_voter_alone() -> None:
    record = copy.deepcopy(the_record())
    mine = tag(SECRETS[1], "3")
    record["statements"][0]["ballots"] = [b for b in record["statements"][0]["ballots"] if b[0] != mine]
    assert faults_of(record), "counts and root no longer fit"
    fitted = sealed_anew(record)
    assert faults_of(fitted) == []
    missing = [n for n, s in enumerate(SECRETS) if votes_under(fitted, s) != votes_under(the_record(), s)]
    assert missing == [1]
    assert fitted["root"] != the_record()["root"]


def test_a_changed_vote_is_seen_by_its_voter_alone() -> None:
    record = copy.deepcopy(the_record())
    mine = tag(SECRETS[1], "3")
    for ballot in record["statements"][0]["ballots"]:
        ballot[1] = -ballot[1] or 1 if ballot[0] == mine else ballot[1]
    assert faults_of(record)
    fitted = sealed_anew(record)
    assert [n for n, s in enumerate(SECRETS) if votes_under(fitted, s) != votes_under(the_record(), s)] == [1]


def test_an_added_vote_breaks_the_root_and_the_sum_with_the_results() -> None:
    record = copy.deepcopy(the_record())
    record["statements"][0]["ballots"].append(["f" * 32, 1])
    assert len(faults_of(record)) == 2
    fitted = sealed_anew(record)
    assert (fitted["root"] != the_record()["root"]) and fitted["statements"][0]["agree"] == (
        the_record()["statements"][0]["agree"] + 1
    )


def test_marks_of_one_person_have_nothing_in_common() -> None:
    """Nearest pairs across statements are the same person's no more often than chance has it."""
    rng = random.Random(5)
    secrets = [rng.randbytes(20) for _ in range(200)]
    first, second = ([int(tag(s, n), 16) for s in secrets] for n in ("1", "2"))
    nearest = [min(range(200), key=lambda j: bin(mark ^ second[j]).count("1")) for mark in first]
    assert sum(n == j for n, j in enumerate(nearest)) <= 8
    order = sorted(range(200), key=first.__getitem__)
    again = sorted(range(200), key=second.__getitem__)
    assert sum(a == b for a, b in zip(order, again, strict=True)) <= 8


def test_the_order_of_the_record_is_that_of_its_marks() -> None:
    record = the_record()
    shuffled = copy.deepcopy(record)
    for told in shuffled["statements"]:
        random.Random(1).shuffle(told["ballots"])
    assert as_json(sealed_anew(shuffled)) == as_json(record)
    assert all(told["ballots"] == sorted(told["ballots"]) for told in record["statements"])


def test_a_record_without_statements_is_whole() -> None:
    assert faults_of(make_record(engagement="e", counted_to=0, ballots={})) == []


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    from sayso.custody.ballots.record import Broken

    with pytest.raises(Broken):
        read_record(text)


def test_csv_and_json_tell_the_same() -> None:
    record = the_record()
    rows = [line.split(",") for line in as_csv(record).splitlines()[1:]]
    told = [[t["statement"], mark, str(stance)] for t in record["statements"] for mark, stance in t["ballots"]]
    assert rows == told


# The proof


def test_a_proof_leads_each_own_vote_to_the_root_and_no_other() -> None:
    record = the_record()
    proof = make_proof(record, SECRETS[1])
    assert votes_in(proof) == {str(STATEMENTS[0]): 0, str(STATEMENTS[2]): -1}
    assert faults_of_proof(proof, SECRETS[1]) == []
    assert len(faults_of_proof(proof, SECRETS[2])) == 2
    changed = copy.deepcopy(proof)
    changed["votes"][0]["line"] = changed["votes"][0]["line"][:-1] + "1"
    assert faults_of_proof(changed, SECRETS[1]) == ["Statement 3: this vote does not lead to the root."]


def test_a_line_with_the_counts_cannot_stand_in_for_a_vote() -> None:
    record = the_record()
    lines = list(lines_of(record))
    path = [[side, other.hex()] for side, other in path_in(levels_of(lines), 1)]
    proof = {**make_proof(record, SECRETS[1]), "votes": [{"line": lines[1].decode(), "path": path}]}
    with pytest.raises(ValueError, match="unpack"):
        faults_of_proof(proof, SECRETS[1])


# The command


@pytest.fixture
def record_file(tmp_path: Path) -> Path:
    path = tmp_path / "ballots.json"
    path.write_text(as_json(the_record()), encoding="utf-8")
    return path


def test_the_command_finds_votes_and_counts_anew(record_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = the_record()["root"]
    assert cli.main(["check-ballot", str(record_file), written(SECRETS[1]), "--root", root]) == 0
    told = capsys.readouterr().out
    assert "statement 3: you pass" in told and "statement 17: no vote of yours" in told
    assert f"2 of your votes are among 27. Root: {root}" in told
    assert cli.main(["check-ballot", str(record_file), written(SECRETS[1]), "--root", "0" * 64, "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["faults"] == [
        "The root is not the one you gave: this is another record."
    ]


def test_the_command_checks_a_proof(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "my-votes.json"
    path.write_text(json.dumps(make_proof(the_record(), SECRETS[1]), indent=1), encoding="utf-8")
    assert cli.main(["check-ballot", str(path), written(SECRETS[1])]) == 0
    assert "2 of your votes are among 2" in capsys.readouterr().out
    assert cli.main(["check-ballot", str(path), written(SECRETS[2])]) == 1


def test_the_command_says_what_it_cannot_read(record_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good = written(SECRETS[1])
    whole = record_file.read_text(encoding="utf-8")
    record_file.write_text(whole[:500], encoding="utf-8")
    assert cli.main(["check-ballot", str(record_file), good]) == 1
    assert "cut off" in capsys.readouterr().err
    assert cli.main(["check-ballot", str(record_file.with_name("none")), good]) == 1
    record_file.write_text(whole.replace('",1]', '",0]', 1), encoding="utf-8")
    assert cli.main(["check-ballot", str(record_file), good]) == 1
    assert "do not add up" in capsys.readouterr().out
