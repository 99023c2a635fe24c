"""Takes a picture of every page in every state: phone and desktop, light and dark. For looking at.

Usage: python tools/screens.py [--out screens] [--only WORD] [--scheme dark]. Writes PNGs and index.html, a sheet of
them all.
"""

from __future__ import annotations

import argparse
import contextlib
import html
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

WIDTHS = {"phone": 390, "desktop": 1280}
SCHEMES = ("light", "dark")

# Name of the picture, whose session (or nobody's), the address, and what to do there before the picture is taken.
PAGES: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("demo-doors", "", "demo:/", ()),
    ("welcome", "", "/", ()),
    ("sign-in", "", "/accounts/login/code/", ()),
    ("sign-in-sent", "", "/accounts/login/code/", ("fill input[type=email] nobody@example.org", "click main .button")),
    ("not-found", "", "/no-such-page/", ()),
    ("promise", "busy-fresh", "/e/how-we-work/", ()),
    ("promise-lead", "busy-lead", "/e/how-we-work/", ()),
    ("say", "busy-fresh", "/e/how-we-work/say/", ()),
    ("say-error", "busy-fresh", "/e/how-we-work/say/", ("fill textarea 👍", "click main button")),
    ("stale-form", "busy-fresh", "/e/how-we-work/say/", ("fill textarea We should ring each other more.", "stale")),
    ("card", "busy-fresh", "/e/how-we-work/cards/", ()),
    ("card-later", "busy-member", "/e/how-we-work/cards/", ("click .stance--agree",)),
    ("card-rest", "busy-member", "/e/how-we-work/cards/", ("click .stance--disagree",)),
    ("card-none-left", "empty-member", "/e/reading-room/cards/", ()),
    ("card-few", "few-member", "/e/harbour/cards/", ()),
    ("mine-empty", "busy-fresh", "/e/how-we-work/mine/", ()),
    ("mine", "busy-member", "/e/how-we-work/mine/", ()),
    ("results-too-soon", "busy-fresh", "/e/how-we-work/results/", ()),
    ("where-too-soon", "busy-fresh", "/e/how-we-work/where/", ()),
    ("where", "busy-member", "/e/how-we-work/where/", ()),
    ("results", "busy-member", "/e/how-we-work/results/", ()),
    ("results-lead", "busy-lead", "/e/how-we-work/results/", ()),
    ("results-few", "few-lead", "/e/harbour/results/", ()),
    ("results-empty", "empty-lead", "/e/reading-room/results/", ()),
    ("inbox", "busy-lead", "/e/how-we-work/inbox/", ()),
    ("inbox-return", "busy-lead", "/e/how-we-work/inbox/", ("click .inbox__item summary",)),
    ("roles", "busy-lead", "/e/how-we-work/roles/", ()),
    ("invitations", "busy-lead", "/e/how-we-work/invitations/", ()),
    ("invitations-new", "busy-lead", "/e/how-we-work/invitations/new/", ("click main summary", "click [value=units]")),
    ("invitations-wave", "busy-lead", "/e/how-we-work/invitations/1/", ()),
    ("invitations-words", "busy-lead", "/e/how-we-work/invitations/1/words/ar/", ()),
    (
        "invitations-words-wrong",
        "busy-lead",
        "/e/how-we-work/invitations/1/words/en/",
        ("fill textarea Hello {frist name}", "click main .button--primary"),
    ),
    ("invitations-going", "busy-lead", "/e/how-we-work/invitations/2/", ()),
    ("invitations-reminder", "busy-lead", "/e/how-we-work/invitations/3/", ()),
    ("invitations-letters", "busy-lead", "/e/how-we-work/invitations/letters/", ()),
    ("invitations-posters", "busy-lead", "/e/how-we-work/invitations/posters/", ()),
    ("invitations-empty", "empty-lead", "/e/reading-room/invitations/", ()),
    ("invitations-addresses", "busy-lead", "/bounces/", ()),
    ("phases", "busy-lead", "/e/how-we-work/phases/", ()),
    ("phases-back", "busy-lead", "/e/how-we-work/phases/", ("click main details summary",)),
    ("change", "busy-lead", "/e/how-we-work/change/", ()),
    ("change-open", "busy-lead", "/e/how-we-work/change/", ("click main details summary",)),
    ("close", "busy-lead", "/e/how-we-work/close/", ()),
    ("mandate", "", "/e/how-we-work/mandate/", ()),
    ("home-writer", "writer", "/", ()),
    ("begin", "writer", "/begin/", ()),
    ("begin-error", "writer", "/begin/", ("click main .button",)),
    ("prepare-begun", "writer", "/e/just-begun/prepare/", ()),
    ("prepare-whole", "writer", "/e/how-we-sail/prepare/", ()),
    ("prepare-question", "writer", "/e/how-we-sail/prepare/question/", ()),
    ("prepare-frame", "writer", "/e/how-we-sail/prepare/frame/", ()),
    ("prepare-promise-wrong", "writer", "/e/just-begun/prepare/promise/", ()),
    ("prepare-topics-empty", "writer", "/e/just-begun/prepare/topics/", ()),
    ("prepare-topics", "writer", "/e/how-we-sail/prepare/topics/", ()),
    ("prepare-dates", "writer", "/e/how-we-sail/prepare/dates/", ()),
    ("prepare-rules", "writer", "/e/how-we-sail/prepare/rules/", ()),
    ("prepare-words", "writer", "/e/how-we-sail/prepare/words/", ()),
    ("preview-promise", "writer", "/e/how-we-sail/preview/", ()),
    ("preview-say", "writer", "/e/how-we-sail/preview/?screen=say", ()),
    ("preview-card", "writer", "/e/how-we-sail/preview/?screen=card", ()),
    ("trial", "writer", "/e/how-we-sail/trial/", ()),
    ("trial-promise", "tester", "/e/how-we-sail/", ()),
    ("trial-remark", "tester", "/e/how-we-sail/remark/", ()),
    ("open", "writer", "/e/how-we-sail/open/", ()),
    ("open-not-ready", "writer", "/e/just-begun/open/", ()),
    ("connect", "busy-lead", "/roster/connect/", ()),
    ("connect-made", "busy-lead", "/roster/connect/", ("fill input[name=name] Okta", "click main .button--primary")),
    ("my-data", "busy-member", "/mine/data/", ()),
    ("my-answers", "busy-member", "/e/how-we-work/mine/answers/", ("click .confirm summary",)),
    ("leave", "busy-member", "/e/how-we-work/leave/", ()),
    ("erasure-wish", "busy-member", "/e/how-we-work/erasure/", ()),
    ("receipt", "busy-member", "/e/how-we-work/ballots/receipt/", ()),
    ("ballots-too-soon", "busy-member", "/e/how-we-work/ballots/", ()),
    ("ballots", "ended-member", "/e/night-ferry/ballots/", ()),
    ("custody", "ended-guardian", "/e/night-ferry/custody/", ()),
    ("access-log", "ended-guardian", "/e/night-ferry/custody/log/", ()),
    ("erasures", "ended-guardian", "/e/night-ferry/custody/erasures/", ("click .confirm summary",)),
    ("key-destroyed", "sealed-guardian", "/e/old-pier/custody/", ()),
    ("key-destroyed-member", "sealed-member", "/e/old-pier/mine/", ()),
    ("inbox-empty", "empty-lead", "/e/reading-room/inbox/", ()),
    ("not-set-up", "", "empty:/", ()),
    ("setup", "", "empty:SETUP", ()),
    ("setup-void", "", "empty:/setup/no-such-link/", ()),
    ("privacy", "", "/privacy/", ()),
    ("code", "", "/code/", ()),
    ("code-wrong", "", "/code/", ("fill #staff_number 4711", "fill #code K7QM-2XRP", "click main .button--primary")),
    ("help-in", "", "/help-in/", ()),
    ("link", "", "LINK", ()),
    ("link-back", "", "LINK-BACK", ()),
    ("link-gone", "", "/in/nobody/", ()),
    ("ways-in", "busy-member", "/ways-in/", ()),
    ("guest", "", "/e/harbour/guest/", ()),
    ("kiosk", "few-lead", "/e/harbour/kiosk/", ()),
    ("kiosk-begun", "few-lead", "/e/harbour/kiosk/", ("click main .button--primary",)),
    ("words", "busy-lead", "/e/how-we-work/words/", ()),
    ("kept", "busy-lead", "/e/how-we-work/kept/", ()),
    ("promise-guardian", "ended-guardian", "/e/night-ferry/", ()),
    ("accounts", "ended-guardian", "/e/night-ferry/accounts/", ()),
    ("home-keeper", "keeper", "/", ()),
    ("home-keeper-alone", "keeper-alone", "/", ()),
    ("roster", "keeper", "/roster/", ()),
    ("roster-empty", "keeper-alone", "/roster/", ()),
    ("roster-bring", "keeper", "/roster/bring/", ()),
    ("roster-columns", "keeper", "/roster/files/2/", ()),
    ("roster-dry-run", "keeper", "/roster/updates/2/", ()),
    ("roster-changed", "keeper", "/roster/updates/2/?kind=changed", ()),
    ("roster-done", "keeper", "/roster/updates/1/?kind=added", ()),
    ("roster-waiting", "keeper-waiting", "/roster/jobs/6/", ()),
    ("roster-unreadable", "keeper", "/roster/jobs/7/", ()),
    ("people", "keeper", "/roster/people/", ()),
    ("people-nobody", "keeper", "/roster/people/?q=zzz", ()),
    ("person", "keeper", "/roster/people/", ("click .slip a",)),
    ("person-new", "keeper", "/roster/people/new/", ()),
    ("units", "keeper", "/roster/units/", ()),
    ("unit", "keeper", "/roster/units/", ("click .branches__one--1 a",)),
    ("keepers", "keeper", "/roster/keepers/", ()),
)


