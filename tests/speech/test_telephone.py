"""The line: mu-law against the ITU's own arithmetic, filters against sines, loudness against the meter."""

import math
import wave
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from speech import telephone
from speech.sound import Sound

SAMPLES = st.integers(-32768, 32767)


def g711_encoded(sample: int) -> int:
    """One mu-law code as the reference software of the ITU reckons it (G.191, 14 bits, one's complement)."""
    magnitude = min((~sample if sample < 0 else sample) >> 2, 8158) + 33
    segment = magnitude.bit_length() - 5
    code = (8 - segment) << 4 | 15 - (magnitude >> segment & 15)
    return code | (0x80 if sample >= 0 else 0)


def g711_decoded(code: int) -> int:
    """One 16-bit value from G.711's table: 8 segments of 16 even steps, each twice as wide as the last."""
    position = 127 - (code & 0x7F)
    segment, step = divmod(position, 16)
    magnitude = 4 * ((2 * step + 33) * 2**segment - 33)
    return magnitude if code & 0x80 else -magnitude


def tone(hertz: float, rate: int = 8000, seconds: float = 1.0, peak: float = 8000.0) -> Sound:
    moments = np.arange(round(rate * seconds)) / rate
    return Sound(np.rint(peak * np.sin(2 * np.pi * hertz * moments)).astype(np.int16), rate)


