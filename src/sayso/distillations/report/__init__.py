"""What `sayso distil` hands over: one readable file and two tables, from a snapshot alone. No Django in here."""

from sayso.distillations.report.page import render_report, write_report
from sayso.distillations.report.tables import write_participants_csv, write_statements_csv

__all__ = ["render_report", "write_participants_csv", "write_report", "write_statements_csv"]
