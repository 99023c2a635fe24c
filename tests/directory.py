"""A directory that keeps an organisation's roster by SCIM: real requests with a real token, in this process."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from django.test import Client

from sayso.members.actions import add_member, add_organisation
from sayso.members.models import Connection, Organisation
from sayso.members.scim.connections import make_connection

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


@dataclass
class Directory:
    """`ask` answers status and body; the others insist on success and answer the body."""

    organisation: Organisation
    connection: Connection
    token: str
    client: Client = field(default_factory=Client)

    def reply(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        data = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else b""
        headers = {
            "Authorization": f"Bearer {self.token}",
            **{key.replace("_", "-"): one for key, one in headers.items()},
        }
        address = f"/scim/v2/{path}"
        return self.client.generic(method, address, data, content_type="application/scim+json", headers=headers)

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        reply = self.reply(method, path, body, **headers)
        return reply.status_code, json.loads(reply.content) if reply.content else None

    def get(self, path: str, **parameters: Any) -> Any:
        from urllib.parse import urlencode

        return self._well(*self.ask("GET", f"{path}?{urlencode(parameters)}" if parameters else path))

    def create(self, user_name: str, **told: Any) -> Any:
        return self._well(*self.ask("POST", "Users", {"schemas": [USER], "userName": user_name, **told}))

    def group(self, name: str, *members: str) -> Any:
        held = [{"value": one} for one in members]
        return self._well(*self.ask("POST", "Groups", {"schemas": [GROUP], "displayName": name, "members": held}))

    def patch(self, path: str, *operations: dict[str, Any]) -> Any:
        return self._well(*self.ask("PATCH", path, {"schemas": [PATCH], "Operations": list(operations)}))

    def delete(self, path: str) -> None:
        assert self.ask("DELETE", path) == (204, None)

    def found(self, asked: str, where: str = "Users") -> list[str]:
        return [one["id"] for one in self.get(where, filter=asked, count=500).get("Resources", [])]

    @staticmethod
    def _well(status: int, body: Any) -> Any:
        assert status in {200, 201}, (status, body)
        return body


def open_directory(organisation: Organisation | None = None, name: str = "Entra ID") -> Directory:
    """An organisation whose keeper has connected its directory."""
    organisation = organisation or add_organisation(name="The county")
    keeper = organisation.members.filter(full_name="Keeper").first()
    keeper = keeper or add_member(organisation=organisation, full_name="Keeper", email=f"keeper{organisation.pk}@x.org")
    connection, token = make_connection(organisation=organisation, name=name, by=keeper)
    return Directory(organisation, connection, token)
