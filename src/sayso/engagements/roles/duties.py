"""What each role is, in a sentence or two: for whoever is asked to take it on, and for whoever gives it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as lazily

from sayso.engagements.models import RoleName

YOURS = {
    RoleName.LEAD: lazily("You read what people write, open it for answers, and give roles to others."),
    RoleName.SPONSOR: lazily(
        "You stand for the promise that people get answers. You see the same results as everybody."
    ),
    RoleName.MODERATOR: lazily("You read what people write before others see it. You never see who wrote it."),
    RoleName.AMBASSADOR: lazily("You help colleagues to take part. You see what everybody sees, nothing more."),
    RoleName.GUARDIAN: lazily("You keep the data safe from those in charge. You cannot be in charge as well."),
}
THEIRS = {
    RoleName.LEAD: lazily("Reads what people write, opens it for answers, and gives roles."),
    RoleName.SPONSOR: lazily("Stands for the promise that people get answers. Sees the same results as everybody."),
    RoleName.MODERATOR: lazily("Reads what people write before others see it. Never sees who wrote it."),
    RoleName.AMBASSADOR: lazily("Helps colleagues to take part. Sees what everybody sees, nothing more."),
    RoleName.GUARDIAN: lazily("Keeps the data safe from those in charge. Cannot be in charge as well."),
}
