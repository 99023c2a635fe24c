from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("engagements", "0003_roles_on_record"),
    ]

    operations = [
        migrations.AddField(
            model_name="engagement",
            name="identity",
            field=models.CharField(
                choices=[
                    ("confidential", "Confidential"),
                    ("open", "Open names, by each one's choice"),
                    ("guest", "Guests too"),
                ],
                default="confidential",
                max_length=12,
            ),
        ),
    ]
