"""The built-in voice with its real engine: pace, threads, crashes, wrong versions."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from speech import telephone
from speech.phrasing import syllables
from speech.sound import Sound, frame_levels
from speech.voices import VoiceFailed, VoiceMissing
from speech.voices.pyttsx3 import Engine, Pyttsx3Voice

SENTENCES = [
    "您好,这里是医保电话。",
    "请按十八位身份证号。最后是艾克斯,就是叉的,请按星号键。",
    "您还在吗?慢慢按,不着急。",
    "没对上,请再来一次。改用短信,请按星号。",
    "电话里今天先不试了,别着急。找人工,请按零;也可以带身份证去窗口。",
    "参加了医保的近亲属都能用,包括配偶、父母、子女、兄弟姐妹、祖辈和孙辈。",
    "您的医保个人账户余额为三千一百二十五元六角八分",
    "查余额,请按一。查到账,请按二。家人共用,请按三。其他,请按四。",
    "解除以后,丈夫陈某英不能再用您账户的钱,再绑要重新办。确定请按一,不办请按二。",
]


@pytest.fixture(scope="module")
def voice() -> Iterator[Pyttsx3Voice]:
    made = Pyttsx3Voice()
    yield made
    made.close()


def per_minute(text: str, sound: Sound) -> float:
    """Hanzi a minute, from the length of the sound."""
    return syllables(text) / sound.duration * 60


@pytest.mark.parametrize(
    ("pace", "slowest", "fastest"), [(1.0, 160, 180), (0.78, 120, 140), (1.25, 200, 225)]
)
@pytest.mark.parametrize("text", SENTENCES)
def test_sentences_are_spoken_at_the_pace_asked_for(
    text: str, pace: float, slowest: float, fastest: float, voice: Pyttsx3Voice
) -> None:
    assert slowest <= per_minute(text, voice.speak(text, pace)) <= fastest


def test_the_sound_is_ready_for_the_line(voice: Pyttsx3Voice) -> None:
    for text in SENTENCES:
        sound = voice.speak(text, 1.0)
        assert sound.rate == 8000
        assert telephone.speech_level(sound) == pytest.approx(telephone.LEVEL, abs=0.5)
        assert np.abs(sound.samples.astype(int)).max() <= telephone.CEILING + 1
        spectrum = np.abs(np.fft.rfft(sound.samples)) ** 2
        hertz = np.fft.rfftfreq(len(sound.samples), 1 / 8000)
        assert spectrum[(hertz < 200) | (hertz > 3700)].sum() < 1e-4 * spectrum.sum()


def test_speech_begins_and_ends_within_a_tenth_of_a_second(voice: Pyttsx3Voice) -> None:
    levels = frame_levels(voice.speak(SENTENCES[0], 1.0))
    loud = np.flatnonzero(levels > levels.max() / 30)
    assert loud[0] <= 5
    assert loud[-1] >= len(levels) - 6


def longest_pause(sound: Sound) -> float:
    quiet = frame_levels(sound) < 100
    runs = "".join("q" if frame else " " for frame in quiet).split()
    return max(map(len, runs)) * 0.02


def test_commas_and_full_stops_are_heard_as_pauses(voice: Pyttsx3Voice) -> None:
    assert longest_pause(voice.speak("今天天气很好请您慢慢按", 1.0)) < 0.12
    comma = longest_pause(voice.speak("今天天气很好,请您慢慢按", 1.0))
    stop = longest_pause(voice.speak("今天天气很好。请您慢慢按", 1.0))
    assert 0.15 < comma < stop < 0.7


def test_clips_are_one_for_each_word_and_have_no_silent_ends(voice: Pyttsx3Voice) -> None:
    words = ["三千一百", "二十五元", "六角八分", "元"]
    normal, slow = voice.clips(words, 1.0), voice.clips(words, 0.78)
    assert len(normal) == len(slow) == 4
    for word, clip, slower in zip(words, normal, slow, strict=True):
        assert clip.rate == 8000
        assert 0.15 < clip.duration / syllables(word) < 0.6
        assert slower.duration > 1.1 * clip.duration
        loud = np.flatnonzero(frame_levels(clip) > frame_levels(clip).max() / 100)
        assert loud[0] <= 2
        assert loud[-1] >= len(frame_levels(clip)) - 3
    with pytest.raises(ValueError, match="voice"):
        voice.clips(["三百元", "300"], 1.0)
    with pytest.raises(ValueError, match=r"paces 0\.6 to 1\.3"):
        voice.clips(["三百元"], 0.5)


def test_the_first_sentence_of_a_new_process_is_neither_lost_nor_given_to_the_next(
    voice: Pyttsx3Voice,
) -> None:
    fresh = Pyttsx3Voice()
    long, short = SENTENCES[4], "好"
    firsts = [fresh.speak(text, 1.0).duration for text in (long, short, long)]
    fresh.close()
    later = [voice.speak(text, 1.0).duration for text in (long, short, long)]
    assert firsts == pytest.approx(later, rel=0.02)


def test_the_pace_of_one_sentence_never_reaches_the_next(voice: Pyttsx3Voice) -> None:
    paces = [1.0, 0.7, 1.2, 0.7, 1.0, 1.2] * 4
    lengths = [voice.speak("六十八元", pace).duration for pace in paces]
    for pace in set(paces):
        same = [length for length, used in zip(lengths, paces, strict=True) if used == pace]
        assert max(same) - min(same) < 0.03
    assert lengths[1] > 1.25 * lengths[0] > 1.25 * 1.1 * lengths[2]


def test_six_threads_get_their_own_sentences(voice: Pyttsx3Voice) -> None:
    alone = {text: voice.speak(text, 1.0).duration for text in SENTENCES}
    wrong: list[str] = []

    def speak(turn: int) -> None:
        for text in SENTENCES[turn:] + SENTENCES[:turn]:
            if abs(voice.speak(text, 1.0).duration / alone[text] - 1) > 0.02:
                wrong.append(text)

    threads = [threading.Thread(target=speak, args=[turn]) for turn in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert not any(thread.is_alive() for thread in threads)
    assert not wrong


def test_a_worker_killed_in_the_middle_of_a_sentence_is_replaced(voice: Pyttsx3Voice) -> None:
    voice.check()
    before = voice.pid
    assert before
    os.kill(before, signal.SIGSTOP)  # so that the sentence is certainly unfinished
    spoken: list[Sound] = []
    thread = threading.Thread(target=lambda: spoken.append(voice.speak(SENTENCES[0], 1.0)))
    thread.start()
    while not voice._worker._lock.locked():
        time.sleep(0.001)
    os.kill(before, signal.SIGKILL)
    thread.join(60)
    assert 160 <= per_minute(SENTENCES[0], spoken[0]) <= 180
    assert voice.pid not in (None, before)
    assert not Path(f"/proc/{before}").exists()


def test_a_worker_that_hangs_is_replaced() -> None:
    voice = Pyttsx3Voice(patience=3.0)
    voice.check()
    before = voice.pid
    assert before
    os.kill(before, signal.SIGSTOP)
    assert 160 <= per_minute(SENTENCES[0], voice.speak(SENTENCES[0], 1.0)) <= 180
    assert voice.pid != before
    voice.close()
    with pytest.raises(VoiceFailed, match="closed"):
        voice.check()


@pytest.mark.parametrize("text", ["余额300元", "hello", "", "。", "{amount}", "*"])
def test_text_that_is_not_all_hanzi_is_refused_unspoken(text: str) -> None:
    voice = Pyttsx3Voice()
    with pytest.raises(ValueError, match=r"voice|nothing"):
        voice.speak(text, 1.0)
    assert voice.pid is None


@pytest.mark.parametrize("pace", [0.0, 0.59, 1.31, float("nan")])
def test_paces_nobody_can_follow_are_refused(pace: float, voice: Pyttsx3Voice) -> None:
    with pytest.raises(ValueError, match="paces"):
        voice.speak("好", pace)


def test_texts_too_long_for_a_caller_are_refused(voice: Pyttsx3Voice) -> None:
    with pytest.raises(ValueError, match="400 characters"):
        voice.speak("好" * 401, 1.0)


def test_a_text_the_engine_would_read_as_english_is_refused_without_repeating_it(voice: Pyttsx3Voice) -> None:
    with pytest.raises(VoiceFailed) as raised:
        voice.speak("陈某\U00020bb7", 1.0)
    assert "instead of" in str(raised.value) or "English" in str(raised.value)
    assert "陈" not in str(raised.value)


def copied(folder: Path) -> Engine:
    packaged = Engine.packaged()
    shutil.copy(packaged.library.resolve(), folder / "libespeak-ng.so")
    shutil.copytree(packaged.data, folder / "data")
    return Engine(folder / "libespeak-ng.so", folder / "data", "a copy")


def test_a_copy_in_a_very_long_folder_speaks(tmp_path: Path) -> None:
    deep = tmp_path / ("very-long-name-" * 8) / ("even-longer-name-" * 8)
    deep.mkdir(parents=True)
    voice = Pyttsx3Voice(copied(deep))
    assert voice.speak("您好", 1.0).duration > 0.4
    voice.close()


def test_an_older_engine_is_refused(tmp_path: Path) -> None:
    engine = copied(tmp_path)
    engine.library.write_bytes(engine.library.read_bytes().replace(b"1.52.0", b"1.51.0"))
    with pytest.raises(VoiceMissing, match=r"espeak-ng 1\.51\.0 .* 1\.52 or newer .*pip install"):
        Pyttsx3Voice(engine).check()


def test_an_engine_without_its_parts_is_refused(tmp_path: Path) -> None:
    engine = copied(tmp_path)
    (engine.data / "lang" / "sit" / "cmn").unlink()
    with pytest.raises(VoiceMissing, match="no voice sit/cmn"):
        Pyttsx3Voice(engine).check()
    (engine.data / "cmn_dict").unlink()
    with pytest.raises(VoiceMissing, match="no Mandarin dictionary"):
        Pyttsx3Voice(engine).check()
    packaged = Engine.packaged()
    broken = Engine(tmp_path / "no-library.so", packaged.data, "broken")
    with pytest.raises(VoiceMissing, match="cannot be loaded"):
        Pyttsx3Voice(broken).check()


def test_a_package_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "espeakng_loader", None)
    with pytest.raises(VoiceMissing, match="pip install espeakng_loader"):
        Pyttsx3Voice()


def test_the_fingerprint_names_the_versions(voice: Pyttsx3Voice) -> None:
    assert "espeakng-loader 0." in voice.fingerprint
    assert "pyttsx3 2." in voice.fingerprint
    assert "sit/cmn" in voice.fingerprint


BAD_ENGINE = """
import base64, io, json, sys, wave
SECONDS = {seconds}
print(json.dumps({{"ready": "pretend"}}), flush=True)
for line in sys.stdin:
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(22050)
        writer.writeframes({sample} * int(22050 * SECONDS))
    wav = base64.b64encode(file.getvalue()[:{size}]).decode()
    print(json.dumps({{"id": json.loads(line)["id"], "wavs": [wav]}}), flush=True)
