"""The command line. Each subcommand is loaded only when it is called, so that `sayso distil` needs no Django."""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import sys

from sayso import __version__

# name: (module with add_arguments and run, what it is for, whether it needs `sayso[web]`)
COMMANDS = {
    "distil": ("sayso.distillations.distil_command", "distil a folder of statements and votes into a report", False),
    "integrity": (
        "sayso.distillations.integrity_command",
        "tell the data guardian of accounts that seem not to answer for themselves",
        False,
    ),
    "keypoints": ("sayso.distillations.keypoints_command", "find what many say, and who says it", False),
    "match": ("sayso.distillations.match_command", "tell how likely each statement says each key point", False),
    "simulate": ("sayso.demo.simulate_command", "write a made-up conversation with known truth", False),
    "demo": ("sayso.demo.command", "watch a simulated organisation have its say", True),
    "serve": ("sayso.distillations.serve_command", "run the web server", True),
    "worker": (
        "sayso.worker_command",
        "run the worker that distils, sends and brings files to the roster",
        True,
    ),
    "setup": ("sayso.members.set_up.command", "print the one-time link that sets Sayso up, or lets a keeper in", True),
    "roster": ("sayso.members.roster.command", "bring a file of people to the roster, or take it back", True),
    "bounces": (
        "sayso.invitations.bounces_command",
        "read mail that came back, and mark addresses that do not work",
        True,
    ),
    "mail-in": ("sayso.correspondence.mail_in_command", "take in one mail that somebody answered with", True),
    "doctor": ("sayso.doctor", "say what is wrong with an installation, and its mend", True),
    "check-ballot": ("sayso.custody.check_ballot_command", "find your own votes in a ballot record", False),
    "replay": ("sayso.distillations.replay_command", "make a snapshot again and compare it", True),
}


def main(argv: list[str] | None = None) -> int:
    """Exit status: 0 done, 1 the work failed with a message, 2 wrong usage."""
    words = sys.argv[1:] if argv is None else argv
    parser = argparse.ArgumentParser(prog="sayso", description="An organisation has its say, and buys in.")
    parser.add_argument("--version", action="version", version=f"sayso {__version__}")
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, (_, purpose, _) in COMMANDS.items():
        subparsers.add_parser(name, help=purpose, add_help=False)
    chosen = parser.parse_args(words[:1]).command
    module, purpose, needs_web = COMMANDS[chosen]
    if needs_web and importlib.util.find_spec("django") is None:
        print(f'`sayso {chosen}` needs the web half. Mend: pip install "sayso[web]"', file=sys.stderr)
        return 1
    command = importlib.import_module(module)
    own = argparse.ArgumentParser(prog=f"sayso {chosen}", description=purpose[0].upper() + purpose[1:] + ".")
    command.add_arguments(own)
    return int(command.run(own.parse_args(words[1:])))


if __name__ == "__main__":
    sys.exit(main())
