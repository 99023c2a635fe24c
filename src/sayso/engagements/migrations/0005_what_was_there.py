"""What was there was open from the day it was made, and roles given before they could be offered are held."""

from __future__ import annotations

from typing import Any

from django.db import migrations
from django.db.models import F
from django.utils import timezone


def take_over(apps: Any, schema_editor: Any) -> None:
    apps.get_model("engagements", "Engagement").objects.filter(opened_at=None).update(opened_at=timezone.now())
    apps.get_model("engagements", "Role").objects.filter(accepted_at=None).update(accepted_at=F("granted_at"))


class Migration(migrations.Migration):
    dependencies = [("engagements", "0004_mandate_and_roles")]

    operations = [migrations.RunPython(take_over, migrations.RunPython.noop)]