def decibels(sound: Sound, peak: float = 8000.0) -> float:
    """How much louder the middle is than a sine of that peak."""
    middle = sound.samples[len(sound.samples) // 4 : -len(sound.samples) // 4].astype(float)
    return 20 * math.log10(max(1e-6, math.sqrt(np.mean(middle**2)) / (peak / math.sqrt(2))))


def test_every_code_is_decoded_as_g711_says() -> None:
    assert telephone.mulaw_decode(bytes(range(256))).tolist() == [g711_decoded(code) for code in range(256)]


def test_every_sample_is_encoded_as_g711_says() -> None:
    samples = np.arange(-32768, 32768).astype(np.int16)
    assert list(telephone.mulaw_encode(samples)) == [g711_encoded(int(sample)) for sample in samples]


@given(st.lists(SAMPLES, max_size=400))
def test_what_was_sent_comes_back_within_half_a_step(values: list[int]) -> None:
    samples = np.array(values, dtype=np.int16)
    back = telephone.mulaw_decode(telephone.mulaw_encode(samples)).astype(int)
    within = np.maximum(np.abs(samples.astype(int)), 132) / 16 + 8
    clipped = np.clip(samples.astype(int), -32635, 32635)
    assert np.all(np.abs(back - clipped) <= within)


@given(st.binary(max_size=400))
def test_bytes_from_the_line_survive_unchanged(data: bytes) -> None:
    # Minus zero (0x7F) is the only code with a twin.
    assert telephone.mulaw_encode(telephone.mulaw_decode(data)) == data.replace(b"\x7f", b"\xff")


def test_silence_is_the_codes_of_silence() -> None:
    assert telephone.mulaw_encode(telephone.silence(0.02).samples) == b"\xff" * 160
    assert telephone.silence(0).duration == 0
    with pytest.raises(ValueError, match="nothing"):
        telephone.silence(-0.1)


@pytest.mark.parametrize("rate", [11025, 16000, 22050, 24000, 44100, 48000])
@pytest.mark.parametrize("hertz", [350, 1000, 3000])
def test_resampling_keeps_pitch_loudness_and_length(rate: int, hertz: float) -> None:
    low = telephone.resampled(tone(hertz, rate), 8000)
    assert (low.rate, len(low.samples)) == (8000, 8000)
    assert decibels(low) == pytest.approx(0, abs=0.1)
    spectrum = np.abs(np.fft.rfft(low.samples))
    assert np.argmax(spectrum) == hertz
    assert decibels(telephone.resampled(low, rate)) == pytest.approx(0, abs=0.1)


@pytest.mark.parametrize("hertz", [4100, 5000, 7900, 9000])
def test_what_8000_samples_cannot_carry_does_not_fold_back(hertz: float) -> None:
    assert decibels(telephone.resampled(tone(hertz, 22050), 8000)) < -60


@pytest.mark.parametrize("hertz", [310, 1000, 3390])
def test_the_band_lets_speech_through(hertz: float) -> None:
    assert decibels(telephone.telephone_band(tone(hertz, 22050))) == pytest.approx(0, abs=0.2)


@pytest.mark.parametrize("hertz", [50, 100, 180, 3750, 6000])
def test_the_band_stops_hum_and_hiss(hertz: float) -> None:
    assert decibels(telephone.telephone_band(tone(hertz, 22050))) < -60


def test_the_band_does_not_carry_the_end_round_to_the_beginning() -> None:
    click = Sound(np.concatenate([np.zeros(8000), [30000] * 20]).astype(np.int16), 8000)
    assert np.abs(telephone.telephone_band(click).samples[:4000]).max() <= 1


def speech_like(peak: float, rate: int = 8000) -> Sound:
    """Bursts of a vowel-like wave with pauses between, some bursts much louder."""
    moments = np.arange(rate * 3) / rate
    pulses = sum(np.cos(2 * np.pi * 120 * k * moments + k * k) for k in range(3, 25)) / 22
    strength = np.where(moments % 0.5 < 0.35, 0.3 + 0.7 * (moments % 1.5 < 0.5), 0.0)
    return Sound((peak * pulses * strength).astype(np.int16), rate)


@given(st.floats(800, 32000))
def test_every_voice_gets_the_same_loudness_and_none_is_clipped(peak: float) -> None:
    loud = telephone.at_level(speech_like(peak))
    assert telephone.speech_level(loud) == pytest.approx(telephone.LEVEL, abs=1.0)
    assert np.abs(loud.samples.astype(int)).max() <= telephone.CEILING


def test_pauses_do_not_count_for_loudness() -> None:
    sound = speech_like(20000)
    with_pause = Sound.join([sound, telephone.silence(30), sound])
    assert telephone.speech_level(with_pause) == pytest.approx(telephone.speech_level(sound), abs=0.1)


@given(st.lists(SAMPLES, max_size=3000), st.sampled_from([8000, 22050, 24000]))
def test_nothing_is_ever_louder_than_the_ceiling(values: list[int], rate: int) -> None:
    line = telephone.for_telephone(Sound(np.array(values, dtype=np.int16), rate))
    assert line.rate == 8000
    assert abs(line.duration - len(values) / rate) <= 1 / 8000
    assert line.is_silent or np.abs(line.samples.astype(int)).max() <= telephone.CEILING + 1


def test_silence_is_not_made_louder() -> None:
    hiss = Sound(np.array([3, -3] * 4000, dtype=np.int16), 8000)
    assert telephone.at_level(hiss) == hiss
    assert telephone.speech_level(hiss) == -math.inf
    assert telephone.for_telephone(telephone.silence(1)) == telephone.silence(1)


def test_ends_are_cut_to_the_margin_or_filled_up_to_it() -> None:
    spoken = tone(1000, seconds=0.5)
    for before, after in [(0.0, 2.0), (0.7, 0.0), (0.01, 0.4)]:
        padded = Sound.join([telephone.silence(before), spoken, telephone.silence(after)])
        cut = telephone.trimmed(padded, 0.05)
        assert cut.duration == pytest.approx(0.6, abs=0.002)
        assert not cut.samples[:400].any()
        assert not cut.samples[-400:].any()


def test_trimming_silence_leaves_nothing() -> None:
    assert telephone.trimmed(telephone.silence(1)).duration == 0


def test_a_sound_knows_its_length_and_is_a_value() -> None:
    sound = tone(1000, 16000, 0.25)
    assert sound.duration == 0.25
    assert sound == tone(1000, 16000, 0.25)
    assert len({sound, tone(1000, 16000, 0.25), Sound(sound.samples, 8000)}) == 2
    assert sound != sound.wav_bytes()
    with pytest.raises(ValueError, match="read-only"):
        sound.samples[0] = 1


def test_a_sound_keeps_its_own_copy_of_the_samples() -> None:
    samples = np.ones(10, dtype=np.int16)
    sound = Sound(samples, 8000)
    samples[0] = 7
    assert sound.samples[0] == 1


@pytest.mark.parametrize("samples", [np.zeros(4), np.zeros((2, 2), dtype=np.int16)])
def test_only_one_row_of_16_bit_samples_is_a_sound(samples: np.ndarray) -> None:
    with pytest.raises(TypeError, match="one row of int16"):
        Sound(samples, 8000)


def test_a_sound_needs_a_rate() -> None:
    with pytest.raises(ValueError, match="samples a second"):
        Sound(np.zeros(4, dtype=np.int16), 0)


def test_joined_sounds_follow_each_other_with_pauses_between() -> None:
    one, two = tone(500, seconds=0.1), tone(700, seconds=0.2)
    joined = Sound.join([one, two], pause=0.3)
    assert joined.duration == pytest.approx(0.6)
    assert np.array_equal(joined.samples[:800], one.samples)
    assert not joined.samples[800:3200].any()
    assert np.array_equal(joined.samples[3200:], two.samples)


@pytest.mark.parametrize("sounds", [[], [tone(500), tone(500, 16000)]])
def test_sounds_of_different_rates_are_not_joined(sounds: list[Sound]) -> None:
    with pytest.raises(ValueError, match="same rate"):
        Sound.join(sounds)


def test_silence_is_recognised_and_quiet_speech_is_not_silence() -> None:
    assert telephone.silence(1).is_silent
    assert telephone.silence(0).is_silent
    assert not tone(1000, seconds=0.1, peak=400).is_silent


@given(st.lists(SAMPLES, max_size=300), st.sampled_from([8000, 22050, 48000]))
def test_a_wav_file_brings_the_same_sound_back(values: list[int], rate: int) -> None:
    sound = Sound(np.array(values, dtype=np.int16), rate)
    assert Sound.from_wav(sound.wav_bytes()) == sound


def wav(frames: bytes, width: int, channels: int) -> bytes:
    file = BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(channels)
        writer.setsampwidth(width)
        writer.setframerate(44100)
        writer.writeframes(frames)
    return file.getvalue()


@pytest.mark.parametrize(
    ("frames", "width"),
    [
        (bytes([0x80, 0xFF, 0x00]), 1),
        (b"\0\0\0\x7f\0\x80", 2),
        (b"\0\0\0\0\0\x7f\0\0\x80", 3),
        (b"\0\0\0\0\0\0\0\x7f\0\0\0\x80", 4),
    ],
)
def test_wav_files_of_every_width_are_read(frames: bytes, width: int) -> None:
    sound = Sound.from_wav(wav(frames, width, 1))
    assert sound.samples.tolist() == [0, 0x7F00, -0x8000]


def test_both_channels_are_heard() -> None:
    left_right = np.array([1000, 3000, -2000, -4000], dtype="<i2").tobytes()
    assert Sound.from_wav(wav(left_right, 2, 2)).samples.tolist() == [2000, -3000]


@pytest.mark.parametrize("data", [b"", b"RIFF", b"ID3 not a wave file at all", wav(b"", 2, 1)[:30]])
def test_other_files_are_refused_in_a_sentence(data: bytes) -> None:
    with pytest.raises(ValueError, match="not a PCM WAV file"):
        Sound.from_wav(data)


def test_a_wav_file_cut_off_in_the_middle_is_refused() -> None:
    whole = tone(1000).wav_bytes()
    with pytest.raises(ValueError, match=r"cut short: it has 478 of its [\d,]+ samples"):
        Sound.from_wav(whole[:1001])
