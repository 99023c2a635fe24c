"""The database as this version needs it, whoever comes first: the server, or whoever brings people."""

from __future__ import annotations

import sys


def bring_database_up_to_date() -> None:
    """Run the migrations that are still to be run, and say so; nothing when there are none."""
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    settings.DATA_DIR.mkdir(parents=True, exist_ok=True, mode=0o700)
    executor = MigrationExecutor(connection)
    if plan := executor.migration_plan(executor.loader.graph.leaf_nodes()):
        print(f"Bringing the database up to date ({len(plan)} steps) …", file=sys.stderr)
        call_command("migrate", verbosity=0, interactive=False)
