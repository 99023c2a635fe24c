"""`sayso doctor`: is everything that Sayso needs in order? Each finding has an id, a state, a cause and a mend.

One file a matter; `command` joins them and prints. Looks only: it changes nothing but a row that it takes back. Imports
no Django until it runs.
"""

from sayso.doctor.command import CHECKS, add_arguments, examine, run
from sayso.doctor.finding import FAIL, OK, WARN, Check, Finding

__all__ = ["CHECKS", "FAIL", "OK", "WARN", "Check", "Finding", "add_arguments", "examine", "run"]
