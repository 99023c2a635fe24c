"""Many requests at once: one userName is one member, whoever is quicker."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import replace

import pytest
from django.db import connections
from django.test import Client

from directory import USER, Directory, open_directory
from sayso.members.models import DirectoryEntry, Member

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(directory: Directory, bodies: list[dict[str, object]]) -> Counter[int]:
    found: Counter[int] = Counter()
    ready = threading.Barrier(len(bodies))

    def create(body: dict[str, object]) -> None:
        try:
            ready.wait(30)
            found[replace(directory, client=Client()).ask("POST", "Users", body)[0]] += 1
        finally:
            connections.close_all()

    threads = [threading.Thread(target=create, args=(body,)) for body in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return found


def test_one_name_made_eight_times_at_once_is_one_member() -> None:
    directory = open_directory()
    same = [{"schemas": [USER], "userName": "Ann@x.org" if n % 2 else "ann@x.org"} for n in range(8)]
    assert at_once(directory, same) == {201: 1, 409: 7}
    assert Member.objects.filter(email="ann@x.org").count() == DirectoryEntry.objects.count() == 1


def test_two_organisations_at_once_are_decided_by_the_database() -> None:
    from sayso.members.actions import add_organisation

    first, second = open_directory(), open_directory(add_organisation(name="Another"))
    body = {"schemas": [USER], "userName": "ann@x.org"}
    found: Counter[int] = Counter()
    ready = threading.Barrier(2)

    def create(directory: Directory) -> None:
        try:
            ready.wait(30)
            found[replace(directory, client=Client()).ask("POST", "Users", body)[0]] += 1
        finally:
            connections.close_all()

    threads = [threading.Thread(target=create, args=(one,)) for one in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert found == {201: 1, 409: 1}
    assert Member.objects.filter(email="ann@x.org").count() == 1
