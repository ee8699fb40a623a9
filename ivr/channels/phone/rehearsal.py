"""Runs a transcript on a telephone and says where the two disagree."""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping

from ivr.channels.phone.faults import LineError
from ivr.channels.phone.steps import Step, Transcript, TranscriptError, seconds
from ivr.channels.phone.telephone import Telephone

_CODE = re.compile(r"(?<!\d)\d{6}(?!\d)")


class TranscriptFailure(AssertionError):  # noqa: N818 - what a test calls a failure
    """A telephone did not behave as the transcript says; the message begins with file:line."""


def _no_wording(prompt: str) -> str:
    raise KeyError(prompt)


def _no_clock(_seconds: float) -> None:
    raise LineError("this host cannot move the world's clock")


class Rehearsal:
    """One run of transcripts on one telephone.

    later     moves the world's clock on by seconds; needed only for transcripts that say `later`
    wording   the text of a prompt id, with {..} where values go; KeyError if there is none
    """

    def __init__(
        self,
        telephone: Telephone,
        *,
        later: Callable[[float], None] = _no_clock,
        wording: Callable[[str], str] = _no_wording,
    ) -> None:
        """Nothing has happened yet."""
        self._telephone = telephone
        self._later = later
        self._wording = wording
        self._codes: dict[str, str] = {}
        self._mobile = ""
        self._unread: dict[str, list[str]] = defaultdict(list)
        self._position = 0  # how much of what was heard is accounted for

    def run(self, transcript: Transcript) -> None:
        """Go through the steps; raises TranscriptFailure at the first that does not hold."""
        for step in transcript.steps:
            try:
                _ACTS[step.verb](self, step)
            except LineError as problem:
                raise TranscriptFailure(f"{step.place}: {step.verb}: {problem}") from problem

    def _dials(self, step: Step) -> None:
        self._mobile = step.words["from"]
        self._anew()
        self._telephone.dial(self._mobile, step.words.get("to"))

    def _presses(self, step: Step) -> None:
        self._anew()
        self._telephone.press(self._filled(step.words["keys"]))

    def _says(self, step: Step) -> None:
        self._anew()
        self._telephone.say(step.words["words"])

    def _stays_silent(self, _step: Step) -> None:
        self._anew()
        self._telephone.silence()

    def _waits(self, step: Step) -> None:
        self._anew()
        self._telephone.wait(seconds(step.words["seconds"]))

    def _moves_clock(self, step: Step) -> None:
        self._later(seconds(step.words["time"]))

    def _hangs_up(self, _step: Step) -> None:
        self._telephone.hang_up()

    def _is_hung_up(self, step: Step) -> None:
        if not self._telephone.over():
            raise TranscriptFailure(f"{step.place}: the hotline did not hang up")

    def _hears(self, step: Step) -> None:
        heard = self._telephone.heard()
        end = self._found(step, heard)
        if end is None:
            raise TranscriptFailure(f"{step.place}: expected {_wanted(step)}; heard {_quoted(heard)}")
        self._position = end

    def _agent_hears(self, step: Step) -> None:
        self._check_agent(step, wanted=True)

    def _agent_hears_not(self, step: Step) -> None:
        self._check_agent(step, wanted=False)

    def _check_agent(self, step: Step, *, wanted: bool) -> None:
        heard = self._telephone.agent_heard()
        exactly = step.words.get("exactly")
        found = exactly in heard if exactly else re.search(self._pattern(step), "".join(heard)) is not None
        if found != wanted:
            what = "expected" if wanted else "did not expect"
            raise TranscriptFailure(f"{step.place}: {what} {_wanted(step)}; the desk heard {_quoted(heard)}")

    def _hears_not(self, step: Step) -> None:
        heard = self._telephone.heard()
        if self._found(step, heard) is not None:
            raise TranscriptFailure(f"{step.place}: did not expect {_wanted(step)}; heard {_quoted(heard)}")

    def _writes(self, step: Step) -> None:
        self._mobile = step.words.get("from", self._mobile)
        self._telephone.write(self._mobile, self._filled(step.words["text"]), step.words.get("to"))

    def _reads(self, step: Step) -> None:
        unread = self._arrived(step)
        fragment = step.words.get("fragment", "")
        for body in unread:
            code = _CODE.search(body)
            if fragment in body and (code or "code" not in step.words):
                unread.remove(body)
                if code and "code" in step.words:
                    self._codes[step.words["code"]] = code.group()
                return
        raise TranscriptFailure(f"{step.place}: expected {_wanted(step)}; unread texts are {_quoted(unread)}")

    def _reads_nothing(self, step: Step) -> None:
        unread = self._arrived(step)
        if unread:
            raise TranscriptFailure(f"{step.place}: expected no text; unread texts are {_quoted(unread)}")

    def _arrived(self, step: Step) -> list[str]:
        mobile = step.words.get("to", self._mobile)
        self._unread[mobile] += self._telephone.read(mobile)
        return self._unread[mobile]

    def _anew(self) -> None:
        self._position = 0

    def _filled(self, text: str) -> str:
        for name, code in self._codes.items():
            text = text.replace("{" + name + "}", code)
        return text

    def _found(self, step: Step, heard: list[str]) -> int | None:
        """Where, in all that was heard joined together and not yet accounted for, the wanted words end."""
        if "exactly" in step.words:
            return self._exact(step.words["exactly"], heard)
        pattern = self._pattern(step)
        match = re.compile(pattern).search("".join(heard), self._position)
        return match.end() if match else None

    def _exact(self, wanted: str, heard: list[str]) -> int | None:
        end = 0
        for sentence in heard:
            begin, end = end, end + len(sentence)
            if sentence == wanted and begin >= self._position:
                return end
        return None

    def _pattern(self, step: Step) -> str:
        if "prompt" not in step.words:
            return re.escape(step.words["fragment"])
        try:
            wording = self._wording(step.words["prompt"])
        except KeyError:
            raise TranscriptError(f"{step.place}: there is no prompt {step.words['prompt']}") from None
        return ".+?".join(re.escape(part) for part in re.split(r"\{[^}]*\}", wording))


_ACTS: Mapping[str, Callable[[Rehearsal, Step], None]] = {
    "dials": Rehearsal._dials,
    "hears": Rehearsal._hears,
    "hears_not": Rehearsal._hears_not,
    "agent_hears": Rehearsal._agent_hears,
    "agent_hears_not": Rehearsal._agent_hears_not,
    "presses": Rehearsal._presses,
    "says": Rehearsal._says,
    "stays_silent": Rehearsal._stays_silent,
    "waits": Rehearsal._waits,
    "later": Rehearsal._moves_clock,
    "hangs_up": Rehearsal._hangs_up,
    "is_hung_up": Rehearsal._is_hung_up,
    "writes": Rehearsal._writes,
    "reads": Rehearsal._reads,
    "reads_nothing": Rehearsal._reads_nothing,
}


def _wanted(step: Step) -> str:
    return " ".join(f"{word} {value!r}" for word, value in step.words.items() if word != "to")


def _quoted(sentences: list[str]) -> str:
    return " ".join(f"«{sentence}»" for sentence in sentences) or "nothing"