def main() -> int:
    options = _options()
    options.out.mkdir(parents=True, exist_ok=True)
    for old in options.out.glob("*.png"):
        old.unlink()
    with tempfile.TemporaryDirectory(prefix="sayso-screens-") as folder:
        print("building organisations to look at …", file=sys.stderr)
        sessions = _build(Path(folder))
        data, nothing = Path(folder), Path(folder) / "empty"
        nothing.mkdir()
        with _server(data) as address, _server(data, is_demo=True) as demo, _server(nothing) as empty:
            addresses = {"": address, "demo": demo, "empty": empty}
            taken = list(_pictures(addresses, sessions, data, options))
    (options.out / "index.html").write_text(_sheet(taken), encoding="utf-8")
    print(f"{len(taken)} pictures: {options.out / 'index.html'}")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Takes a picture of every page in every state.")
    parser.add_argument("--out", type=Path, default=Path("screens"), help="folder for the pictures (default: screens)")
    parser.add_argument("--only", default="", help="only pages whose name holds this word")
    parser.add_argument("--scheme", choices=SCHEMES, help="only light, or only dark")
    return parser.parse_args()


def _build(folder: Path) -> dict[str, str]:
    os.environ.update(
        DJANGO_SETTINGS_MODULE="sayso.settings",
        SAYSO_DATA=str(folder),
        SAYSO_HTTPS="0",
        SAYSO_DEMO="0",
        SAYSO_WORKER_QUIET_S="0",
        SAYSO_EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend",
    )
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from screen_states import build_states

    sessions = build_states()
    _write_reports(folder)
    return sessions


