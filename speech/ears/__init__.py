"""Sound to text: what can go wrong with an ear.

EarError
└── EarMissing    the ear cannot be used on this machine: say what to fetch
"""


class EarError(Exception):
    """An ear could not listen. The sentence is for operators; callers never hear it."""


class EarMissing(EarError):  # noqa: N818 - the name says what is the case, as in a log line
    """This machine lacks a part of the ear, or has a damaged one; the sentence names the remedy."""
