"""Answers and statements given without a net: they arrive later, each once, and the page says that they wait."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from journeys.running import kill, wait_for

AGREE = re.compile(r"^\s*Agree")
SAID = [f"Without a net I say thing number {number} about rooms." for number in ("one", "two", "three")]


def the_statement(page):
    return page.locator("#card-words")


def answer(page, number):
    """So many cards in one go, and on after each sitting."""
    for _ in range(number):
        more = page.locator("[data-card-go-on]")
        if more.is_visible():
            more.click()
        expect(the_statement(page)).to_be_visible()
        shown = the_statement(page).inner_text()
        page.get_by_role("button", name=AGREE).click()
        page.wait_for_function(
            "shown => { const card = document.querySelector('[data-card-whole]');"
            " return card.hidden || card.querySelector('blockquote').textContent !== shown }",
            arg=shown,
        )


def waiting(page):
    return page.locator("[data-waiting-words]")


def kept_on(page, part):
    """Whether something with this in its address is kept for when there is no net."""
    return page.evaluate(
        "async (part) => (await (await caches.open('sayso-1')).keys()).some((one) => one.url.includes(part))", part
    )


def is_ready(page):
    """The pack of cards is here, and so is the page that shows them."""
    return page.evaluate(
        """async () => {
          const cards = await window.sayso.outbox.kept("cards");
          const kept = await (await caches.open("sayso-1")).keys();
          return (cards ?? []).length >= 50 && kept.some((one) => one.url.includes("/offline/"))
            && kept.some((one) => one.url.includes("flow.js"))
        }"""
    )


def test_fifty_votes_and_three_statements_arrive_once_each(installation, visit):
    world = installation.build("statements=60")
    slug = world["slug"]
    server = installation.start_server()
    ann = visit(world["sessions"]["ann"], expects=["ERR_", "Failed to load resource"])
    ann.goto(f"/e/{slug}/cards/")
    wait_for(lambda: is_ready(ann), 20, lambda: "the pack did not come")

    kill(server)
    answer(ann, 20)
    expect(waiting(ann)).to_have_text("20 answers wait until you are online. Nothing is lost.")
    # Loaded anew without a net: the page kept for that shows cards and takes words.
    ann.goto(f"/e/{slug}/cards/")
    expect(ann.get_by_text("You are offline now.")).to_be_visible()
    answer(ann, 30)
    ann.get_by_text("Say something").click()
    for words in SAID:
        ann.get_by_label("One idea").fill(words)
        ann.get_by_role("button", name="Send it in").click()
        expect(ann.get_by_text("Kept on this device.")).to_be_visible()
        expect(ann.get_by_label("One idea")).to_have_value("")
    expect(waiting(ann)).to_have_text("50 answers and 3 statements wait until you are online. Nothing is lost.")
    assert installation.rows("SELECT count(*) FROM engagements_vote") == [(0,)]

    # The first attempt reaches a server that is done with it before the reply is lost.
    installation.start_server()
    lost = []

    def lose(route):
        route.fetch()
        lost.append(1)
        route.abort()

    ann.route("**/acts", lose)
    wait_for(lambda: ann.evaluate("window.sayso.outbox.send()") is None and lost, 20, lambda: "nothing was lost")
    expect(waiting(ann)).to_contain_text("wait until you are online")
    # The second finds it gone half-way.
    ann.unroute("**/acts")
    ann.route("**/acts", lambda route: route.fulfill(status=502, body="away"))
    assert ann.evaluate("window.sayso.outbox.send()") is None
    ann.unroute("**/acts")
    kill(installation.processes[-1])
    installation.start_server()

    ann.goto(f"/e/{slug}/cards/")
    wait_for(lambda: ann.evaluate("window.sayso.outbox.count()") == 0, 30, lambda: waiting(ann).inner_text())
    expect(ann.locator("[data-waiting]")).to_be_hidden()
    votes = installation.ask("votes_by_event_log")
    assert len(votes) == len({statement for _, statement, _ in votes}) == 50
    assert installation.rows("SELECT count(*) FROM engagements_vote WHERE probability IS NULL") == [(0,)]
    said = installation.rows("SELECT text FROM engagements_statement WHERE is_seed = false ORDER BY text")
    assert sorted(text for (text,) in said) == sorted(SAID)
    events = "SELECT count(*) FROM engagements_event WHERE kind = 'statement_said'"
    assert installation.rows(events) == [(3,)]


# Everything kept is dropped, and the page for when there is no net asked for once more, with more that it needs.
KEPT_ANEW = """async (more) => {
  await caches.delete("sayso-1");
  const { active } = await navigator.serviceWorker.ready;
  const keep = more.map((path) => location.origin + path);
  active.postMessage({ shell: document.querySelector("[data-device]").dataset.shell, keep });
}"""


def test_without_all_its_scripts_no_page_is_kept(installation, visit):
    """The net goes between the page and the last of its scripts: words typed there would go nowhere, and be lost."""
    world = installation.build("statements=60")
    installation.start_server()
    ann = visit(world["sessions"]["ann"], expects=["404"])
    ann.goto(f"/e/{world['slug']}/cards/")
    wait_for(lambda: is_ready(ann), 20, lambda: "the pack did not come")
    ann.evaluate(KEPT_ANEW, ["/static/there-is-none.js"])
    ann.wait_for_timeout(3000)
    assert not kept_on(ann, "/offline/")
    ann.evaluate(KEPT_ANEW, [])
    wait_for(lambda: kept_on(ann, "/offline/"), 20, lambda: "the page was not kept")
    assert kept_on(ann, "visit/say")


def test_a_vote_undone_without_a_net_is_not_sent(installation, visit):
    world = installation.build("statements=60")
    server = installation.start_server()
    ann = visit(world["sessions"]["ann"], expects=["ERR_", "Failed to load resource"])
    ann.goto(f"/e/{world['slug']}/cards/")
    wait_for(lambda: is_ready(ann), 20, lambda: "the pack did not come")
    kill(server)
    answer(ann, 3)
    expect(waiting(ann)).to_contain_text("3 answers wait")
    shown = the_statement(ann).inner_text()
    ann.get_by_role("button", name="Undo the last answer").click()
    expect(the_statement(ann)).not_to_have_text(shown)
    expect(waiting(ann)).to_contain_text("2 answers wait")
    installation.start_server()
    ann.evaluate("window.sayso.outbox.send()")
    wait_for(lambda: ann.evaluate("window.sayso.outbox.count()") == 0, 20, lambda: waiting(ann).inner_text())
    assert len(installation.ask("stances")) == 2


# Takes a vote back in the moment between its arrival and its going from the device; true if it was only dropped there.
UNDONE_AS_IT_ARRIVES = """async (statement) => {
  const { outbox } = window.sayso, real = window.fetch;
  let undone;
  window.fetch = async (...asked) => {
    const reply = await real(...asked), read = reply.json.bind(reply);
    if (!String(asked[1]?.body).includes('"vote"')) return reply; // the page asks for cards meanwhile
    reply.json = async () => { const told = await read(); undone ??= outbox.drop(statement); return told; };
    return reply;
  };
  await outbox.put({ do: "vote", statement, stance: 1, is_important: false, drawn: "" });
  await outbox.send();
  window.fetch = real;
  return await undone;
}"""


def test_a_vote_that_has_arrived_is_taken_back_there_too(installation, visit):
    world = installation.build("statements=9")
    installation.start_server()
    ann = visit(world["sessions"]["ann"])
    ann.goto(f"/e/{world['slug']}/cards/")
    expect(the_statement(ann)).to_be_visible()
    assert ann.evaluate(UNDONE_AS_IT_ARRIVES, world["statements"][0]) is False
    installation.comes_to("stances", [1])


# Votes while a request that carries nothing is under way, and sends; how many still lie on the device then.
GIVEN_WHILE_ASKING = """async (statement) => {
  const { outbox } = window.sayso, real = window.fetch;
  while (await outbox.send(), await outbox.count());
  let go;
  const held = new Promise((resolve) => { go = resolve; });
  window.fetch = async (...asked) => { await held; return real(...asked); };
  const asking = outbox.send();
  await new Promise((resolve) => setTimeout(resolve, 200));
  await outbox.put({ do: "vote", statement, stance: 1, is_important: false, drawn: "" });
  const sent = outbox.send();
  go();
  await Promise.all([asking, sent]);
  window.fetch = real;
  return await outbox.count();
}"""


def test_a_vote_given_while_cards_are_asked_for_is_sent_at_once(installation, visit):
    world = installation.build("statements=9")
    installation.start_server()
    ann = visit(world["sessions"]["ann"])
    ann.goto(f"/e/{world['slug']}/cards/")
    expect(the_statement(ann)).to_be_visible()
    assert ann.evaluate(GIVEN_WHILE_ASKING, world["statements"][0]) == 0
    installation.comes_to("stances", [1])


def test_the_sign_out_leaves_nothing_on_the_device(installation, visit):
    world = installation.build("statements=60")
    installation.start_server()
    ann = visit(world["sessions"]["ann"])
    ann.goto(f"/e/{world['slug']}/cards/")
    wait_for(lambda: is_ready(ann), 20, lambda: "the pack did not come")
    ann.goto(f"/e/{world['slug']}/say/")
    ann.get_by_label("One idea").fill("A draft of mine.")
    ann.get_by_role("button", name="Sign out").click()
    expect(ann.get_by_text("Everyone has a say")).to_be_visible()
    left = ann.evaluate(
        """async () => [(await indexedDB.databases()).length, (await caches.keys()).length, localStorage.length,
          (await navigator.serviceWorker.getRegistrations()).length]"""
    )
    assert left == [0, 0, 0, 0]


def test_whoever_comes_in_next_meets_nothing_of_the_one_before(installation, visit):
    """Signed out by the end of the session, not by a press: what was kept goes when somebody else comes in."""
    world = installation.build("statements=60")
    server = installation.start_server()
    page = visit(world["sessions"]["ann"], expects=["ERR_", "Failed to load resource"])
    page.goto(f"/e/{world['slug']}/cards/")
    wait_for(lambda: is_ready(page), 20, lambda: "the pack did not come")
    kill(server)
    answer(page, 2)
    expect(waiting(page)).to_contain_text("2 answers wait")
    page.context.add_cookies([{"name": "sayso_session", "value": world["sessions"]["bob"], "url": installation.url}])
    page.goto("about:blank")
    installation.start_server()
    page.goto(f"/e/{world['slug']}/cards/")
    wait_for(lambda: is_ready(page), 20, lambda: "the pack did not come")
    assert page.evaluate("window.sayso.outbox.count()") == 0
    assert installation.ask("votes_by_member") == []
