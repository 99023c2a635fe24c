"""No number of people reaches a page but through the gate.

Every function that counts rows, in any room of an app, asks `sayso.publication`, or stands below with the reason why
its number needs none. A function that is gone must go from the list as well.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from real_data import REPOSITORY
from tracked import tracked

COUNTING = {"count", "aggregate", "annotate", "Count"}
# Rooms that show nothing to anybody: what they count stays inside, or is an estimate that the gate sees later.
INSIDE = re.compile(r"/(engine|demo|publication|migrations)/|command\.py$|/worker\.py$|/votes_store\.py$|/doctor")
# function: why its number needs no gate
NEEDS_NO_GATE = {
    "distillations.queries.due_checks": "moments, for the worker",
    "distillations.queries._count_votes": "one's own votes",
    "distillations.queries._engagements_with_news": "moments, for the worker",
    "distillations.queries.failed_jobs": "moments, for the doctor",
    "distillations.queries.last_input_event": "a number of an event, for the worker",
    "engagements.actions.add_topic": "topics",
    "custody.acts.acts_of": "one's own acts of office, for oneself",
    "custody.own_pages.leave": "one's own answers and statements",
    "correspondence.queries.n_failed": "mails, for the doctor",
    "correspondence.queries.n_late": "mails, for the doctor",
    "correspondence.rounds._begin_round": "numbers of events; statements that all share",
    "distillations.news_pages.news": "one's own answers",
    "engagements.saying_pages.say_frame": "one's own answers",
    "engagements.saying.remembered._follow": "a number of an event, to know what words came since",
    "custody.nameless_pages.leavers": "who left the roster, for its keepers, whoever took part",
    "custody.sealing._begin": "votes of all, for how far the work is",
    "custody.sealing._digest_to_come": "events, to compare two logs; no page shows it",
    "custody.sealing._next_statements": "votes, for the size of a batch; no page shows it",
    "custody.sealing._blur_small_groups": "decides what is emptied; no page shows it",
    "engagements.languages.queries.translation_trouble": "statements, for the doctor",
    "engagements.mandate.actions.add_empty_topic": "topics",
    "engagements.mandate.pages.open_engagement": "the whole roster, known to everybody",
    "engagements.mandate.pages.prepare": "the organisers' own statements",
    "engagements.mandate.opening.open_for_everybody": "the whole roster, known to everybody",
    "engagements.mandate.previewing.screen_of": "the organisers' own statements",
    "engagements.roster_at_opening.copying.what_was_copied": "the roster at opening, no cell under the smallest group",
    "engagements.mandate.trial_actions.give_trial_seat": "seats, held by name",
    "engagements.plain_words.actions.avoid_word": "words",
    "invitations.actions._still_to_do": "a list drawn up from the roster, whoever took part",
    "invitations.actions.fill_wave": "a list drawn up from the roster, whoever took part",
    "invitations.bounce_pages.bounces": "roster keepers' own matter, by name",
    "invitations.letter_actions.want_letters": "the roster, whoever took part",
    "invitations.pages.invitations": "mails that left, and addresses that do not work",
    "invitations.queries.progress_of": "turns; of a reminder everybody has one, at one pace, reminded or passed over",
    "invitations.queries.reach_of": "the roster, whoever took part; languages of few together",
    "members.scim.connections.make_connection": "connections",
    "members.ways_in.passkeys.keep_passkey": "one's own passkeys",
    "members.roster.queries.counts_by_kind": "rows of a file",
    "members.roster.queries.counts_of": "the roster, for its keepers",
    "members.people.queries.unit_tree": "the roster, for its keepers",
    "members.scim.listing.listed": "the roster, for the directory it comes from",
    "members.people.unit_pages.unit": "the roster, for its keepers",
    "members.roster.actions.carry_out_roster": "rows of a file",
    "moderation.actions._keep": "a place in the order of decisions; no page shows it",
    "moderation.queries._lanes": "statements by what became of them, for those who moderate",
    "moderation.names.colleagues_in": "adds a column; counts nothing",
    "replies.inbox_pages._inbox": "replies that wait, not people",
    "replies.queries.n_questions_open": "questions to oneself, for oneself",
    "replies.queries.under_own": "replies that are shown, each of which everybody reads",
    "replies.rules.check_asking": "questions one asked oneself today",
    "replies.rules.check_replying": "one's own replies",
    "rooms.entry_pages.bring_sheets": "sheets printed and not typed in yet",
    "rooms.queries.came_in": "tables, sheets and things said, and people as a host counted them; no answers",
    "rooms.rules.large_units": "units of a hundred people and more",
}
# templates that show the length of a list: what the list is of
LISTS = {
    "custody/answers.html": "one's own answers",
    "custody/erasures.html": "wishes, by name, for the data guardian alone",
    "custody/my_data.html": "what is held on oneself",
    "engagements/fragments/plain_result.html": "sentences",
    "engagements/fragments/remains.html": "what is still to be written",
    "engagements/opened_meanwhile.html": "one's own words",
    "engagements/prepare.html": "steps",
    "invitations/fragments/for_whom.html": "units",
    "invitations/fragments/units.html": "units",
    "members/columns.html": "columns of a file",
    "members/keepers.html": "keepers, by name",
    "members/units.html": "units",
    "moderation/fragments/inbox.html": "who reads today, by name",
    "distillations/accounts.html": "accounts, for the data guardian alone",
    "distillations/fragments/many.html": "statements",
    "distillations/key_points.html": "themes",
    "distillations/fragments/parted.html": "statements",
    "distillations/fragments/shared.html": "statements",
}


def functions() -> Iterator[tuple[str, ast.FunctionDef, str]]:
    for path in tracked("src/sayso/*.py"):
        if INSIDE.search(f"/{path}"):
            continue
        source = (REPOSITORY / path).read_text(encoding="utf-8")
        module = ".".join(Path(path).with_suffix("").parts[2:])
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.FunctionDef):
                yield f"{module}.{node.name}", node, source


def called(node: ast.AST) -> set[str]:
    """Names of what is called; `.count(…)` of a text or a list has something in its brackets, that of rows nothing."""
    calls = [call for call in ast.walk(node) if isinstance(call, ast.Call)]
    methods = {call.func.attr for call in calls if isinstance(call.func, ast.Attribute) and _may_be_rows(call)}
    return methods | {call.func.id for call in calls if isinstance(call.func, ast.Name) and call.func.id != "count"}


def _may_be_rows(call: ast.Call) -> bool:
    return not (isinstance(call.func, ast.Attribute) and call.func.attr == "count" and call.args)


def gate_names(source: str) -> set[str]:
    imports = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ImportFrom)]
    return {
        name.asname or name.name
        for node in imports
        if (node.module or "").startswith("sayso.publication")
        for name in node.names
    }


def test_what_counts_people_asks_the_gate() -> None:
    counting = {
        name for name, node, source in functions() if called(node) & COUNTING and not called(node) & gate_names(source)
    }
    assert counting - NEEDS_NO_GATE.keys() == set(), "ask sayso.publication, or say here why there is nothing to ask"
    assert NEEDS_NO_GATE.keys() - counting == set(), "these are gone, or ask the gate by now"


def test_what_templates_count_is_no_list_of_people() -> None:
    found = {
        path.split("/templates/")[1]
        for path in map(str, tracked("src/sayso/*.html"))
        if "/templates/" in path
        and "demo/" not in path
        and re.search(r"\|\s*length\b", (REPOSITORY / path).read_text())
    }
    assert found == LISTS.keys()


def test_a_snapshot_as_the_engine_made_it_is_read_by_the_worker_alone() -> None:
    """`Snapshot.body` is what the gate has not seen; its readers are few and none of them is a page."""
    whole = {"latest_snapshot", "shown_snapshot", "places_on", "Snapshot"}
    readers = set()
    for path in tracked("src/sayso/*.py"):
        tree = ast.parse((REPOSITORY / path).read_text(encoding="utf-8"))
        names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        names |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}
        if names & whole:
            readers.add(str(path).removeprefix("src/sayso/"))
    readers = {reader for reader in readers if "migrations" not in reader and not reader.startswith("demo/")}
    below = {f"distillations/{name}" for name in ("actions.py", "distilling.py", "queries.py", "replay_command.py")}
    # The ballots are those of `published`; how far it counted; the end of a key, which keeps the newest only.
    above = {f"custody/{name}" for name in ("actions.py", "queries.py", "rules.py", "sealing.py")}
    above |= {"correspondence/news.py", "correspondence/rounds.py"}  # what the news tell is of `published`
    assert readers == below | above
    for path in above:
        read = ast.walk(ast.parse((REPOSITORY / "src/sayso" / path).read_text(encoding="utf-8")))
        assert "body" not in {node.attr for node in read if isinstance(node, ast.Attribute)}, path


def test_shares_by_group_and_unit_are_written_by_the_engine_and_read_behind_the_gate() -> None:
    """Who wrote on a topic, part by part, is told by nobody but the gate; pages take what it left in a key point."""
    readers: dict[str, set[str]] = {name: set() for name in ("spoke", "by_unit")}
    for path in tracked("src/sayso/*.py"):
        tree = ast.parse((REPOSITORY / path).read_text(encoding="utf-8"))
        words = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
        for name in readers.keys() & words:
            readers[name].add(str(path).removeprefix("src/sayso/"))
    gate = {"engine/snapshot_body.py", "publication/snapshots.py", "publication/splits.py"}
    assert readers["spoke"] == gate
    assert readers["by_unit"] == gate - {"publication/snapshots.py"} | {
        "publication/key_points.py",
        "distillations/one_key_point.py",
    }
