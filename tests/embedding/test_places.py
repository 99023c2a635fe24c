"""Addresses as leads type them: what may show cards, and what may be posted to. Nothing that leads into a network."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sayso.embedding.places import MOST_PLACES, Unusable, channel_host, origins_of


def test_places_are_kept_as_browsers_write_them_each_once() -> None:
    typed = (
        " https://Intranet.Example.org/a/page?x \n\nhttps://intranet.example.org:443\nhttps://wiki.example.org:8443/\n"
    )
    assert origins_of(typed) == ["https://intranet.example.org", "https://wiki.example.org:8443"]
    assert origins_of("https://bücher.example") == ["https://xn--bcher-kva.example"]
    assert origins_of("http://localhost:8000") == ["http://localhost:8000"]
    assert origins_of("") == []


@pytest.mark.parametrize(
    "typed",
    [
        *("intranet.example.org", "http://intranet.example.org", "https://*.example.org", "*", "https://", "null"),
        *("javascript:alert(1)", "data:text/html,x", "https://a b.example", "https://user@intranet.example.org"),
        *("https://a.example; script-src *", "https://a.example 'self'", "https://a.example:port", "https://[::1]"),
        *("https://-a.example", "file:///etc/passwd", "'none'", "https://a..example", "x" * 5_000),
    ],
)
def test_what_is_no_place_is_refused_and_the_mend_told(typed: str) -> None:
    with pytest.raises(Unusable, match=r"Mend: "):
        origins_of(typed)


def test_too_many_places_are_refused() -> None:
    with pytest.raises(Unusable, match="21 places"):
        origins_of("\n".join(f"https://p{number}.example" for number in range(MOST_PLACES + 1)))


@given(st.text(max_size=300))
def test_whatever_is_typed_nothing_gets_into_the_policy_but_origins(typed: str) -> None:
    try:
        kept = origins_of(typed)
    except Unusable:
        return
    assert all(set(origin) <= set("abcdefghijklmnopqrstuvwxyz0123456789-.:/") for origin in kept)


@pytest.mark.parametrize(
    ("address", "program", "host"),
    [
        ("https://hooks.slack.com/services/T0/B0/x", "slack", "hooks.slack.com"),
        ("https://prod-7.westeurope.logic.azure.com:443/workflows/1/triggers/manual/paths/invoke?sig=x", "teams", None),
        ("https://0a.1.environment.api.powerplatform.com/powerautomate/x?sig=y", "teams", None),
    ],
)
def test_channels_of_teams_and_slack_are_known(address: str, program: str, host: str | None) -> None:
    assert channel_host(address, program) == (host or address.split("/")[2].removesuffix(":443"))


@pytest.mark.parametrize(
    "address",
    [
        *("http://hooks.slack.com/services/x", "https://hooks.slack.com", "https://hooks.slack.com.evil.example/x"),
        *("https://evilhooks.slack.com.example/x", "https://hooks.slack.com@10.0.0.1/x", "https://10.0.0.1/x"),
        *("https://169.254.169.254/latest/meta-data/", "https://localhost/x", "https://[::1]/x", "gopher://x/y"),
        *("https://hooks.slack.com:8443/x", "https://hooks.slack.com\\@10.0.0.1/x", "https://hooks.slack.com/a b"),
        *(
            "https://hooks.slack.com/x\r\nHost: y",
            "https://logic.azure.com/x",
            "",
            "x" * 3_000,
            "https://evil-hooks.slack.com/x",
        ),
    ],
)
def test_nothing_else_is_posted_to(address: str) -> None:
    for program in ("slack", "teams"):
        with pytest.raises(Unusable, match="Mend: "):
            channel_host(address, program)


def test_an_operator_may_allow_a_host_of_their_own_with_its_port() -> None:
    assert channel_host("https://chat.example.org:8443/hooks/1", "slack", also=["chat.example.org:8443"])
    with pytest.raises(Unusable, match="SAYSO_CHANNEL_HOSTS"):
        channel_host("https://chat.example.org/hooks/1", "slack", also=["chat.example.org:8443"])
