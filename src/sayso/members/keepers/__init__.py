"""The office of roster keepers: who holds it, and the door to every page of theirs."""
