"""`sayso setup`: prints the one-time link of the first set-up, or of a keeper who cannot come in any more."""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING

from sayso.web.database import bring_database_up_to_date

if TYPE_CHECKING:
    from sayso.members.models import Member


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--keeper",
        metavar="WHO",
        help="a way back in, for an hour, for the keeper with this e-mail address or staff number; "
        "where nobody keeps the roster, they will",
    )
    parser.add_argument("--organisation", metavar="NAME", help="whose keeper, where there are several organisations")
    parser.add_argument("--address", metavar="URL", help="where Sayso answers, such as https://say.example.org")


def run(args: argparse.Namespace) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sayso.settings")
    import django
    from django.core.exceptions import ImproperlyConfigured
    from django.db import DatabaseError

    try:
        django.setup()
        bring_database_up_to_date()
        return _print_link(args)
    except ImproperlyConfigured as wrong:
        return _refuse(str(wrong))
    except DatabaseError as away:
        return _refuse(f"the database does not answer: {str(away).strip()} Mend: `sayso doctor` says more.")


def _print_link(args: argparse.Namespace) -> int:
    from sayso.members.rules import Refused
    from sayso.members.set_up import link

    base = args.address or link.usual_base()
    try:
        if args.keeper:
            token = link.token_for_keeper(member=_member(args.keeper, args.organisation))
        elif link.is_set_up():
            return _refuse("Sayso is set up. A keeper who cannot come in: sayso setup --keeper WHO")
        else:
            token = link.first_token()
    except Refused as refusal:
        return _refuse(str(refusal))
    print("Open this link in a browser. It works once; whoever has it gets in.", file=sys.stderr)
    print(link.address_of(token, base))
    return 0


def _member(known_as: str, organisation: str | None) -> Member:
    from sayso.members.models import Organisation
    from sayso.members.queries import member_known_as
    from sayso.members.rules import Refused

    found = Organisation.objects.filter(name=organisation) if organisation else Organisation.objects.all()
    if len(found) != 1:
        raise Refused('It is not clear which organisation. Mend: --organisation "NAME".')
    member = member_known_as(found[0], known_as.strip())
    if member is None:
        raise Refused(f"Nobody here has the e-mail address or staff number “{known_as}”. Look it up.")
    return member


def _refuse(reason: str) -> int:
    print(f"sayso setup: {reason}", file=sys.stderr)
    return 1
