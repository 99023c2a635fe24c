"""A real PostgreSQL for as long as a command runs: `python tests/postgres.py pytest -m "not browser"`.

Makes a cluster of its own under the folder for temporary files, on a free port of this machine, and ends it
by its own `pg_ctl`. Knows nothing of Django but the variable that names the database.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote


def binaries() -> Path | None:
    """The folder of `initdb` and `pg_ctl`, newest version first; None when PostgreSQL is not installed."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    installed = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = sorted(installed, key=lambda path: int(path.parts[-3]), reverse=True)
    return newest[0].parent if newest else None


# Autovacuum looks at tables while a test has emptied them, and they are planned for as empty ever after.
FOR_TESTS = ("fsync=off", "autovacuum=off")


@contextlib.contextmanager
def cluster(settings: Iterable[str] = FOR_TESTS) -> Iterator[str]:
    """A running cluster; yields its address as SAYSO_DATABASE_URL wants it: that of its socket, which is cheapest."""
    folder = binaries()
    if folder is None:
        raise FileNotFoundError("PostgreSQL is not installed. Mend: apt-get install postgresql")
    data = Path(tempfile.mkdtemp(prefix="sayso-postgres-"))
    port = _free_port()
    try:
        if os.geteuid() == 0:
            shutil.chown(data, "postgres", "postgres")
        _as_postgres(folder / "initdb", "-D", data / "db", "-A", "trust", "-U", "sayso", "--no-sync")
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={data}"
        options += "".join(f" -c {setting}" for setting in settings)
        _as_postgres(folder / "pg_ctl", "-w", "-D", data / "db", "-l", data / "log", "-o", options, "start")
        try:
            yield f"postgresql://sayso@{quote(str(data), safe='')}:{port}/postgres"
        finally:
            _as_postgres(folder / "pg_ctl", "-w", "-D", data / "db", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(data, ignore_errors=True)


def _as_postgres(*command: str | Path) -> None:
    # PostgreSQL refuses to run as root; its Debian package brings a user for it.
    dropped = ("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups")
    prefix = dropped if os.geteuid() == 0 else ()
    # Its output goes to a file: a pipe would be held open by the server, and waited for.
    with tempfile.TemporaryFile("w+") as output:
        done = subprocess.run([*prefix, *map(str, command)], stdout=output, stderr=output, cwd="/", check=False)
        if done.returncode:
            output.seek(0)
            raise RuntimeError(f"{Path(command[0]).name} failed:\n{output.read()}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the cluster is ended with us
    with cluster() as url:
        sys.exit(subprocess.run(sys.argv[1:], env={**os.environ, "SAYSO_DATABASE_URL": url}, check=False).returncode)
