"""The SCIM 2.0 conformance checks of `scim2-tester`, which nobody here wrote, against our real application."""

from __future__ import annotations

import pytest
from django.core.wsgi import get_wsgi_application
from scim2_client.engines.wsgi import WSGISCIMClient
from scim2_tester import Status, check_server

from directory import open_directory

# All kinds at once are not searched; and who is told neither active nor inactive is active, so that it stays told.
SEARCH = "POST /.search: searching several resource types at once is not supported by the server"
NOT_OFFERED = {
    f"search_with_attributes User: {SEARCH}",
    f"search_with_attributes Group: {SEARCH}",
    "check_remove_attribute User: PATCH modify() did not remove attribute 'active'",
}

pytestmark = pytest.mark.django_db(transaction=True)


def test_all_checks_of_the_tester_pass() -> None:
    directory = open_directory()
    client = WSGISCIMClient(
        get_wsgi_application(),
        base_url="http://localhost/scim/v2",
        headers={"Authorization": f"Bearer {directory.token}"},
    )
    results = check_server(client)
    others = {f"{one.title} {one.resource_type or ''}: {one.reason}" for one in results if one.status != Status.SUCCESS}
    assert others == NOT_OFFERED
    assert sum(one.status == Status.SUCCESS for one in results) >= 86
