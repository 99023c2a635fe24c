"""Many invitations to a mail server of our own, at a set pace, the worker killed outright in the middle, and resumed.

python bench/invitations.py                            50,000 people, on SQLite
python tests/postgres.py python bench/invitations.py   the same on PostgreSQL
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

# A mail server that writes a line for each message it has taken, before it says so.
SINK = """
import sys, time
from aiosmtpd.controller import Controller
class Keep:
    def __init__(self, path):
        self.file = open(path, "a", buffering=1)
    async def handle_DATA(self, server, session, envelope):
        name = next(line for line in envelope.content.splitlines() if line.lower().startswith(b"message-id:"))
        self.file.write(f"{envelope.rcpt_tos[0]} {name.split()[-1].decode()}\\n")
        return "250 taken"
Controller(Keep(sys.argv[1]), hostname="127.0.0.1", port=int(sys.argv[2])).start()
while True:
    time.sleep(60)
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=50_000)
    parser.add_argument("--per-minute", type=int, default=30_000)
    parser.add_argument("--kills", type=int, default=5)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        os.environ.update(
            SAYSO_DATA=folder,
            SAYSO_HTTPS="0",
            DJANGO_SETTINGS_MODULE="sayso.settings",
            SAYSO_EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend",
            SAYSO_SMTP_HOST="127.0.0.1",
            SAYSO_SMTP_PORT=str(port),
            SAYSO_SMTP_TLS="0",
            SAYSO_MAIL_FROM="say@county.example",
            SAYSO_MAIL_PER_MINUTE=str(args.per_minute),
            SAYSO_WORKER_LEASE_S="3",
        )
        import django
        from django.core.management import call_command
        from django.db import connection

        django.setup()
        call_command("migrate", verbosity=0)
        print(f"{args.people:,} people on {connection.vendor}, at most {args.per_minute:,} a minute")
        kept = Path(folder) / "kept"
        kept.touch()
        sink = subprocess.Popen([sys.executable, "-c", SINK, kept, str(port)], start_new_session=True)
        try:
            told = send(args.people, args.kills, kept)
        finally:
            end(sink)
        report(kept, args.people, told)
    return 0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def send(n_people: int, n_kills: int, kept: Path) -> dict[str, float]:
    from django.utils import timezone

    from sayso.engagements.mandate.opening import open_engagement
    from sayso.invitations import actions
    from sayso.invitations.models import Wave, WaveKind, WaveState
    from sayso.members.actions import add_organisation
    from sayso.members.models import Member

    organisation = add_organisation(name="The county")
    engagement = open_engagement(
        organisation=organisation,
        slug="county",
        title="How we work",
        objective="What should change?",
        promise="Nobody sees who said what.",
        answers_due=date.today() + timedelta(days=30),
    )
    people = (
        Member(organisation=organisation, full_name=f"Pia Person{i}", email=f"p{i}@county.example", password="!")
        for i in range(n_people)
    )
    Member.objects.bulk_create(people, batch_size=5_000)
    began = time.perf_counter()
    wave = actions.make_wave(engagement=engagement, kind=WaveKind.INVITATION, site="https://say.example.org")
    actions.send_wave(wave=wave, by=None, now=timezone.now())
    queued = time.perf_counter() - began
    at = sorted(random.sample(range(n_people // 20, n_people * 19 // 20), n_kills))
    for number in at:
        worker = start_worker()
        while lines(kept) < number:
            time.sleep(0.02)
        end(worker)
        print(f"{time.perf_counter() - began:7.1f} s  killed after {lines(kept):,} messages", flush=True)
    worker = start_worker()
    while Wave.objects.get(pk=wave.pk).state != WaveState.DONE:
        time.sleep(0.5)
    took = time.perf_counter() - began
    end(worker)
    return {"queued": queued, "took": took, "doubtful": Wave.objects.get(pk=wave.pk).n_doubtful, "kills": n_kills}


def start_worker():
    command = [Path(sys.executable).parent / "sayso", "worker"]
    return subprocess.Popen(command, start_new_session=True, stderr=subprocess.DEVNULL)


def end(process) -> None:
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def lines(kept: Path) -> int:
    return kept.read_bytes().count(b"\n")


def report(kept: Path, n_people: int, told: dict[str, float]) -> None:
    taken = [line.split() for line in kept.read_text().splitlines()]
    copies = Counter(to for to, _ in taken)
    twice = sum(number > 1 for number in copies.values())
    names = len({name for _, name in taken})
    print(f"{told['queued']:7.1f} s  sent off (the list is drawn up by the worker)")
    print(f"{told['took']:7.1f} s  from there to the end, {told['kills']} kills and restarts within")
    print(f"{n_people - len(copies):7} people left out")
    print(f"{len(taken) - len(copies):7} copies taken beyond one a person")
    told_copies = f"{len(taken) - names} copies under the same name; {told['doubtful']} were in the air at a kill"
    print(f"{twice:7} people with a second copy, {told_copies}")


if __name__ == "__main__":
    sys.exit(main())
