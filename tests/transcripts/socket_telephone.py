"""A Telephone whose call is led over a stream while there is one, and by key before and after it.

Everything is the hotline's own but the voice, whose sounds can be read again, and the ear, which writes down
what the transcript says, once the real listener has found that somebody spoke.
"""

from dataclasses import dataclass, field, replace
from itertools import takewhile
from pathlib import Path

from at_once import AtOnce
from coded_voice import CodedVoice, Willing, read, read_aloud
from house import House
from stepped_end import SteppedEnd
from writes_down import WritesDown

from ivr.app import Assembly, create_app, shelf, streams
from ivr.channels.attention import Attention
from ivr.channels.phone.call import FarEnd
from ivr.channels.phone.line import HUMAN_PAUSE
from ivr.channels.phone.messages import Messages
from ivr.channels.phone.telephone import LineTelephone
from ivr.channels.phone.transport import InProcess
from ivr.channels.phone.twilio import PretendTwilio
from ivr.channels.stream import Streams
from ivr.channels.stream_line import ORDERLY
from ivr.ears import Choice
from menus.actions import Ask
from speech.listening.listener import Listener
from speech.listening.silero import SpeechModel
from speech.studio import Studio

SPEECH_WITHIN = 5.0
"""Seconds after the last word in which the hotline must have done something about it."""


@dataclass
class Hotline:
    """A house's hotline that speaks in the coded voice, and leads calls over sockets."""

    house: House
    studio: Studio
    ear: WritesDown = field(default_factory=WritesDown)

    def __post_init__(self) -> None:
        self.built: Assembly = replace(
            self.house.built,
            repertoire=Willing([self.studio]),
            hearing=Choice(self.ear, "as the transcript says"),
        )
        found = shelf(self.built)
        assert found
        self.shelf = found
        ours = streams(self.built, found)
        assert ours
        self._streams: Streams = ours
        self.provider = PretendTwilio(
            InProcess(create_app(self.built), self.house.settings.public_url), self.house.account()
        )

    def streams(self, end: SteppedEnd, model: SpeechModel) -> Streams:
        """Return what leads the call of one end, by its clock."""
        return replace(
            self._streams,
            now=end.clock,
            attention=lambda: Attention(Listener(model), self.ear, AtOnce()),
        )


class Hotlines:
    """Hotlines by their houses; `speech` is what every caller sounds like, mu-law."""

    def __init__(self, folder: Path, speech: bytes) -> None:
        self.speech = speech
        self.model = SpeechModel.installed()
        self._studio = Studio(CodedVoice(), folder)
        self._known: dict[str, Hotline] = {}

    def telephone(self, house: House, far_end: FarEnd | None = None) -> "SocketTelephone":
        key = str(house.folder)
        if key not in self._known:
            self._known[key] = Hotline(house, self._studio)
        return SocketTelephone(self._known[key], self, far_end)