"""


@pytest.mark.parametrize(
    ("seconds", "sample", "size", "said"),
    [
        (2.0, b"\0\0", None, "silence"),
        (30.0, b"\0\x20\0\xe0", None, "30.1 seconds"),
        (0.1, b"\0\x20\0\xe0", None, "0.2 seconds"),
        (2.0, b"\0\x20\0\xe0", 0, "not a PCM WAV"),
    ],
)
def test_what_cannot_be_the_text_is_tried_three_times_and_refused(
    seconds: float,
    sample: bytes,
    size: int | None,
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seconds = seconds / (len(sample) // 2)
    script = BAD_ENGINE.format(seconds=seconds, sample=sample, size=size)
    (tmp_path / "pretend_espeak.py").write_text(script)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    voice = Pyttsx3Voice(module="pretend_espeak")
    with pytest.raises(VoiceFailed, match=said):
        voice.speak("您好您好", 1.0)
    voice.close()


def test_an_engine_whose_program_is_gone_before_it_is_ready_ends_without_a_word() -> None:
    engine = Engine.packaged()
    command = [
        sys.executable,
        "-P",
        "-m",
        "speech.voices.pyttsx3_worker",
        str(engine.library),
        str(engine.data),
    ]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout
        process.stdout.close()
        _, complaint = process.communicate(timeout=60)
    assert complaint == b""
