"""Ears that hear along, as Vosk does: fed while the caller speaks, and believed before the pause is over."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass, field

import pytest
from ears_korean import korean_model
from ears_speaker import PHRASES as KOREAN
from ears_speaker import spoken as spoken_korean
from running import until

from ivr.channels.attention import MOST_SUSPICIONS, Attention, Began, Deaf, Mistaken, Told
from ivr.channels.understanding import HELD
from speech.ears import Ear, EarError, Heard
from speech.ears.vosk import VoskEar
from speech.listening.events import SpeechBegan
from speech.listening.listener import Listener
from speech.listening.silero import SpeechModel
from speech.sound import Sound
from speech.telephone import RATE, mulaw_encode, silence
from speech.voices.pyttsx3 import Pyttsx3Voice

FRAME = RATE // 50
PHRASES = ("查余额", "查余额明细", "人工")


@dataclass
class Script:
    """An ear that hears what is written down: `along` from so many seconds of the utterance on, and `words`.

    It notes how much it was given, and whether its last utterance was freed.
    """

    along: Sequence[tuple[float, str]] = ()
    words: str = "查余额"
    breaks: bool = False
    name: str = "made up"
    hears_along: bool = True
    seconds: float = 0.0
    pieces: int = 0
    freed: threading.Event = field(default_factory=threading.Event)

    def listen(self, _phrases: Sequence[str]) -> "Script":
        self.seconds, self.pieces = 0.0, 0
        self.freed.clear()
        return self

    def feed(self, sound: Sound) -> str | None:
        if self.breaks:
            raise EarError("it broke")
        self.seconds += sound.duration
        self.pieces += 1
        return next((words for since, words in reversed(self.along) if self.seconds >= since), None)

    def finish(self) -> Heard:
        return Heard(self.words, 0.9)

    def close(self) -> None:
        self.freed.set()

    def check(self) -> None:
        """Need nothing."""


@pytest.fixture(scope="module")
def model() -> SpeechModel:
    return SpeechModel.installed()


@pytest.fixture(scope="module")
def spoken() -> bytes:
    """Two seconds of words as they arrive from the line."""
    with closing(Pyttsx3Voice()) as voice:
        return mulaw_encode(voice.speak("我想查一下我的余额", 1.0).samples)


@pytest.fixture(scope="module")
def blip(model: SpeechModel, spoken: bytes) -> bytes:
    """The beginning of the words, until they are suspected to be speech."""
    listener = Listener(model)
    for end in range(FRAME, len(spoken), FRAME):
        if listener.hear(spoken[end - FRAME : end]):
            return spoken[:end]
    raise AssertionError("nothing is suspected")


@dataclass
class Call:
    """One call with an ear and threads of its own; `told` is everything it was told."""

    model: SpeechModel
    ear: Ear
    pool: ThreadPoolExecutor
    phrases: Sequence[str]
    told: list[Told] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.beside = Listener(self.model)
        self.attention = Attention(Listener(self.model), self.ear, self.pool)
        self.attention.ask(self.phrases)
        self.now = self.began = 0.0

    def carries(self, mulaw: bytes) -> None:
        """Let the line carry sound, as fast as this machine can."""
        for start in range(0, len(mulaw), FRAME):
            frame = mulaw[start : start + FRAME]
            told = self.attention.hear(frame, playing=False, interruptible=True, now=self.now)
            if any(isinstance(event, SpeechBegan) for event in self.beside.hear(frame)):
                self.began = self.now
            self.told += told
            self.now += 0.02

    def rests(self, seconds: float) -> None:
        self.carries(mulaw_encode(silence(seconds).samples))

    def understands(self) -> Told:
        """Wait until the ear has understood something."""
        found: list[Told] = []
        until(lambda: bool(found.extend(self.attention.look(self.now)) or found), "nothing was understood")
        self.told += found
        return found[0]

    def ear_has_all(self, ear: Script) -> None:
        """Wait until the ear has been given every frame since speech began."""
        frames = round((self.now - self.began) / 0.02) - 1
        until(lambda: ear.pieces >= 1 + frames, "the ear lacks frames")


@pytest.fixture
def calling(model: SpeechModel) -> Iterator[Callable[..., Call]]:
    """Make calls, and hang all of them up at the end: an utterance that goes on would hold its thread."""
    with ThreadPoolExecutor(2) as pool, ExitStack() as hung_up:

        def call(ear: Ear, phrases: Sequence[str] = PHRASES) -> Call:
            made = Call(model, ear, pool, phrases)
            hung_up.callback(made.attention.forget)
            return made

        yield call


def test_a_phrase_that_stays_is_the_answer_before_the_caller_stops(calling, spoken):
    ear = Script([(0.5, "人"), (0.8, "人工")], words="人工")
    call = calling(ear)
    call.carries(spoken)
    assert call.understands() == Heard("人工", 0.9)
    assert call.told[0] == Began()
    assert 0.8 + HELD - 0.02 <= ear.seconds <= 0.8 + HELD + 0.05
    assert not call.attention.is_busy
    assert ear.freed.is_set()


def test_what_goes_on_after_an_early_answer_is_no_answer_to_the_next_question(calling, spoken):
    call = calling(Script([(0.5, "人工")]))
    half = len(spoken) * 3 // 4
    call.carries(spoken[:half])
    call.understands()
    told = len(call.told)
    call.attention.ask(PHRASES)
    call.carries(spoken[half:])
    call.rests(2.0)
    assert call.told[told:] == []
    call.carries(spoken)
    assert call.understands() == Heard("查余额", 0.9), "but what is said after it is"


def test_a_phrase_with_which_another_begins_waits_for_the_end(calling, spoken):
    ear = Script([(0.3, "查余额")], words="查余额明细")
    call = calling(ear)
    call.carries(spoken)
    call.ear_has_all(ear)
    assert call.attention.look(call.now) == []
    call.rests(2.0)
    assert call.understands() == Heard("查余额明细", 0.9)


def test_words_that_change_at_once_are_not_believed_early(calling, spoken):
    ear = Script([(0.5, "人工"), (0.5 + HELD - 0.06, "人工不要")], words="人工不要")
    call = calling(ear)
    call.carries(spoken)
    call.ear_has_all(ear)
    assert call.attention.look(call.now) == []
    call.rests(2.0)
    assert call.understands() == Heard("人工不要", 0.9)


def test_the_words_are_known_at_the_end_without_hearing_all_of_it_again(calling, spoken):
    ear = Script()
    call = calling(ear)
    call.carries(spoken)
    call.rests(2.0)
    call.understands()
    assert ear.seconds < len(spoken) / RATE + 1.5


def test_an_ear_that_breaks_while_it_hears_along_is_given_up_at_the_end(calling, spoken, caplog):
    ear = Script(breaks=True)
    call = calling(ear)
    call.carries(spoken)
    until(ear.freed.is_set, "the utterance holds its thread")
    assert call.attention.look(call.now) == []
    call.rests(2.0)
    assert call.understands() == Deaf()
    assert "the ear made up failed a call" in caplog.text


@pytest.mark.parametrize("how", ["a key", "too long"])
def test_an_utterance_that_is_dropped_frees_its_thread(calling, spoken, how):
    ear = Script()
    call = calling(ear)
    call.carries(spoken)
    assert not ear.freed.is_set()
    if how == "a key":
        call.attention.forget()
    else:
        call.carries(spoken * 7)
        assert call.told == [Began(), Mistaken()]
    until(ear.freed.is_set, "the utterance holds its thread")
    assert not call.attention.is_busy


def test_the_real_engine_is_believed_before_the_pause_is_over(calling, tmp_path):
    sounds = spoken_korean(tmp_path)
    for words in KOREAN:
        call = calling(VoskEar(korean_model()), KOREAN)
        call.carries(mulaw_encode(sounds[words].samples))
        heard = call.understands()
        assert isinstance(heard, Heard)
        assert heard.words == words
        assert not call.attention.is_busy, "nobody has waited for the end"


def test_what_is_over_before_it_is_speech_is_taken_back_and_after_a_few_times_not_told(calling, spoken, blip):
    call = calling(Script())
    for _ in range(MOST_SUSPICIONS):
        call.carries(blip)
        assert call.attention.is_busy
        call.rests(2.0)
        assert not call.attention.is_busy
    assert call.told == [Began(), Mistaken()] * MOST_SUSPICIONS
    call.carries(blip)
    assert not call.attention.is_busy
    call.rests(2.0)
    assert call.told == [Began(), Mistaken()] * MOST_SUSPICIONS
    call.carries(spoken)
    assert call.told[-1] == Began(), "but speech stops a prompt"


def test_what_is_suspected_when_a_key_comes_is_forgotten(calling, blip):
    call = calling(Script())
    call.carries(blip)
    call.attention.forget()
    assert not call.attention.is_busy
    call.rests(2.0)
    assert call.told == [Began()]