class SocketTelephone(LineTelephone):
    """One person's telephone; `close` it at the end, whatever has become of the call."""

    streams = True

    def __init__(self, hotline: Hotline, shared: Hotlines, far_end: FarEnd | None) -> None:
        house = hotline.house
        super().__init__(
            hotline.provider,
            Messages(hotline.provider, house.texts),
            settle=house.deliver,
            caption=hotline.shelf.caption,
            far_end=far_end,
        )
        self._hotline = hotline
        self._shared = shared
        self._end: SteppedEnd | None = None
        self._before = 0  # bytes of sound heard before the last thing the person did
        self._turn = 0  # the turn that was the last one then
        self._said: list[str] = []  # lines heard over the stream since

    def dial(self, caller: str, called: str | None = None) -> None:
        super().dial(caller, called)
        assert self.line.stream, "every call is offered a stream"
        self._said = []
        self._open()
        self._follow()

    def press(self, keys: str) -> None:
        end = self._heard_out()
        if end is None:
            super().press(keys)
            return
        end.press_all(keys, HUMAN_PAUSE)
        until = end.now + HUMAN_PAUSE * (len(keys) - 1)
        end.run(lambda: end.now >= until and not end.has_keys)
        self._follow()

    def say(self, words: str) -> None:
        end = self._heard_out()
        if end is None:
            super().say(words)
            return
        self._hotline.ear.words = words
        end.speak(self._shared.speech)
        number, until = self._number, end.now + len(self._shared.speech) / 8000 + SPEECH_WITHIN
        end.run(lambda: self._number > number or end.now >= until)
        self._follow()

    def silence(self) -> None:
        end = self._heard_out()
        if end is None:
            super().silence()
            return
        number = self._number
        end.run(lambda: self._number > number)
        self._follow()

    def wait(self, seconds: float) -> None:
        end = self._end
        if end is None:
            super().wait(seconds)
            return
        self._since()
        until = end.now + seconds
        end.run(lambda: end.now >= until)
        self._follow()

    def hang_up(self) -> None:
        if self._end:
            self._end.leave()
            self._end = None
        super().hang_up()

    def heard(self) -> list[str]:
        end = self._listen_over()
        return [*self._said, *(self._lines(end) if end else super().heard())]

    def agent_heard(self) -> list[str]:
        self._listen_over()
        return super().agent_heard()

    def over(self) -> bool:
        return self._listen_over() is None and super().over()

    def close(self) -> None:
        """Let the thread of a stream that is still open end."""
        if self._end:
            self._end.leave()

    def _heard_out(self) -> SteppedEnd | None:
        """Hear the prompt out, and forget what was heard before; None where no stream leads the call."""
        end = self._listen_over()
        self._since()
        return end

    def _listen_over(self) -> SteppedEnd | None:
        while end := self._end or self._opened_again():
            end.run(lambda: end.is_quiet and self._asks)
            self._follow()
            if self._end is end:
                break
        return self._end

    def _opened_again(self) -> SteppedEnd | None:
        """Hear out what is said by key, and open the stream that the call may be given after it."""
        if not super().over() and self.line.stream:
            self._said += super().heard()
            self._mark = len(self.line.log)
            self._open()
        return self._end

    def _open(self) -> None:
        """Open the stream that the line is offered: it says the last turn."""
        assert self.line.stream
        self._turn = self._number - 1
        token = dict(self.line.stream.parameters)["token"]
        self._before, self._end = 0, SteppedEnd(self.line.call_sid, token)
        self._end.lead(self._hotline.streams(self._end, self._shared.model).serve)

    def _since(self) -> None:
        self._said = []
        self._mark = len(self.line.log)
        if self._end:
            self._before, self._turn = len(self._end.heard), self._number

    def _follow(self) -> None:
        """Where the stream is over, keep what it said, and go on by key."""
        end = self._end
        if end is None or end.closed is None:
            return
        assert end.closed == ORDERLY
        self._said += self._lines(end)
        self._end = None
        self.line.skip()

    @property
    def _number(self) -> int:
        last = self._hotline.built.conversations.last(self.line.call_sid)
        return last.number if last else 0

    @property
    def _asks(self) -> bool:
        last = self._hotline.built.conversations.last(self.line.call_sid)
        return last is not None and isinstance(last.turn.actions[-1], Ask)

    def _lines(self, end: SteppedEnd) -> list[str]:
        """Return the lines of the turns since of which anything came; all that came must be theirs."""
        sound = read(end.heard[self._before :])
        lines = []
        for text in self._wanted():
            wanted = read_aloud(text)
            begun = tuple(one for one, other in takewhile(_same, zip(sound, wanted, strict=False)))
            assert begun == wanted or end.clears or end.closed is not None, f"{text} became {sound}"
            sound = sound[len(begun) :]
            lines += [text] if begun else []
        assert not sound, f"nobody was to say {sound}"
        return lines

    def _wanted(self) -> list[str]:
        conversations = self._hotline.built.conversations
        last = conversations.last(self.line.call_sid)
        assert last
        answers = (conversations.at(last.conversation_id, n) for n in range(self._turn + 1, last.number + 1))
        return [
            line.text for answer in answers if answer for line in self._hotline.built.script.lines(answer[0])
        ]


def _same(pair: tuple[str, str]) -> bool:
    return pair[0] == pair[1]
