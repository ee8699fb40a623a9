"""Words cut out of a carrier sentence: where it is cut, what is left around a word, and by the real model."""

from collections.abc import Iterator
from itertools import pairwise, product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from speech import telephone
from speech.clips.kinds import KINDS, KindOfClip, carriers
from speech.phrasing import syllables
from speech.score import NORMAL, SLOW
from speech.sound import Sound, frame_levels
from speech.voices import VoiceFailed
from speech.voices.kokoro import KokoroVoice
from speech.voices.kokoro_clips import MARK, Values, carrier, cut
from speech.voices.kokoro_graph import telling_durations
from speech.voices.pool import VoicePool

RATE = 24000
AMOUNT = ["三千一百", "二十五元", "六角八分"]


def tone(seconds: float, hertz: float = 300) -> Values:
    moments = np.arange(round(seconds * RATE)) / RATE
    return (0.3 * np.sin(2 * np.pi * hertz * moments)).astype(np.float32)


def quiet(seconds: float) -> Values:
    return np.zeros(round(seconds * RATE), dtype=np.float32)


def hertz(values: Values) -> float:
    """The pitch of a tone."""
    return float(np.argmax(np.abs(np.fft.rfft(values, RATE))))


@given(st.lists(st.text("ʂɨ↘i→xau↓ ", min_size=1, max_size=9), min_size=1, max_size=6))
def test_a_carrier_sentence_says_where_each_word_stands(words: list[str]) -> None:
    text, places = carrier(words)
    assert [text[first:last] for first, last in places] == words
    assert all(text[last:first] == MARK for (_, last), (first, _) in pairwise(places))
    assert text == MARK.join(words) + "."


def test_every_word_but_the_first_is_cut_where_it_is_quiet() -> None:
    """The model's times lag behind the sound by up to 150 ms: they only say where to look."""
    words = [tone(0.4, pitch) for pitch in (300, 500, 700, 900)]
    sound = np.concatenate([piece for word in words for piece in (word, quiet(0.1))])
    for lag in (0.0, 0.05, 0.12):
        spans = [(number * 0.5 + lag, number * 0.5 + 0.4 + lag) for number in range(4)]
        pieces = cut(sound, RATE, spans)
        assert [hertz(piece) for piece in pieces] == [500, 700, 900]
        for piece in pieces:
            assert 0.4 < len(piece) / RATE <= 0.48


