"""Seconds per statement for a scripted moderator: 200 that wait, among thousands that are open.

python bench/moderation.py                            on SQLite
python tests/postgres.py python bench/moderation.py   the same on PostgreSQL

The script presses what a person would: one key to approve, and to do what lies open; two for the rest. The server's
time is measured, of this process and by the clock: on a busy machine they differ. Reading and pressing are assumed
(`--words-a-minute`, `--seconds-a-key`), and printed as such.
"""

from __future__ import annotations

import argparse
import random
import re
import statistics
import sys
import time
from typing import Any

from throwaway import installation

ACTS = ("approve", "return", "merge", "hide")
WORDS = """
the night shift board office rooms quiet meetings notice decide early late report manager team public window
training counter desk phone answer plan weekly visit nobody always often should could must we they our their
about before after without tells asks wants needs opens closes shares writes reads learns helps waits
""".split()  # noqa: SIM905 - a text, not a list


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--waiting", type=int, default=200)
    parser.add_argument("--open", type=int, default=5_000)
    parser.add_argument("--words-a-minute", type=float, default=238, help="silent reading of adults (Brysbaert 2019)")
    parser.add_argument("--seconds-a-key", type=float, default=0.5, help="finding and pressing it")
    args = parser.parse_args()
    with installation() as vendor:
        print(f"{args.waiting} wait, {args.open:,} are open, on {vendor}")
        report(args, *moderate(build(args.waiting, args.open)))
    return 0


def build(n_waiting: int, n_open: int) -> Any:
    """Statements of made-up words: an eighth says what is open already, some hold an address or hurt."""
    from datetime import date

    from sayso.engagements import actions
    from sayso.engagements.mandate.opening import open_engagement
    from sayso.engagements.models import Participant, RoleName, Statement
    from sayso.engagements.roles.actions import grant_role
    from sayso.members.actions import add_member, add_organisation

    organisation = add_organisation(name="The county")
    moderator = add_member(organisation=organisation, full_name="Kim", email="kim@county.example")
    engagement = open_engagement(
        organisation=organisation, slug="bench", title="Bench", objective="What?", promise="Yes.",
        answers_due=date(2030, 1, 1),
    )  # fmt: skip
    grant_role(engagement=engagement, member=moderator, name=RoleName.LEAD)
    topic = actions.add_topic(engagement=engagement, title="Talk", question="How do we talk?")
    rng = random.Random(1)
    texts = list(dict.fromkeys(sentence(rng) for _ in range(n_open + n_waiting)))
    author = Participant.objects.create(engagement=engagement, pseudonym="a" * 32)
    rows = [
        Statement(engagement=engagement, topic=topic, author=author, text=text, state="published") for text in texts
    ]
    Statement.objects.bulk_create(rows[:n_open], batch_size=500)
    for number, text in enumerate(texts[n_open : n_open + n_waiting]):
        said = changed(rng, number, text, texts)
        person = Participant.objects.create(engagement=engagement, pseudonym=f"{number:032x}")
        actions.say_statement(participant=person, topic=topic, text=said)
    return engagement, moderator


def sentence(rng: random.Random) -> str:
    return " ".join(rng.choices(WORDS, k=rng.randint(8, 22))).capitalize() + "."


def changed(rng: random.Random, number: int, text: str, texts: list[str]) -> str:
    if number % 8 == 0:
        return texts[rng.randrange(1_000)].replace(" the ", " ").rstrip(".") + "!"
    if number % 15 == 0:
        return "Write to kim@county.example: " + text
    return "This is shit. " + text if number % 40 == 1 else text


def moderate(world: Any) -> tuple[list[float], dict[str, int], int, int]:
    """Open the inbox, decide until nothing waits; seconds of each decision, how many of each, words, keys."""
    from django.test import Client

    engagement, moderator = world
    client = Client(headers={"HX-Request": "true"})
    client.force_login(moderator)
    here = f"/e/{engagement.slug}/inbox/"
    seconds, worked, done, n_words, n_keys = [], [], dict.fromkeys(ACTS, 0), 0, 0
    started, busy = time.perf_counter(), time.process_time()
    page = client.get(here).content.decode()
    took, work = time.perf_counter() - started, time.process_time() - busy
    print(f"first look at all of them: {work:.2f} s of work, {took:.2f} s by the clock")
    while found := re.search(r'data-announce="([^"]+)"[^>]*aria-label="A statement to decide on"', page):
        n_words += len(found[1].split())
        number = re.search(rf'action="{here}(\d+)/"', page)
        assert number
        twin = re.search(r'name="into" value="(\d+)" data-key', page)
        flagged = "return" if "contact data" in page else "hide" if "may hurt somebody: " in page else "approve"
        name = "merge" if twin else flagged
        n_keys += 1 if name == "approve" or is_open(page, name) else 2
        sent = {"decision": name, "template": "It names a person. Please say it without the name."}
        if twin:
            sent["into"] = twin[1]
        started, busy = time.perf_counter(), time.process_time()
        page = client.post(f"{here}{number[1]}/", sent).content.decode()
        seconds.append(time.perf_counter() - started)
        worked.append(time.process_time() - busy)
        done[name] += 1
    assert "All read." in page, page[:500]
    print(f"work of the server: {statistics.median(worked) * 1000:.0f} ms a decision in the middle")
    return seconds, done, n_words, n_keys


def is_open(page: str, act: str) -> bool:
    """Whether its part lies open already, so that the number alone is pressed."""
    return bool(re.search(rf'<details name="act[^"]*" open><summary data-key="{act[0]}"', page))


def report(args: argparse.Namespace, seconds: list[float], done: dict[str, int], n_words: int, n_keys: int) -> None:
    server, reading = sum(seconds), n_words / args.words_a_minute * 60
    pressing = n_keys * args.seconds_a_key
    p99 = sorted(seconds)[int(len(seconds) * 0.99)]
    print(f"decisions: {', '.join(f'{n} {name}' for name, n in done.items())}; keys: {n_keys}")
    print(f"server: {statistics.median(seconds) * 1000:.0f} ms a decision in the middle, {p99 * 1000:.0f} ms at p99")
    print(
        f"measured server {server:.0f} s + assumed reading {reading:.0f} s ({n_words:,} words) + keys {pressing:.0f} s"
    )
    total = server + reading + pressing
    print(f"together {total / 60:.1f} minutes, {total / len(seconds):.1f} s a statement; the aim is 15 minutes for 200")


if __name__ == "__main__":
    sys.exit(main())
