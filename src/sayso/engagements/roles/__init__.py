"""Roles in an engagement: offered, answered, planned by the week, ended. Knows no statement and no vote."""
