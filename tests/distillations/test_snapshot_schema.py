"""What the worker stores is what the published schema promises."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from hand_made import hand_made_snapshot
from house import House, open_house
from sayso.distillations.models import Snapshot


@pytest.fixture(scope="module")
def schema() -> Draft202012Validator:
    found = json.loads((files("sayso.engine") / "snapshot.schema.json").read_text(encoding="utf-8"))
    return Draft202012Validator(found)


def test_a_stored_snapshot_keeps_the_schema(distilled: House, schema: Draft202012Validator) -> None:
    snapshot = Snapshot.objects.get()
    body = json.loads(snapshot.body)
    schema.validate(body)
    assert (body["last_event"], body["seed"]) == (snapshot.last_event, snapshot.seed)
    assert body["n_members"] == distilled.engagement.n_members


def test_a_snapshot_of_nothing_keeps_the_schema(db: None, schema: Draft202012Validator, work: Any) -> None:
    open_house(statements=1)
    work()
    schema.validate(json.loads(Snapshot.objects.get().body))


def test_the_one_made_by_hand_keeps_the_schema(schema: Draft202012Validator) -> None:
    schema.validate(hand_made_snapshot())


def test_what_is_published_has_the_schema_s_names(distilled: House, schema: Draft202012Validator) -> None:
    published = json.loads(Snapshot.objects.get().published)
    names = schema.schema["properties"]
    assert published.keys() == names.keys()
    of_a_statement = names["statements"]["items"]["properties"].keys()
    assert published["statements"][0].keys() == of_a_statement | {"groups_seen", "told_before"}
