"""A Telephone that keeps a record of everything said and read, so that two channels can be compared."""

import re
from dataclasses import dataclass, field

from ivr.channels.phone.telephone import Telephone

_CODE = re.compile(r"(?<![\d-])\d{6}(?![\d-])")


@dataclass
class Recorded:
    """Passes everything on to `inner`. `dialogue` tells line by line who did what, codes left out."""

    inner: Telephone
    dialogue: list[str] = field(default_factory=list)
    _listening: bool = False

    def dial(self, caller: str, called: str | None) -> None:
        self._did(f"dials from {caller}")
        self.inner.dial(caller, called)
        self._listening = True

    def press(self, keys: str) -> None:
        self._did(f"presses {keys}")
        self.inner.press(keys)

    def say(self, words: str) -> None:
        self._did(f"says {words}")
        self.inner.say(words)

    def silence(self) -> None:
        self._did("stays silent")
        self.inner.silence()

    def wait(self, seconds: float) -> None:
        self._did(f"waits {seconds:g} s")
        self.inner.wait(seconds)

    def hang_up(self) -> None:
        self._did("hangs up")
        self.inner.hang_up()
        self._listening = False

    def heard(self) -> list[str]:
        return self.inner.heard()

    def agent_heard(self) -> list[str]:
        return self.inner.agent_heard()

    def over(self) -> bool:
        return self.inner.over()

    def write(self, mobile: str, body: str, to: str | None) -> None:
        self._note(f"{mobile} writes {body}")
        self.inner.write(mobile, body, to)

    def read(self, mobile: str) -> list[str]:
        bodies = self.inner.read(mobile)
        for body in bodies:
            self._note(f"{mobile} reads {body}")
        return bodies

    def finish(self) -> list[str]:
        """Return the whole dialogue, what was said last included."""
        self._did("")
        return self.dialogue[:-1]

    def _did(self, what: str) -> None:
        if self._listening:
            self.dialogue += [f"    {sentence}" for sentence in self.inner.heard()]
            if self.inner.over():
                self.dialogue.append("    (hung up)")
                self._listening = False
        self._note(what)

    def _note(self, what: str) -> None:
        self.dialogue.append(_CODE.sub("******", what))
