"""The pace and the addresses that bounce move to `mail`, rows and all: their tables are renamed."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [("invitations", "0001_waves")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.AlterModelTable("BouncingAddress", "mail_bouncingaddress"),
                migrations.AlterModelTable("MailPace", "mail_mailpace"),
            ],
            state_operations=[
                migrations.DeleteModel("BouncingAddress"),
                migrations.DeleteModel("MailPace"),
            ],
        )
    ]
