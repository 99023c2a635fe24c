"""How pages travel: HTTPS, the names it answers to, cookies, and doors of the demo that stand open."""

from __future__ import annotations

import ipaddress

from sayso.doctor.finding import FAIL, OK, WARN, Check, Finding, Found

THIS_MACHINE = {"localhost", "127.0.0.1", "[::1]"}
A_MONTH_S = 30 * 86400


def _https() -> Finding:
    from django.conf import settings

    if settings.DEMO:
        return Finding("https", OK, "Off, as the demo answers this machine only.")
    if settings.HTTPS:
        return Finding("https", OK, f"On, for {', '.join(settings.ALLOWED_HOSTS)}.")
    return Finding("https", WARN, "Off: what people say travels in the open.", "Set SAYSO_HTTPS=1 behind a proxy.")


def _hosts() -> Finding:
    from django.conf import settings

    hosts = set(settings.ALLOWED_HOSTS)
    mend = "Set SAYSO_HOSTS to the name people type."
    if settings.DEMO and hosts - THIS_MACHINE:
        return Finding("https.hosts", FAIL, "The demo's doors without sign-in are open to others.", "Unset SAYSO_DEMO.")
    if any("*" in host or host.startswith(".") for host in hosts):
        cause = "Any name is answered: a forged one could stand in a sign-in link."
        return Finding("https.hosts", FAIL, cause, mend)
    if settings.HTTPS and hosts <= THIS_MACHINE:
        return Finding("https.hosts", WARN, "On, but only this machine's own names are allowed.", mend)
    if wrong := sorted(host for host in hosts if "/" in host or _has_port(host)):
        return Finding(
            "https.hosts", FAIL, f"No name of a server: {', '.join(wrong)}.", "Names only, no http, no port."
        )
    return Finding("https.hosts", OK, f"Answers to {', '.join(settings.ALLOWED_HOSTS)}.")


def _has_port(host: str) -> bool:
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return ":" in host
    return False


def _cookies() -> Found:
    from django.conf import settings

    if not settings.HTTPS:
        return []
    wanted = {
        "SESSION_COOKIE_SECURE": settings.SESSION_COOKIE_SECURE,
        "CSRF_COOKIE_SECURE": settings.CSRF_COOKIE_SECURE,
        "SESSION_COOKIE_HTTPONLY": settings.SESSION_COOKIE_HTTPONLY,
        "SECURE_SSL_REDIRECT": settings.SECURE_SSL_REDIRECT,
        "SECURE_HSTS_SECONDS": settings.SECURE_HSTS_SECONDS >= A_MONTH_S,
    }
    if missing := [name for name, is_set in wanted.items() if not is_set]:
        cause = f"HTTPS is on, but these are not: {', '.join(missing)}."
        return Finding("https.cookies", FAIL, cause, "Take your own settings module away, or set them there.")
    return Finding("https.cookies", OK, "Cookies travel by HTTPS only, and browsers remember to use it.")


def _proxy() -> Found:
    """Behind a proxy whose word is not taken, every page redirects to itself for ever."""
    from django.conf import settings
    from django.test import RequestFactory

    if not settings.HTTPS:
        return []
    host = next(iter(settings.ALLOWED_HOSTS), "localhost")
    request = RequestFactory().get("/", headers={"X-Forwarded-Proto": "https", "Host": host})
    if not request.is_secure():
        mend = "Set SECURE_PROXY_SSL_HEADER as Sayso's own settings do."
        return Finding("https.proxy", FAIL, "A proxy's X-Forwarded-Proto is not taken: pages redirect for ever.", mend)
    return Finding("https.proxy", OK, "A proxy's X-Forwarded-Proto is taken; see that yours sets it on each request.")


CHECKS = (
    Check("https", _https, "Do pages travel by HTTPS?", "Set `SAYSO_HTTPS=1` behind a proxy that speaks it."),
    Check(
        "https.hosts",
        _hosts,
        "Does it answer to the names people type, to no others, and no demo to anybody else?",
        "Set `SAYSO_HOSTS` to the name people type.",
    ),
    Check(
        "https.cookies",
        _cookies,
        "With HTTPS: are cookies secure, is http redirected, do browsers remember it (HSTS)?",
        "Take your own settings module away, or set them there.",
    ),
    Check(
        "https.proxy",
        _proxy,
        "With HTTPS: is the proxy's `X-Forwarded-Proto` taken?",
        "Set `SECURE_PROXY_SSL_HEADER` as Sayso's own settings do.",
    ),
)
