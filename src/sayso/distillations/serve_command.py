"""`sayso serve`: brings the database up to date and serves the pages. Knows the web server; knows no page."""

from __future__ import annotations

import argparse
import os
import signal
import socket
import sys
from typing import Any

from sayso.web.database import bring_database_up_to_date

PR_SET_PDEATHSIG = 1  # linux/prctl.h
# Of browsers and proxies, in each process. An open page keeps its own: with the server's usual 1,024 for all processes,
# the next person to come waits until somebody else goes.
CONNECTIONS = 4_096
FILES = 2 * CONNECTIONS


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
    parser.add_argument("--port", type=int, default=8000, help="port to listen on (default: 8000)")
    parser.add_argument("--workers", type=int, default=None, help="processes (default: 1 on SQLite, 2 on PostgreSQL)")


def run(args: argparse.Namespace) -> int:
    if not 0 < args.port < 65536 or (args.workers is not None and args.workers < 1):
        print("sayso serve: a port lies between 1 and 65535, and there is at least one worker.", file=sys.stderr)
        return 2
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sayso.settings")
    import django
    from django.core.exceptions import ImproperlyConfigured
    from django.db import DatabaseError

    try:
        if reason := _why_not_free(args.host, args.port):
            return _refuse(reason)
        django.setup()
        bring_database_up_to_date()
        first_link = _link_of_first_setup(args.host, args.port)
        _close_connections()
    except ImproperlyConfigured as wrong:
        return _refuse(str(wrong))
    except DatabaseError as away:
        return _refuse(f"the database does not answer: {str(away).strip()} Mend: `sayso doctor` says more.")
    return _serve(args.host, args.port, args.workers, first_link)


def _refuse(reason: str) -> int:
    print(f"sayso serve: {reason}", file=sys.stderr)
    return 1


def _why_not_free(host: str, port: int) -> str:
    """Asked before the server starts: it shares its port, so two could listen at once, old pages among the new."""
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as wrong:
        return (
            f"cannot listen on {host} port {port}: {wrong.strerror or wrong}. Mend: end what uses it, or give --port."
        )
    return ""


def _close_connections() -> None:
    """The server forks: an open connection would be shared by its processes."""
    from django.db import connection, connections

    connections.close_all()
    if connection.vendor == "postgresql":
        connection.close_pool()  # type: ignore[attr-defined]


def _link_of_first_setup(host: str, port: int) -> str:
    """Empty once Sayso is set up."""
    from django.conf import settings

    from sayso.members.set_up import link

    if settings.DEMO or link.is_set_up():
        return ""
    base = link.usual_base() if settings.HTTPS else _address(host, port)
    return link.address_of(link.first_token(), base)


def _address(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _serve(host: str, port: int, workers: int | None, first_link: str) -> int:
    from django.conf import settings
    from django.db import connection
    from granian import Granian
    from granian.constants import Interfaces

    is_sqlite = connection.vendor == "sqlite"
    _open_many_files()
    print(f"Sayso is at {_address(host, port)}/ — Ctrl-C ends it.", file=sys.stderr)
    if settings.HTTPS:
        print("Pages answer by HTTPS only: put a proxy in front, or set SAYSO_HTTPS=0 to try it out.", file=sys.stderr)
    if first_link:
        print(f"Not set up yet. Open this link, which works once: {first_link}", file=sys.stderr)
    Granian(
        "sayso.distillations.serve_command:make_application",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        # SQLite lets one write at a time: more writers only wait (p99 29 ms with one, 60 to 90 ms with four).
        workers=workers or (1 if is_sqlite else 2),
        blocking_threads=1 if is_sqlite else 4,
        backlog=CONNECTIONS,
        backpressure=CONNECTIONS,
        websockets=False,
        log_level="warning",  # type: ignore[arg-type]
        respawn_failed_workers=True,
    ).serve()
    return 0


def _open_many_files() -> None:
    """Each connection is one; many systems allow 1,024 unless asked for more."""
    if sys.platform == "win32":
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < FILES and soft != resource.RLIM_INFINITY:
        resource.setrlimit(
            resource.RLIMIT_NOFILE, (FILES if hard == resource.RLIM_INFINITY else min(FILES, hard), hard)
        )


def make_application() -> Any:
    """The WSGI application of one server process, which ends when the server that started it is killed."""
    _end_with_parent()
    from sayso.wsgi import application

    return application


def _end_with_parent() -> None:
    # Killed outright, the parent cannot end its processes; left alone they would go on answering with old code.
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