def test_words_that_run_into_each_other_are_cut_where_there_is_least_sound() -> None:
    dip = np.concatenate([np.linspace(1, 0.1, RATE // 20), np.linspace(0.1, 1, RATE // 20)])
    sound = np.concatenate([tone(0.5, 300), tone(0.5, 500)])
    middle = len(sound) // 2
    sound[middle - len(dip) // 2 : middle + len(dip) // 2] *= dip.astype(np.float32)
    (piece,) = cut(sound, RATE, [(0.0, 0.56), (0.6, 1.0)])
    assert hertz(piece) == 500
    assert len(piece) / RATE == pytest.approx(0.5, abs=0.03)


def test_a_word_rises_and_falls_and_keeps_hardly_any_silence() -> None:
    sound = np.concatenate([tone(0.3), quiet(0.4), tone(0.3, 500), quiet(0.5)])
    (piece,) = cut(sound, RATE, [(0.0, 0.35), (0.6, 1.2)])
    assert len(piece) / RATE == pytest.approx(0.03 + 0.3 + 0.04, abs=0.005)
    assert abs(float(piece[0])) == abs(float(piece[-1])) == 0.0
    assert np.abs(np.diff(piece)).max() <= 0.3 * 2 * np.pi * 500 / RATE * 1.05  # no click anywhere


@pytest.mark.parametrize("seconds", [0.0, 0.001, 0.01, 0.02, 0.035])
def test_however_short_the_last_word_is_it_is_no_crash(seconds: float) -> None:
    pieces = cut(np.concatenate([tone(0.4), tone(seconds, 500)]), RATE, [(0.0, 0.4), (0.42, 0.43)])
    assert len(pieces) == 1


def test_the_quiet_before_a_short_word_is_not_taken_for_the_quiet_behind_it() -> None:
    sound = np.concatenate([tone(0.3), quiet(0.1), tone(0.12, 500), 0.02 * tone(0.03), tone(0.4, 700)])
    short, last = cut(sound, RATE, [(0.0, 0.35), (0.42, 0.5), (0.53, 0.95)])
    assert hertz(short) == 500
    assert hertz(last) == 700


def test_silence_stays_silence() -> None:
    (piece,) = cut(quiet(1.0), RATE, [(0.0, 0.4), (0.5, 0.9)])
    assert not piece.any()


@given(
    st.lists(st.floats(0.02, 0.6), min_size=1, max_size=6),
    st.lists(st.floats(0.0, 0.3), min_size=7, max_size=7),
    st.floats(-0.3, 0.3),
)
def test_no_word_is_lost_said_twice_or_out_of_order(
    lengths: list[float], gaps: list[float], lag: float
) -> None:
    """Whatever times the model tells, even beyond the sound's end."""
    pieces, spans, now = [tone(0.3)], [(0.0, 0.3)], 0.3
    for length, gap in zip(lengths, gaps, strict=False):
        pieces += [quiet(gap), tone(length, 500)]
        spans.append((now + gap + lag, now + gap + length + lag))
        now += gap + length
    words = cut(np.concatenate(pieces), RATE, spans)
    assert len(words) == len(lengths)
    assert sum(map(len, words)) <= sum(map(len, pieces))


def fields(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Read the fields of a message that are bytes, as protobuf's own documentation says."""
    place = 0
    while place < len(data):
        assert data[place] & 7 == 2
        number, place = data[place] >> 3, place + 1
        length = shift = 0
        while True:
            length |= (data[place] & 0x7F) << shift
            shift, place = shift + 7, place + 1
            if data[place - 1] < 0x80:
                break
        yield number, data[place : place + length]
        place += length
    assert place == len(data)


def test_the_model_gets_one_more_output_and_keeps_every_byte() -> None:
    data = telling_durations(b"model")
    assert data.startswith(b"model")
    ((graph, content),) = fields(data[5:])
    assert graph == 7
    (node, named), (output, described) = fields(content)
    assert (node, output) == (1, 12)
    assert dict(fields(named)) == {1: b"/encoder/Clip_output_0", 2: b"duration", 4: b"Identity"}
    assert next(fields(described)) == (1, b"duration")


@pytest.fixture(scope="module")
def voice(kokoro_folder: Path) -> Iterator[KokoroVoice]:
    made = KokoroVoice(kokoro_folder)
    yield made
    made.close()


@pytest.mark.parametrize("kind", KINDS)
def test_clips_of_every_kind_are_one_for_each_word_and_as_long_as_it(
    kind: KindOfClip, voice: KokoroVoice
) -> None:
    whole = list(carriers(kind))
    for words, pace in product(whole[:: 1 + len(whole) // 2], (NORMAL, SLOW)):
        clips = voice.clips(words, pace)
        assert len(clips) == len(words)
        for word, clip in zip(words, clips, strict=True):
            assert clip.rate == 8000
            assert 0.08 < clip.duration * pace / syllables(word) < 0.6


def test_clips_have_no_silent_ends_and_the_loudness_of_the_line(voice: KokoroVoice) -> None:
    # None that begins with s: most of it is too high for a telephone.
    for clip in voice.clips(["一百", "二十五元", "八分"], NORMAL):
        levels = frame_levels(clip)
        loud = np.flatnonzero(levels > levels.max() / 30)
        assert loud[0] <= 3
        assert loud[-1] >= len(levels) - 5
        assert abs(telephone.speech_level(clip) - telephone.LEVEL) < 1


def test_slow_clips_are_slower(voice: KokoroVoice) -> None:
    normal, slow = (sum(clip.duration for clip in voice.clips(AMOUNT, pace)) for pace in (NORMAL, SLOW))
    assert slow / normal == pytest.approx(NORMAL / SLOW, rel=0.12)


def test_the_same_words_give_the_same_samples(kokoro_folder: Path, voice: KokoroVoice) -> None:
    first = voice.clips(AMOUNT, SLOW)
    voice.speak("您好。", NORMAL)
    assert voice.clips(AMOUNT, SLOW) == first
    pool = VoicePool(lambda: KokoroVoice(kokoro_folder), 1)
    assert pool.clips(AMOUNT, SLOW) == first
    pool.close()


def test_a_clip_sounds_as_the_word_does_in_a_sentence(voice: KokoroVoice) -> None:
    """No part of its neighbours: the words of a carrier are about as long as the whole of them."""
    whole = voice.speak("".join(AMOUNT), NORMAL)
    assert sum(clip.duration for clip in voice.clips(AMOUNT, NORMAL)) < 1.5 * whole.duration


def test_no_words_are_no_clips(voice: KokoroVoice) -> None:
    assert voice.clips([], NORMAL) == ()


@pytest.mark.parametrize("words", [["三百元", "300"], ["三百元", ""], ["。"]])
def test_words_that_are_not_all_hanzi_are_refused(words: list[str], voice: KokoroVoice) -> None:
    with pytest.raises(ValueError, match=r"voice|nothing"):
        voice.clips(words, NORMAL)


@pytest.mark.parametrize("pace", [0.5, 1.4])
def test_paces_nobody_can_follow_are_refused(pace: float, voice: KokoroVoice) -> None:
    with pytest.raises(ValueError, match=r"paces 0\.6 to 1\.3"):
        voice.clips(AMOUNT, pace)


def test_a_word_without_a_reading_is_refused_without_repeating_it(voice: KokoroVoice) -> None:
    with pytest.raises(VoiceFailed, match="no reading") as raised:
        voice.clips(["三百元", "陈某\U00020bb7"], NORMAL)
    assert "陈" not in str(raised.value)
    assert isinstance(voice.clips(AMOUNT[:1], NORMAL)[0], Sound)
