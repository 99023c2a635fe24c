"""What is there already was open from the day it was made."""

from django.db import migrations
from django.utils import timezone


def mark_opened(apps, schema_editor):
    engagements = apps.get_model("engagements", "Engagement")
    engagements.objects.filter(opened_at=None).update(opened_at=timezone.now())


class Migration(migrations.Migration):

    dependencies = [
        ("engagements", "0004_mandate"),
    ]

    operations = [
        migrations.RunPython(mark_opened, migrations.RunPython.noop),
    ]
