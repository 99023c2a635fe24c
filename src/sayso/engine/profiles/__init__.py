"""Kinds of people told by their answers: what each kind would answer, and whether two kinds are one crowd."""
