"""The pace and the addresses that bounce, whose tables come from `invitations`; and what is allowed by mail."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ("invitations", "0002_to_the_mail_floor"),
        ("engagements", "0005_what_was_there"),
        ("members", "0004_coming_in"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="MailPace",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("free_at", models.DateTimeField()),
                    ],
                ),
                migrations.CreateModel(
                    name="BouncingAddress",
                    fields=[
                        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                        ("email", models.EmailField(max_length=254)),
                        ("status", models.CharField(blank=True, help_text="As mail servers write it: 5.1.1.", max_length=20)),
                        ("organisation", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="bouncing_addresses", to="members.organisation")),
                    ],
                    options={
                        "constraints": [models.UniqueConstraint(fields=("organisation", "email"), name="bounces_once")],
                    },
                ),
            ],
        ),
        migrations.CreateModel(
            name="MailRules",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("takes_replies", models.BooleanField(default=True, help_text="People may answer a mail with a statement.")),
                ("has_feed", models.BooleanField(default=False, help_text="Whoever has its address may follow without signing in.")),
                ("engagement", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name="mail_rules", to="engagements.engagement")),
            ],
        ),
    ]
