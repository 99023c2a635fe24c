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
from urllib.parse import urljoin

from screen_pages import PAGES

WIDTHS = {"phone": 390, "desktop": 1280}
SCHEMES = ("light", "dark")


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
    parser.add_argument("--language", default="en", help="as somebody sees them who chose it: en, de, es or ar")
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
                    cookies = _cookies(url, _session_of(person, sessions), options.language)
                    page = _open(browser, url, cookies, width, scheme)
                    _act(page, acts, name)
                    page.screenshot(path=str(options.out / file), full_page=True)
                    page.context.close()
                    yield name, file
        browser.close()


def _session_of(person: str, sessions: dict[str, str]) -> str:
    """The next one of those who lose theirs by what they do, the same one again of all others."""
    first, _, others = sessions.get(person, "").partition(" ")
    sessions[person] = others or first
    return first


def _url(addresses: dict[str, str], path: str, folder: Path, sessions: dict[str, str]) -> str:
    if path.startswith("file:"):
        return path
    server, _, rest = sessions.get(path.lower(), path).rpartition(":")
    if rest == "SETUP":  # the link that the empty installation printed
        rest = f"/setup/{json.loads((folder / 'empty' / 'keys' / 'setup').read_text())['token']}/"
    return addresses[server] + rest


def _cookies(url: str, session: str, language: str) -> list[dict[str, str]]:
    held = {"sayso_session": session, "sayso_language": language}
    address = urljoin(url, "/")
    return [{"name": name, "value": value, "url": address} for name, value in held.items() if value]


def _open(browser: Any, url: str, cookies: list[dict[str, str]], width: int, scheme: str) -> Any:
    context = browser.new_context(  # without motion, lest a picture is taken in the middle of one
        viewport={"width": width, "height": 844}, color_scheme=scheme, reduced_motion="reduce"
    )
    if not url.startswith("file:"):
        context.add_cookies(cookies)
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
    elif verb == "open":
        page.locator(rest).evaluate_all("all => all.forEach(one => one.open = true)")
    elif verb == "thank":  # said without the server: whose link it is, says so once only
        page.set_content(_rendered("engagements/link/thanks.html"))
    elif verb == "fill":
        target, _, text = rest.partition(" ")
        page.locator(target).first.fill(text, timeout=5_000)
    elif verb == "goto":
        page.goto(urljoin(page.url, rest))
    elif verb == "broken":  # what no address shows when all is well
        page.set_content(_rendered(rest))
    elif verb == "stale":
        page.context.clear_cookies(name="sayso_csrf")
        page.locator("main form button").first.click(timeout=5_000)


def _rendered(template: str) -> str:
    from django.template.loader import render_to_string

    return render_to_string(template)


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
