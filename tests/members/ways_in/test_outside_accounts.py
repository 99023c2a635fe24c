"""What the environment says of accounts of elsewhere: read whole, refused by name when it makes no sense."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sayso.members.ways_in.outside_accounts import WrongSetting, read_outside_accounts

ONE = {"SAYSO_OIDC_ISSUER": "https://id.example/", "SAYSO_OIDC_ID": "sayso", "SAYSO_OIDC_SECRET": "s"}


def test_nothing_is_on_by_default() -> None:
    found = read_outside_accounts({})
    assert (found.apps, found.providers, found.doors) == ([], {}, [])


def test_one_connection_by_variables_and_more_by_a_file(tmp_path: Path) -> None:
    file = tmp_path / "more.json"
    more = {"id": "school", "name": "School", "issuer": "https://school.example", "client_id": "c", "secret": "s"}
    file.write_text(json.dumps([{**more, "claim": "number"}]))
    found = read_outside_accounts({**ONE, "SAYSO_OIDC_FILE": str(file)})
    assert [door["name"] for door in found.doors] == ["My work account", "School"]
    assert found.apps == ["allauth.socialaccount", "allauth.socialaccount.providers.openid_connect"]
    first, second = found.providers["openid_connect"]["APPS"]
    assert first["settings"] == {"server_url": "https://id.example", "staff_number_claim": ""}
    assert second["settings"]["staff_number_claim"] == "number"
    assert found.providers["openid_connect"]["OAUTH_PKCE_ENABLED"] is True


def test_social_accounts_by_name() -> None:
    ids = {"SAYSO_GOOGLE_ID": "g", "SAYSO_GOOGLE_SECRET": "s", "SAYSO_GITHUB_ID": "h", "SAYSO_GITHUB_SECRET": "t"}
    found = read_outside_accounts({"SAYSO_SOCIAL": "Google, github", **ids})
    assert [door["view"] for door in found.doors] == ["google_login", "github_login"]
    assert found.providers["github"]["SCOPE"] == ["user:email"]


@pytest.mark.parametrize(
    ("env", "named"),
    [
        ({"SAYSO_OIDC_ISSUER": "https://id.example"}, "client_id, secret"),
        ({**ONE, "SAYSO_OIDC_ISSUER": "http://id.example"}, "must begin with https"),
        ({**ONE, "SAYSO_OIDC_ISSUER": "id.example"}, "must begin with https"),
        ({**ONE, "SAYSO_OIDC_FILE": "/nowhere.json"}, "SAYSO_OIDC_FILE"),
        ({"SAYSO_SOCIAL": "facepage"}, "facepage"),
        ({"SAYSO_SOCIAL": "microsoft"}, "microsoft"),
        ({"SAYSO_SOCIAL": "google"}, "SAYSO_GOOGLE_ID"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(env: dict[str, str], named: str) -> None:
    with pytest.raises(WrongSetting, match=named):
        read_outside_accounts(env)


@pytest.mark.parametrize("text", ["{", "{}", "[1]", '[{"id": "X Y"}]'])
def test_a_bad_file_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "bad.json"
    file.write_text(text)
    with pytest.raises(WrongSetting):
        read_outside_accounts({"SAYSO_OIDC_FILE": str(file)})


def test_two_of_one_name_are_refused(tmp_path: Path) -> None:
    one = {"id": "account", "name": "A", "issuer": "https://a.example", "client_id": "c", "secret": "s"}
    file = tmp_path / "twice.json"
    file.write_text(json.dumps([one]))
    with pytest.raises(WrongSetting, match="'account'"):
        read_outside_accounts({**ONE, "SAYSO_OIDC_FILE": str(file)})
