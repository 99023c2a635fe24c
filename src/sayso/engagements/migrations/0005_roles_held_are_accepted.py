"""Roles given before they could be offered are held by those who have them."""

from __future__ import annotations

from typing import Any

from django.db import migrations
from django.db.models import F


def accept_all(apps: Any, schema_editor: Any) -> None:
    apps.get_model("engagements", "Role").objects.update(accepted_at=F("granted_at"))


class Migration(migrations.Migration):
    dependencies = [("engagements", "0004_roster_roles_and_words")]

    operations = [migrations.RunPython(accept_all, migrations.RunPython.noop)]
