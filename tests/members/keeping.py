"""A keeper with a browser, and the worker that does what the pages ask for: real rows, real files, no shortcuts."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from sayso.members import actions
from sayso.members.keepers.actions import appoint_keeper
from sayso.members.models import Member, Organisation, RosterUpdate
from sayso.members.roster.worker import RosterWorker

HEAD = "staff number,name,email,unit,manager\n"


@dataclass
class Desk:
    """A keeper at their desk."""

    organisation: Organisation
    keeper: Member
    client: Client = field(default_factory=Client)

    def post(self, path: str, **sent: Any) -> Any:
        return self.client.post(path, sent)

    def work(self) -> None:
        RosterWorker(worker="tests").run_once()

    def bring(self, content: str | bytes, name: str = "people.csv") -> Any:
        """Bring a file and let the worker read it; the page the keeper is sent to."""
        raw = content.encode() if isinstance(content, str) else content
        reply = self.post("/roster/bring/", file=SimpleUploadedFile(name, raw))
        if reply.status_code != 302:
            return reply
        self.work()
        return self.client.get(reply["Location"])

    def look(self, content: str | bytes, name: str = "people.csv") -> RosterUpdate:
        """As far as what the file would do; the columns as guessed."""
        where = self.bring(content, name)["Location"]
        page = self.client.get(where)
        chosen = {name: page.context["form"][name].value() for name in page.context["form"].fields}
        self.follow(self.client.post(where, chosen))
        return self.organisation.roster_updates.order_by("-pk")[0]

    def follow(self, reply: Any) -> Any:
        """The worker does what was asked; the page the keeper ends on."""
        assert reply.status_code == 302, reply.content
        self.work()
        return self.client.get(reply["Location"], follow=True)

    def carry_out(self, update: RosterUpdate) -> Any:
        return self.follow(self.post(f"/roster/updates/{update.pk}/carry-out/"))


def open_desk(name: str = "The county") -> Desk:
    organisation = actions.add_organisation(name=name)
    keeper = actions.add_member(organisation=organisation, full_name="Kim Keeper", staff_number="K1")
    appoint_keeper(member=keeper)
    desk = Desk(organisation, Member.objects.get(pk=keeper.pk))
    desk.client.force_login(desk.keeper)
    return desk


def text_of(reply: Any) -> str:
    """What is read on a page, blanks single."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", reply.content.decode())).split())
