"""What SAYSO_DATABASE_URL may say, and what is made of it."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from sayso.settings import _database


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Any:
    def database_at(url: str) -> tuple[Any, ...]:
        monkeypatch.setenv("SAYSO_DATABASE_URL", url)
        made = _database()
        return tuple(made[name] for name in ("USER", "PASSWORD", "HOST", "PORT", "NAME"))

    return database_at


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("postgresql://ann:s%40cret@db.example:5433/say", ("ann", "s@cret", "db.example", "5433", "say")),
        ("postgres://ann@[::1]/say", ("ann", "", "::1", "", "say")),
        ("postgresql:///say", ("", "", "", "", "say")),
        ("postgresql://ann@/say?host=/var/run/postgresql", ("ann", "", "/var/run/postgresql", "", "say")),
        ("postgresql://ann@%2Fvar%2FRun:5433/say", ("ann", "", "/var/Run", "5433", "say")),
    ],
)
def test_a_host_or_the_folder_of_a_socket(told: Any, url: str, parts: tuple[str, ...]) -> None:
    assert told(url) == parts


def test_what_an_address_says_of_encryption_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAYSO_DATABASE_URL", "postgresql://ann@db.example/say?sslmode=verify-full&connect_timeout=5")
    options = _database()["OPTIONS"]
    assert (options["sslmode"], options["connect_timeout"]) == ("verify-full", "5")


@pytest.mark.parametrize(
    "url",
    [
        "mysql://ann:s3cret@db.example/say",
        "postgresql://ann:s3cret@db.example/say?sslmood=require",
        "postgresql://ann:s3cret@[::1/say",
        "host=db.example password=s3cret",
        "s3cret",
    ],
)
def test_an_address_that_cannot_be_read_is_refused_without_telling_its_password(told: Any, url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"SAYSO_DATABASE_URL is no address.*write postgresql://") as refused:
        told(url)
    assert "s3cret" not in str(refused.value)