def _write_reports(folder: Path) -> None:
    """The one-file report of each organisation that has a snapshot."""
    from sayso.distillations.models import Snapshot
    from sayso.distillations.report import write_report

    for snapshot in Snapshot.objects.select_related("engagement"):
        write_report(json.loads(snapshot.body), folder / f"report-{snapshot.engagement.slug}.html")


@contextlib.contextmanager
def _server(folder: Path, *, is_demo: bool = False) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(Path(sys.executable).with_name("sayso")), "serve", "--port", str(port)]
    env = {**os.environ, "SAYSO_DATA": str(folder), "SAYSO_DEMO": str(int(is_demo))}
    with (folder / f"server-{port}.log").open("wb") as log:
        server = subprocess.Popen(command, env=env, stdout=log, stderr=log, start_new_session=True)
    try:
        _wait_for(f"http://127.0.0.1:{port}/healthz", folder / f"server-{port}.log")
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def _wait_for(address: str, log: Path) -> None:
    for _ in range(150):
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=2):
            return
        time.sleep(0.2)
    raise SystemExit(f"The server did not come up:\n{log.read_text(errors='replace')}")


def _pictures(
    addresses: dict[str, str], sessions: dict[str, str], folder: Path, options: argparse.Namespace
) -> Iterator[tuple[str, str]]:
    from playwright.sync_api import sync_playwright

    reports = tuple((path.stem, "", path.as_uri(), ()) for path in sorted(folder.glob("report-*.html")))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        for name, person, path, acts in (*PAGES, *reports):
            if options.only not in name:
                continue
            for scheme in SCHEMES if options.scheme is None else (options.scheme,):
                for width_name, width in WIDTHS.items():
                    file = f"{name}-{width_name}-{scheme}.png"
                    url = _url(addresses, path, folder, sessions)
                    page = _open(browser, url, sessions.get(person), width, scheme, addresses[""])
                    _act(page, acts, name)
                    page.screenshot(path=str(options.out / file), full_page=True)
                    page.context.close()
                    yield name, file
        browser.close()


