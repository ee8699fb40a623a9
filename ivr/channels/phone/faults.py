"""What can go wrong between the pretend provider and the doors it calls.

LineError          the call cannot go on the way the script says
    Fault          a door answered something a provider would not accept, with the provider's error code
    NoAnswer       nothing came back in time; `connected` tells whether the door was reached at all
"""


class LineError(Exception):
    """A telephone was used wrongly or treated wrongly; the message is a sentence without personal data."""


class Fault(LineError):  # noqa: N818 - the provider calls it so
    """An answer the provider refuses; `code` is the number shown in the provider's error list."""

    def __init__(self, code: int, sentence: str) -> None:
        """Keep the code beside the sentence."""
        super().__init__(f"{code}: {sentence}")
        self.code = code
        self.sentence = sentence


class NoAnswer(LineError):  # noqa: N818 - says what happened
    """A request without an answer: connection refused, broken, or longer than the provider waits."""

    def __init__(self, sentence: str, *, connected: bool) -> None:
        """Remember whether the door was reached, because only unreached doors are tried again."""
        super().__init__(sentence)
        self.connected = connected
