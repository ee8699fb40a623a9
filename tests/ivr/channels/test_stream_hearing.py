"""Callers who speak to a stream: the real listener hears the built-in voice; ears are made for each case."""

from dataclasses import dataclass, field

import pytest
from at_once import AtOnce
from stream_end import Does, StreamEnd
from test_stream import CALL, Socketed, said
from toy_doors import NUMBER, Toy
from writes_down import WritesDown

from ivr.channels.attention import UNDERSTOOD_WITHIN, Attention
from ivr.channels.stream_call import reading_of
from menus.events import Reading
from speech.ears import EarBusy, EarError
from speech.listening.listener import Listener
from speech.listening.silero import SpeechModel
from speech.telephone import mulaw_encode
from speech.voices.pyttsx3 import Pyttsx3Voice

FRAME = 0.02


@pytest.fixture(scope="module")
def model() -> SpeechModel:
    return SpeechModel.installed()


@pytest.fixture(scope="module")
def spoken() -> bytes:
    """What a caller says, as it arrives from the line."""
    voice = Pyttsx3Voice()
    try:
        return mulaw_encode(voice.speak("我想查余额", 1.0).samples)
    finally:
        voice.close()


@dataclass
class Hearing:
    """The toy hotline with an ear, and calls to it."""

    socketed: Socketed
    model: SpeechModel
    ear: WritesDown = field(default_factory=WritesDown)
    pool: AtOnce = field(default_factory=AtOnce)

    def led(self, *does: Does) -> StreamEnd:
        end = StreamEnd(CALL, self.socketed.greeted(), list(does), frame=FRAME, lasts=120)
        streams = self.socketed.streams(end)
        streams.attention = lambda: Attention(Listener(self.model), self.ear, self.pool)
        streams.serve(end)
        return end


@pytest.fixture
def hearing(playing: Toy, model: SpeechModel) -> Hearing:
    return Hearing(Socketed(playing), model)


def test_what_is_said_is_an_answer(hearing, spoken):
    end = hearing.led(Does(says=spoken), Does(hangs_up=True, after=5.0))
    assert hearing.socketed.menu == "identity"
    assert hearing.ear.phrases == [("查余额", "等一下")]
    assert hearing.ear.seconds[0] == pytest.approx(len(spoken) / 8000, abs=0.6)
    assert end.heard == hearing.socketed.sound()
    assert end.clears == []


def test_speech_stops_the_prompt_within_a_fifth_of_a_second_of_being_told_from_noise(hearing, spoken):
    end = hearing.led(Does(says=spoken * 2, into=2.2), Does(hangs_up=True, after=5.0))
    assert hearing.socketed.menu == "identity"
    assert len(end.clears) == 1
    assert end.clears[0] < 2.2 + 0.6


def test_nothing_is_heard_while_a_number_is_keyed(hearing, spoken):
    hearing.led(Does("1"), Does(says=spoken), Does(NUMBER, after=3.0), Does(hangs_up=True))
    assert hearing.ear.phrases == []
    assert hearing.socketed.menu == "pin"


@pytest.mark.parametrize("words", ["", "今天天气"])
def test_what_is_not_understood_leaves_the_caller_where_they_were(hearing, spoken, words):
    hearing.ear.words = words
    hearing.led(Does(says=spoken), Does(hangs_up=True, after=4.0))
    last = hearing.socketed.toy.conversations.last(CALL)
    assert last.turn.state.menu == "main"
    assert last.turn.state.tries.unmatched == (1 if words else 0)


def test_a_prompt_that_nothing_stopped_is_taken_up_again(hearing, spoken):
    hearing.ear.words = ""
    end = hearing.led(Does(says=spoken, into=2.2), Does(hangs_up=True, after=5.0))
    assert len(end.clears) == 1
    assert len(end.heard) > len(hearing.socketed.sound()), "a moment of it is heard twice"
    assert end.heard.endswith(hearing.socketed.sound()[-2000:])


@pytest.mark.parametrize("hangs", [False, True])
def test_an_ear_that_fails_or_hangs_leaves_the_keys(hearing, spoken, caplog, hangs):
    hearing.ear.fault = EarError("it broke")
    hearing.pool.hangs = hangs
    hearing.led(
        Does(says=spoken),
        Does("2", after=UNDERSTOOD_WITHIN + 5 if hangs else 4.0),
        Does(says=spoken, after=5.0),
        Does(hangs_up=True, after=3.0),
    )
    assert len(hearing.ear.phrases) == (0 if hangs else 1)
    assert "the ear made up failed a call" in caplog.text
    assert hearing.socketed.turn(2).state.menu == "waiting"


def test_talk_without_an_end_is_no_answer_and_the_prompt_goes_on(hearing, spoken):
    end = hearing.led(Does(says=spoken * 7, into=2.2), Does(hangs_up=True, after=16.0))
    assert hearing.ear.phrases == []
    assert len(end.clears) == 1
    events = [message["event"] for message in end.sent]
    assert events[events.index("clear") + 1] == "media"
    assert said(hearing.socketed.turn(2)) == "silent", "and then nobody says anything"


def test_what_is_said_while_words_are_understood_is_not_waited_for(hearing, spoken):
    hearing.pool.hangs = True
    hearing.led(Does(says=spoken), Does(says=spoken, after=4.0), Does("2", after=3.0), Does(hangs_up=True))
    assert hearing.socketed.turn(2).state.menu == "waiting"


def test_a_busy_ear_is_asked_again_the_next_time(hearing, spoken):
    hearing.ear.fault = EarBusy("too many at once")
    hearing.led(Does(says=spoken), Does(says=spoken, after=4.0), Does(hangs_up=True, after=3.0))
    assert len(hearing.ear.phrases) == 2


def test_a_key_while_words_are_understood_counts_and_the_words_do_not(hearing, spoken):
    hearing.pool.hangs = True
    hearing.led(Does(says=spoken), Does("2", after=2.5), Does(hangs_up=True, after=1.0))
    assert hearing.socketed.turn(2).state.menu == "waiting"


def test_what_is_said_is_read():
    assert reading_of("不是") == Reading("", sure=False, yes=False)
    assert reading_of("一").digits == "1"
