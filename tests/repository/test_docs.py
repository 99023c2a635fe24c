"""The docs keep up with the code: commands, settings, events, tables and links."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps

from real_data import REPOSITORY
from tracked import tracked

DOCS = REPOSITORY / "docs"
# Tables that hold the machinery's own notes; nobody meets them in a page or a conversation.
MACHINERY = {"IntegrityCheck", "KeyPointWish", "Event", "Job", "Heartbeat", "Place", "Role"}


def read(name):
    return (REPOSITORY / name).read_text(encoding="utf-8")


def settings_in_code():
    source = "".join((REPOSITORY / path).read_text(encoding="utf-8") for path in tracked("src/sayso/*.py"))
    return set(re.findall(r"\bSAYSO_[A-Z_]+[A-Z]\b", source))


@pytest.mark.parametrize("page", ["cli", "doctor"])
def test_a_reference_is_what_the_code_says(page):
    tool = REPOSITORY / "tools" / f"write_{page}_reference.py"
    written = subprocess.run([sys.executable, tool, "--print"], capture_output=True, text=True, check=False)
    assert written.returncode == 0, written.stderr
    assert read(f"docs/reference/{page}.md") == written.stdout, "Mend: make docs"


def test_every_setting_is_listed_and_none_that_is_gone():
    listed = set(re.findall(r"^\| `(SAYSO_[A-Z_]+)`", read("docs/settings.md"), flags=re.MULTILINE))
    assert listed == settings_in_code()


def test_every_kind_of_event_is_listed_and_none_that_is_gone():
    from sayso.engagements import events

    listed = set(re.findall(r"^\| `([a-z]+_[a-z_]+)` \|", read("docs/architecture.md"), flags=re.MULTILINE))
    assert listed == {kind.value for kind in events.EventKind}


def test_the_glossary_has_every_word_that_names_a_table():
    ours = {
        "sayso.members",
        "sayso.engagements",
        "sayso.mail",
        "sayso.replies",
        "sayso.distillations",
        "sayso.rooms",
        "sayso.invitations",
        "sayso.correspondence",
        "sayso.embedding",
        "sayso.custody",
    }
    names = {model.__name__ for model in apps.get_models() if model._meta.app_config.name in ours} - MACHINERY
    words = set(re.findall(r"^\*\*([a-z -]+)\*\*", read("docs/glossary.md").lower(), flags=re.MULTILINE))
    assert len(names) >= 8
    assert {re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower() for name in names} - words == set()


@pytest.mark.parametrize("path", [str(path) for path in tracked("*.md")])
def test_every_link_to_a_file_leads_somewhere(path):
    page = REPOSITORY / path
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8"))
    local = [link for link in links if not re.match(r"[a-z]+:", link)]
    assert [link for link in local if not (page.parent / link).exists()] == []


def test_every_word_of_make_is_listed_by_it():
    listed = subprocess.run(["make", "help"], cwd=REPOSITORY, capture_output=True, text=True, check=True).stdout
    targets = re.search(r"^\.PHONY: (.*)$", read("Makefile"), flags=re.MULTILINE).group(1).split()
    assert re.findall(r"^make (\w+)", listed, flags=re.MULTILINE) == targets


def test_every_decision_is_numbered_once_and_has_its_parts():
    records = sorted(Path(DOCS / "adr").glob("[0-9]*.md"))
    assert [int(path.name[:4]) for path in records] == list(range(1, len(records) + 1))
    for path in records:
        text = path.read_text(encoding="utf-8")
        assert all(f"## {part}" in text for part in ("Context", "Decision", "Consequences")), path.name
