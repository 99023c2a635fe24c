"""What scripts say, in the language of the page. A script asks for a sentence by name: `sayso.say("left", { n })`."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

# A number of each kind that languages tell apart when they count, by the names browsers give these kinds.
EXAMPLES = {"zero": 0, "one": 1, "two": 2, "few": 3, "many": 11, "other": 100}

Words = dict[str, str | dict[str, str]]


def _counted(one: str, more: str) -> dict[str, str]:
    """A sentence for each kind of number; only those that differ."""
    other = ngettext(one, more, EXAMPLES["other"])
    kinds = {kind: ngettext(one, more, n) for kind, n in EXAMPLES.items()}
    return {kind: words for kind, words in kinds.items() if kind == "other" or words != other}


def script_words(part: str = "") -> Words:
    """Of one part of a page; without a part, what any page may need."""
    return PARTS[part]()


def _everywhere() -> Words:
    return {
        "keys_on": pgettext("letter keys", "on"),
        "keys_off": pgettext("letter keys", "off"),
        "unsent": _("That did not reach us. It is not kept yet; please try again."),
        "answered": _counted("You have answered %(n)s.", "You have answered %(n)s."),
        "thanks": _counted("Thank you. You have answered %(n)s.", "Thank you. You have answered %(n)s."),
        "of": _("%(n)s of %(all)s"),
        "answers": _counted("%(n)s answer", "%(n)s answers"),
        "statements": _counted("%(n)s statement", "%(n)s statements"),
        "wait_net_one": _("%(what)s waits until you are online. Nothing is lost."),
        "wait_net": _("%(what)s wait until you are online. Nothing is lost."),
        "wait_door_one": _("%(what)s waits here until you come in again."),
        "wait_door": _("%(what)s wait here until you come in again."),
        "both": _("%(answers)s and %(statements)s"),
        "left": _counted("%(n)s left", "%(n)s left"),
        "too_many": _counted("%(n)s too many", "%(n)s too many"),
        "not_arrived": _(
            "Some of what you gave has not arrived yet. Signing out now would lose it. "
            "Press again to sign out all the same."
        ),
        "no_listening": _("The browser was not allowed to listen."),
        "no_voice": _("The voice service did not answer."),
        "back_in": _counted("Back to the start in %(n)s second.", "Back to the start in %(n)s seconds."),
    }


def _passkeys() -> Words:
    return {
        "passkey_stopped": _("It was stopped, or took too long. Nothing has changed."),
        "passkey_there": _("This device has a passkey already."),
        "passkey_no_server": _("The server did not answer. Please try again."),
        "passkey_failed": _("That did not work. Please come in another way."),
    }


def _saving() -> Words:
    return {"signed_out": _("You are signed out, so this is not kept. Copy your words, then sign in again.")}


def _ballots() -> Words:
    return {
        "receipt_length": _("A receipt has 36 letters and digits; these are %(n)s."),
        "receipt_u": _("U does not come up in a receipt."),
        "receipt_wrong": _("One letter is wrong, or two have changed places. Compare it with your receipt."),
        "ballots_counting": _("Counting …"),
        "ballots_no_record": _("The record could not be loaded. Nothing is lost. Try again later."),
        "ballots_sum": _("The votes on statement %(statement)s do not add up."),
        "ballots_twice": _("A mark comes twice at statement %(statement)s."),
        "ballots_root": _("The votes do not give the check code of the record."),
        "ballots_wrong": _("Something is wrong: %(faults)s Tell the data guardian."),
        "ballots_found": _counted(
            "Checked here: %(n)s vote of yours is in it. All %(all)s votes add up, and give the check code below.",
            "Checked here: %(n)s votes of yours are in it. All %(all)s votes add up, and give the check code below.",
        ),
        "ballots_agree": _("✓ checked here: you agree"),
        "ballots_pass": _("✓ checked here: you pass"),
        "ballots_disagree": _("✓ checked here: you disagree"),
        "ballots_none": _("checked here: no vote of yours"),
        "ballots_https": _(
            "This browser checks only on pages with https. Use the record and sayso check-ballot instead."
        ),
    }


PARTS = {"": _everywhere, "passkeys": _passkeys, "saving": _saving, "ballots": _ballots}