def _url(addresses: dict[str, str], path: str, folder: Path, sessions: dict[str, str]) -> str:
    if path.startswith("file:"):
        return path
    server, _, rest = sessions.get(path.lower(), path).rpartition(":")
    if rest == "SETUP":  # the link that the empty installation printed
        rest = f"/setup/{json.loads((folder / 'empty' / 'keys' / 'setup').read_text())['token']}/"
    return addresses[server] + rest


def _open(browser: Any, url: str, session: str | None, width: int, scheme: str, address: str) -> Any:
    context = browser.new_context(viewport={"width": width, "height": 844}, color_scheme=scheme)
    if session:
        context.add_cookies([{"name": "sayso_session", "value": session, "url": address}])
    page = context.new_page()
    page.on("console", lambda message: print(f"{url}: {message.text}", file=sys.stderr))
    page.goto(url)
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        print(f"{url} scrolls sideways at {width}", file=sys.stderr)
    return page


def _act(page: Any, acts: tuple[str, ...], name: str) -> None:
    """What cannot be done is told, and the picture is taken as the page then is."""
    from playwright.sync_api import Error

    try:
        for act in acts:
            _do(page, act)
    except Error as problem:
        print(f"{name}: {problem}", file=sys.stderr)


def _do(page: Any, act: str) -> None:
    verb, _, rest = act.partition(" ")
    if verb == "click":
        page.locator(rest).first.click(timeout=5_000)
        page.wait_for_timeout(400)
    elif verb == "fill":
        target, _, text = rest.partition(" ")
        page.locator(target).first.fill(text, timeout=5_000)
    elif verb == "stale":
        page.context.clear_cookies(name="sayso_csrf")
        page.locator("main form button").first.click(timeout=5_000)


def _sheet(taken: list[tuple[str, str]]) -> str:
    pictures = "".join(
        f'<figure><a href="{html.escape(file)}"><img loading="lazy" src="{html.escape(file)}" alt=""></a>'
        f"<figcaption>{html.escape(file.removesuffix('.png'))}</figcaption></figure>"
        for _, file in taken
    )
    style = (
        "body{font:14px sans-serif;display:flex;flex-wrap:wrap;gap:16px;background:#888}"
        "figure{margin:0}img{height:420px;max-width:640px;object-fit:cover;object-position:top}"
    )
    return f"<!doctype html><title>Every page</title><style>{style}</style>{pictures}"


if __name__ == "__main__":
    sys.exit(main())
