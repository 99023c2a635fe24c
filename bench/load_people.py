"""What people do under load, request by request as the pages' scripts do it, and how long each answer took.

Times are taken from the moment a request was meant to be sent: whoever had to wait for the answer before is late, and
that counts. Knows addresses; knows no database.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import random
import secrets
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from load_client import Lost, Reply, Tab

MOST, LEAST = 6, 2  # cards ahead, as flow.js asks for them
PACK = 60
PAGES = ("cards/", "results/", "where/", "mine/", "say/", "new/")


@dataclass
class Told:
    """What was measured, and what was given and confirmed: it must be found again afterwards."""

    took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    wrong: Counter[str] = field(default_factory=Counter)
    votes: set[tuple[int, int]] = field(default_factory=set)  # person, statement
    n_said: int = 0
    n_decided: int = 0
    n_unchanged: int = 0
    out_of_cards: int = 0
    bytes_in: int = 0
    is_counted: bool = False


@dataclass
class World:
    port: int
    slug: str
    topics: list[int]
    sessions: list[str]
    told: Told = field(default_factory=Told)
    until: float = 0.0

    @property
    def acts(self) -> str:
        return f"/api/e/{self.slug}/acts"

    def page(self, name: str) -> str:
        return f"/e/{self.slug}/{name}"

    def is_over(self) -> bool:
        return time.monotonic() >= self.until


async def timed(world: World, kind: str, meant: float, asking: Any, good: tuple[int, ...] = (200,)) -> Reply | None:
    """The answer, its time noted from when it was meant to be asked for; None when it is wrong."""
    try:
        reply: Reply = await asking
    except (Lost, OSError) as wrong:
        world.told.wrong[f"{kind}: {type(wrong).__name__}"] += 1
        return None
    if world.told.is_counted:
        world.told.took[kind].append(time.monotonic() - meant)
        world.told.bytes_in += len(reply.head) + len(reply.packed)
    if reply.status not in good:
        world.told.wrong[f"{kind}: {reply.status}"] += 1
        return None
    return reply


class Person:
    """One person with a card page open, which holds cards ahead; the draws of each are their own."""

    def __init__(self, world: World, number: int) -> None:
        self.world, self.number = world, number
        self.tab = Tab(world.port, world.sessions[number])
        self.results = Tab(world.port, world.sessions[number])
        self.chance = random.Random(number)
        self.ahead: list[dict[str, Any]] = []
        self.last: dict[str, Any] | None = None
        self.tag = ""

    async def open_cards(self) -> bool:
        """The page, and what its scripts fetch: cards ahead, and the pack for when there is no net."""
        meant = time.monotonic()
        page = await timed(self.world, "card page", meant, self.tab.get(self.world.page("cards/")))
        if page is None:
            return False
        html = page.body.decode()
        if (shown := _between(html, 'name="statement" value="')) and shown.isdigit():
            self.ahead = [{"id": int(shown), "drawn": _between(html, 'name="drawn" value="')}]
        reply = await self._acts("cards ahead", time.monotonic(), [], MOST)
        # Somewhere on their way: else all would ask for their next cards in the same five seconds.
        self.ahead = self.ahead[self.number % (MOST - LEAST) :]
        await self._send("pack", time.monotonic(), {"want": PACK})
        self.results.csrf = self.tab.csrf
        return reply is not None

    async def vote(self, meant: float) -> None:
        if not self.ahead:
            self.world.told.out_of_cards += 1
            await self._acts("cards ahead", meant, [], MOST)
            return
        card = self.ahead.pop(0)
        self.last = card
        stance = 1 if self.chance.random() < (0.8 if (card["id"] + self.number) % 2 else 0.25) else -1
        act = {"act": secrets.token_hex(16), "do": "vote", "statement": card["id"], "stance": stance}
        act |= {"is_important": self.chance.random() < 0.1, "drawn": card["drawn"]}
        wanted = MOST - len(self.ahead) if len(self.ahead) <= LEAST else 0
        reply = await self._acts("vote", meant, [act], wanted)
        if reply is None:
            return
        if reply["refused"] or reply["taken"] != [act["act"]]:
            self.world.told.wrong["vote: refused"] += 1
        else:
            self.world.told.votes.add((self.number, card["id"]))

    async def say(self, meant: float) -> None:
        """Types, sees what others said like it, and sends it in."""
        text = sentence(self.chance)
        form = f"text={text.replace(' ', '+')}".encode()
        kind = "application/x-www-form-urlencoded"
        await timed(self.world, "typing", meant, self.tab.post(self.world.page("say/echo/"), form, kind))
        act = {"act": secrets.token_hex(16), "do": "say", "topic": self.chance.choice(self.world.topics), "text": text}
        reply = await self._acts("statement", time.monotonic(), [act], 0)
        if reply is not None and reply["taken"]:
            self.world.told.n_said += 1
        elif reply is not None:
            self.world.told.wrong[f"statement: {reply['refused'][0]['error'][:60]}"] += 1

    async def ask_results(self, meant: float) -> None:
        """As an open results page does: with the mark of what it holds."""
        more = "HX-Request: true\r\n" + (f"If-None-Match: {self.tag}\r\n" if self.tag else "")
        asking = self.results.get(self.world.page("results/live/"), more)
        reply = await timed(self.world, "results", meant, asking, (200, 304))
        if reply is None:
            return
        if reply.status == 304:
            self.world.told.n_unchanged += 1
        else:
            self.tag = reply.header("ETag")

    async def look(self, name: str, meant: float) -> None:
        await timed(self.world, f"page {name}", meant, self.results.get(self.world.page(name)), (200, 302))

    async def _acts(self, kind: str, meant: float, acts: list[dict[str, Any]], want: int) -> dict[str, Any] | None:
        have = [card["id"] for card in [*self.ahead, *([self.last] if self.last else [])]]
        told = await self._send(kind, meant, {"acts": acts, "have": have, "want": want})
        if told is not None and told["hand"]:
            known = set(have)
            self.ahead += [card for card in told["hand"]["cards"] if card["id"] not in known]
        return told

    async def _send(self, kind: str, meant: float, body: dict[str, Any]) -> dict[str, Any] | None:
        asking = self.tab.post(self.world.acts, json.dumps(body).encode())
        reply = await timed(self.world, kind, meant, asking)
        return json.loads(reply.body) if reply else None

    def close(self) -> None:
        self.tab.close()
        self.results.close()


WORDS = """time room meeting night shift tool answer question plan week leader break desk car phone letter door light
early late often never more less better slower quieter fairer shared broken open""".split()  # noqa: SIM905


def sentence(chance: random.Random) -> str:
    """A new one each time, of some twelve words."""
    return " ".join(chance.choices(WORDS, k=12)).capitalize() + f" {chance.randrange(10**9)}."


def _between(text: str, before: str, after: str = '"') -> str:
    at = text.find(before)
    return text[at + len(before) : text.find(after, at + len(before))] if at >= 0 else ""


async def at(moment: float) -> float:
    """Waits for a moment; gives it back."""
    if (pause := moment - time.monotonic()) > 0:
        await asyncio.sleep(pause)
    return moment


# The two profiles


async def votes_profile(world: World, *, people: int, rate: float, seconds: float, pages: float, ramp: float) -> None:
    """So many votes a second by people with a card page open; one in ten has results open too; others come and go."""
    crowd = [Person(world, number) for number in range(people)]
    await _let_in(crowd, ramp)
    begin = time.monotonic() + 1.0
    world.until = begin + seconds
    world.told.is_counted = True
    every = people / rate

    async def voter(person: Person) -> None:
        moment = begin + every * person.number / people
        while moment < world.until:
            await person.vote(await at(moment))
            moment += every

    async def reader(person: Person) -> None:
        moment = begin + 2.5 * person.chance.random()
        while moment < world.until:
            await person.ask_results(await at(moment))
            moment += 2.5

    async def visitors() -> None:
        running: set[asyncio.Task[None]] = set()
        for number in itertools.count():
            moment = begin + number / pages
            if moment >= world.until:
                break
            await at(moment)
            guest = Person(world, number * 7 % people)
            task = asyncio.create_task(guest.look(PAGES[number % len(PAGES)], moment))
            task.add_done_callback(lambda task, guest=guest: (running.discard(task), guest.close()))
            running.add(task)
        await asyncio.gather(*running)

    watched = crowd[:: max(people // 100, 1)]
    await asyncio.gather(*map(voter, crowd), *map(reader, watched), visitors())
    for person in crowd:
        person.close()


async def polis_profile(world: World, *, people: int, seconds: float, ramp: float) -> None:
    """Each one page: a vote every 0–10 s, results asked every 4 s, a statement every 0–300 s; and a moderator."""
    crowd = [Person(world, number) for number in range(people)]
    await _let_in(crowd, ramp)
    begin = time.monotonic() + 1.0
    world.until = begin + seconds
    world.told.is_counted = True

    async def again(person: Person, act: Any, least: float, most: float) -> None:
        moment = begin + person.chance.uniform(0, most)
        while moment < world.until:
            await act(await at(moment))
            moment = max(moment + person.chance.uniform(least, most), time.monotonic())

    async def page(person: Person) -> None:
        # One page sends one thing after the other, as the outbox does; results come on their own.
        one_at_a_time = asyncio.Lock()

        async def vote(meant: float) -> None:
            async with one_at_a_time:
                await person.vote(meant)

        async def say(meant: float) -> None:
            async with one_at_a_time:
                await person.say(meant)

        await asyncio.gather(
            again(person, vote, 0, 10), again(person, say, 0, 300), again(person, person.ask_results, 4, 4)
        )

    await asyncio.gather(*map(page, crowd), moderator(world))
    for person in crowd:
        person.close()


async def moderator(world: World) -> None:
    """Opens the inbox and decides on what waits, a statement every 0–4 s: one in eight goes back."""
    tab, chance = Tab(world.port, world.sessions[-1]), random.Random(0)
    while not world.is_over():
        moment = time.monotonic()
        inbox = await timed(world, "inbox", moment, tab.get(world.page("inbox/")))
        if inbox is None:
            break
        html = inbox.body.decode()
        numbers = [part.split("/")[0] for part in html.split(world.page("inbox/"))[1:]]
        waiting = list(dict.fromkeys(number for number in numbers if number.isdigit()))
        for number in waiting[:20]:
            await asyncio.sleep(chance.uniform(0, 4))
            if world.is_over():
                break
            form = b"decision=approve" if chance.random() > 0.125 else b"decision=return&own_words=Please+say+more"
            asking = tab.post(
                world.page(f"inbox/{number}/"), form, "application/x-www-form-urlencoded", "HX-Request: true\r\n"
            )
            if await timed(world, "decision", time.monotonic(), asking):
                world.told.n_decided += 1
        await asyncio.sleep(1)
    tab.close()


async def _let_in(crowd: list[Person], ramp: float) -> None:
    """Everybody opens their page, one after the other, in so many seconds."""
    begin = time.monotonic()

    async def one(person: Person) -> None:
        await at(begin + ramp * person.number / len(crowd))
        await person.open_cards()
        person.results.csrf = person.tab.csrf

    await asyncio.gather(*map(one, crowd))
