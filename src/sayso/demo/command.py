"""`sayso demo`: one command, SQLite in a folder, nothing else needed.

1. take the data folder and a free port;
2. build the world unless it is there, and make its first snapshot;
3. start the server and the worker, each its own process group;
4. let the simulated members go on, until Ctrl-C, SIGTERM, or the end of one of the two;
5. end everything.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
import time
import webbrowser
from pathlib import Path

from sayso import __version__
from sayso.demo.folder import DemoFolder, Unusable, World

N_MEMBERS, MOST_MEMBERS = 1_200, 200_000
DATA = Path("data") / "demo"
PORT = 8_000
SEED = 7
MANY = 10_000  # from here on a distillation takes longer than people wait
NOT_FOR_THE_DEMO = ("SAYSO_DATABASE_URL", "SAYSO_HOSTS", "SAYSO_SMTP_HOST", "SAYSO_SECRET_KEY")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--members", type=int, default=None, help=f"size of the organisation (default: {N_MEMBERS:,})")
    parser.add_argument("--port", type=int, default=None, help=f"port of the pages (default: {PORT}, or the next free)")
    parser.add_argument("--no-browser", action="store_true", help="do not open the start page in a browser")
    parser.add_argument(
        "--live", action=argparse.BooleanOptionalAction, default=True, help="let simulated members go on voting"
    )
    parser.add_argument("--data", type=Path, default=DATA, help=f"folder of the demo (default: {DATA})")
    parser.add_argument("--fresh", action="store_true", help="build the organisation anew")


def run(args: argparse.Namespace) -> int:
    if problem := _what_is_wrong(args):
        print(f"sayso demo: {problem}", file=sys.stderr)
        return 2
    folder = DemoFolder(args.data)
    try:
        with folder.claimed():
            return _run(args, folder)
    except Unusable as wrong:
        print(f"sayso demo: {wrong}", file=sys.stderr)
        return 1


def _what_is_wrong(args: argparse.Namespace) -> str:
    from sayso.demo.population import FEWEST_MEMBERS

    if args.members is not None and not FEWEST_MEMBERS <= args.members <= MOST_MEMBERS:
        return f"--members lies between {FEWEST_MEMBERS} and {MOST_MEMBERS:,}."
    if args.port is not None and not 0 < args.port < 65_536:
        return "--port lies between 1 and 65535."
    return ""


def _run(args: argparse.Namespace, folder: DemoFolder) -> int:
    began = time.monotonic()
    stop = _stop_on_signals()
    port = _choose_port(args.port)
    _set_environment(folder)
    say(f"The demo lives in {folder.path}")
    n_members = _prepare_world(folder, args)
    if stop.is_set():
        return 0
    return _serve(folder, port, n_members, args, stop, began)


def say(line: str) -> None:
    print(line, flush=True)


def _stop_on_signals() -> threading.Event:
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    return stop


def _choose_port(wanted: int | None) -> int:
    from sayso.demo.processes import first_free, is_free

    if wanted is not None:
        if not is_free(wanted):
            raise Unusable(f"port {wanted} is in use. Mend: end what uses it, or give another --port.")
        return wanted
    port = first_free(PORT)
    if port is None:
        raise Unusable(f"port {PORT} and those after it are in use. Mend: give --port.")
    if port != PORT:
        say(f"Port {PORT} is in use; taking {port}.")
    return port


def _set_environment(folder: DemoFolder) -> None:
    """For this process and those it starts: the demo's own settings, whatever the machine's are."""
    for name in NOT_FOR_THE_DEMO:
        os.environ.pop(name, None)
    os.environ.update(
        DJANGO_SETTINGS_MODULE="sayso.settings",
        SAYSO_DEMO="1",
        SAYSO_HTTPS="0",
        SAYSO_DATA=str(folder.path),
        SAYSO_EMAIL_BACKEND="django.core.mail.backends.console.EmailBackend",
        PYTHONUNBUFFERED="1",
    )
    # While simulated members vote it is never quiet; a small world is distilled in a second or two, so do it often.
    os.environ.setdefault("SAYSO_WORKER_QUIET_S", "1")
    os.environ.setdefault("SAYSO_WORKER_LONGEST_WAIT_S", "6")


def _prepare_world(folder: DemoFolder, args: argparse.Namespace) -> int:
    """Make sure that a whole world is there; how many members it has."""
    from sayso.demo import building
    from sayso.demo.sayings import words_digest

    there = folder.finished_world()
    wanted = World(args.members or (there.n_members if there else N_MEMBERS), SEED, words_digest(), __version__)
    if there == wanted and not args.fresh:
        building.wake(say)
        say(f"Its {wanted.n_members:,} members are there from the last time (--fresh builds them anew).")
        return wanted.n_members
    if reason := _why_anew(folder, there, wanted):
        say(reason)
    folder.clear()
    folder.write_sign(wanted, is_finished=False)
    building.build(wanted, say)
    folder.write_sign(wanted, is_finished=True)
    return wanted.n_members


def _why_anew(folder: DemoFolder, there: World | None, wanted: World) -> str:
    if there is None:
        return "The last building was cut short; building anew." if folder.has_remains() else ""
    if there.n_members != wanted.n_members:
        return f"There are {there.n_members:,} members; building {wanted.n_members:,} in their place."
    return "Building anew." if there == wanted else "What is there was built by another version; building anew."


def _serve(
    folder: DemoFolder, port: int, n_members: int, args: argparse.Namespace, stop: threading.Event, began: float
) -> int:
    from sayso.demo.processes import HOST, Ended, Processes

    address = f"http://{HOST}:{port}/"
    processes = Processes(folder.path)
    crowd = None
    try:
        processes.start("serve", "--port", str(port))
        processes.start("worker")
        processes.wait_until_served(port)
        say(f"Ready after {time.monotonic() - began:.1f} s. The start page is at\n\n    {address}\n")
        if args.live:
            crowd = _let_people_vote(n_members, stop)
        say(f"Sign-in mails and messages are in {processes.log_of('serve').name}. Ctrl-C ends everything.")
        if not args.no_browser:
            webbrowser.open(address)
        while not stop.wait(0.5):
            processes.check()
        say("\nEnding …")
        return 0
    except Ended as ended:
        say(f"\nThe demo ends: {ended}")
        return 1
    finally:
        stop.set()
        if crowd:
            crowd.join(timeout=30)
        processes.end()
        say("Everything has ended. The organisation is kept for the next time.")


def _let_people_vote(n_members: int, stop: threading.Event) -> threading.Thread:
    from sayso.demo import building

    say("Simulated members go on voting while you look (--no-live lets them rest).")
    crowd = threading.Thread(target=building.live, args=(n_members, SEED, stop), name="crowd")
    crowd.start()
    return crowd
