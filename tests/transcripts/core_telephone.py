"""A Telephone without any web: turns are taken from Conversations directly, by the rules of Ask."""

from collections.abc import Mapping
from typing import Literal

from house import House

from ivr.channels.numbers import number_of
from ivr.channels.phone.call import FarEnd, say_seconds
from ivr.channels.phone.faults import LineError
from ivr.channels.phone.fields import new_sid
from ivr.channels.phone.line import HUMAN_PAUSE, MOST_STAGES
from ivr.channels.phone.messages import Messages
from ivr.channels.phone.verbs import Dial
from ivr.channels.sms import event_from, reply_text
from ivr.conversation import CHINA, Answer, Request
from ivr.wording import spoken
from menus.actions import Ask, HangUp, Say, Transfer
from menus.events import Arrived, Event, Left, Pressed, Reading, Said, StayedSilent, TransferEnded
from speech.heard import digits, yes_no

_ENDED: Mapping[str, Literal["answered", "busy", "no_answer", "failed"]] = {
    "completed": "answered",
    "busy": "busy",
    "no-answer": "no_answer",
    "failed": "failed",
}


def said(words: str) -> Said:
    """Return words as an ear that hears well passes them on, with what can be read in them."""
    found = digits(words)
    return Said(words, 1.0, Reading(found.digits or "", found.sure, yes_no(words)))


class CoreTelephone:
    """Keys, words, silence and texts as events; seconds are counted as the Line counts them."""

    def __init__(self, house: House, far_end: FarEnd | None = None) -> None:
        self._house = house
        self._far_end = far_end or FarEnd()
        self._outbox = Messages(house.provider, house.texts)
        self._inboxes: dict[str, list[str]] = {}
        self._seen: dict[str, int] = {}
        self._call, self._caller, self._number = "", "", 0
        self._ask: Ask | None = None
        self._keys = ""
        self._heard: list[str] = []
        self._whispered: list[str] = []
        self._now = self._opens = self._quiet_from = 0.0

    def dial(self, caller: str, called: str | None = None) -> None:
        if self._ask:
            raise LineError("the call before is still going on")
        self._call, self._caller, self._number = new_sid("CA"), number_of(caller), 0
        self._heard, self._whispered = [], []
        today = self._house.clock().astimezone(CHINA).date()
        self._take(Arrived("voice", today), begins=True)

    def press(self, keys: str) -> None:
        self._begin()
        for key in keys:
            if self._now >= self._opens:
                self._key(key)
            self._now += HUMAN_PAUSE

    def say(self, words: str) -> None:
        self._begin()
        if self._ask:
            self._take(said(words))

    def silence(self) -> None:
        self._begin()
        self._patience_ends()

    def wait(self, seconds: float) -> None:
        self._heard = []
        until = self._now + seconds
        while self._ask and self._deadline <= until:
            self._patience_ends()
        self._now = until

    def hang_up(self) -> None:
        if not self._ask:
            raise LineError("the call is over")
        request = Request(self._call, f"{self._call}/left", Left(), "voice", self._caller)
        self._house.built.conversations.take_turn(request)
        self._ask = None

    def heard(self) -> list[str]:
        if self._ask:
            self._now = max(self._now, self._quiet_from)
        return list(self._heard)

    def agent_heard(self) -> list[str]:
        return list(self._whispered)

    def over(self) -> bool:
        return self._ask is None

    def write(self, mobile: str, body: str, to: str | None = None) -> None:
        key = f"{mobile}>{to or self._house.account().number}"
        request = Request(key, new_sid("SM"), event_from(body), "text", mobile, begins=True)
        answer = self._house.built.conversations.take_turn(request)
        reply = reply_text(answer, self._house.built.constants())
        if reply:
            self._inboxes.setdefault(mobile, []).append(reply)

    def read(self, mobile: str) -> list[str]:
        self._house.deliver()
        for text in self._outbox.collect():
            self._inboxes.setdefault(text.to, []).append(text.body)
        inbox = self._inboxes.get(mobile, [])
        seen = self._seen.get(mobile, 0)
        self._seen[mobile] = len(inbox)
        return inbox[seen:]

    @property
    def _deadline(self) -> float:
        return self._quiet_from + (self._ask.seconds if self._ask else 0)

    def _begin(self) -> None:
        """Hear the prompt out, and forget what was heard before."""
        if not self._ask:
            raise LineError("the call is over")
        self._now = max(self._now, self._quiet_from)
        self._heard = []

    def _key(self, key: str) -> None:
        if not self._ask:
            return
        finished = self._ask.finish and key == "#"
        self._keys += key
        self._quiet_from = self._now
        if finished or len(self._keys) == self._ask.keys:
            self._take(Pressed(self._keys))

    def _patience_ends(self) -> None:
        self._now = self._deadline
        self._take(Pressed(self._keys) if self._keys else StayedSilent())

    def _take(self, event: Event, begins: bool = False) -> None:
        """Take turns until the hotline waits for the caller, or is done."""
        self._keys = ""
        for _ in range(MOST_STAGES):
            self._number += 1
            cause = f"{self._call}/{self._number}"
            request = Request(self._call, cause, event, "voice", self._caller, begins, self._number)
            answer = self._house.built.conversations.take_turn(request)
            self._speak(answer)
            ending = answer.turn.actions[-1]
            if isinstance(ending, Ask | HangUp):
                self._ask = ending if isinstance(ending, Ask) else None
                return
            if isinstance(ending, Transfer) and self._far_end.outcome == "completed":
                self._whispered += [line.text for line in self._house.built.script.whisper(answer).lines]
            event, begins = self._meanwhile(ending), False
        raise LineError("the hotline goes round without a question")

    def _speak(self, answer: Answer) -> None:
        wording = answer.menus.wording("voice", answer.turn.state.language)
        says = [action for action in answer.turn.actions if isinstance(action, Say)]
        constants = self._house.built.constants()
        lines = [spoken(wording[say.prompt], say.values, constants) for say in says]
        firm = max((place + 1 for place, say in enumerate(says) if not say.interruptible), default=0)
        self._heard += lines
        self._opens = self._now + sum(say_seconds(line) for line in lines[:firm])
        self._quiet_from = self._now + sum(say_seconds(line) for line in lines)

    def _meanwhile(self, ending: object) -> Event:
        """Return what a Wait or a Transfer ends with."""
        self._now = self._quiet_from
        if not isinstance(ending, Transfer):
            return StayedSilent()
        dial = Dial(("+86",), "", "POST", 30.0, "")
        self._now += self._far_end.seconds(dial)
        return TransferEnded(_ENDED[self._far_end.reached(dial)])
