from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("engagements", "0004_identity"),
    ]

    operations = [
        migrations.AddField(
            model_name="participant",
            name="is_guest",
            field=models.BooleanField(default=False, help_text="Of nobody on the roster that we know of."),
        ),
    ]
