"""The real Vosk engine, with the Korean model of a package: what it hears, and what must never reach it."""

import os
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from ears_korean import korean_model
from ears_speaker import PHRASES, spoken

from speech.ears import EarError, EarMissing, Heard, Hearing
from speech.ears import vosk_model as models
from speech.ears.vosk import VoskEar
from speech.ears.vosk_model import FILES, VoskModel
from speech.sound import Sound
from speech.telephone import RATE, resampled, silence

HOUSE = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def folder() -> Path:
    return korean_model()


@pytest.fixture(scope="module")
def ear(folder: Path) -> VoskEar:
    return VoskEar(folder)


@pytest.fixture(scope="module")
def sounds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Sound]:
    return spoken(tmp_path_factory.mktemp("korean"))


def fed(hearing: Hearing, sound: Sound, size: int = 160) -> list[str | None]:
    """Feed a sound as a telephone does, 20 ms at a time; return what was heard so far after each."""
    pieces = (sound.samples[begin : begin + size] for begin in range(0, len(sound.samples), size))
    return [hearing.feed(Sound(piece, sound.rate)) for piece in pieces]


@pytest.mark.parametrize("phrase", PHRASES)
def test_a_phrase_of_the_question_is_heard_before_it_ends(ear, sounds, phrase):
    with closing(ear.listen(PHRASES)) as hearing:
        partial = fed(hearing, sounds[phrase])
        heard = hearing.finish()
    assert heard.words == phrase
    assert 0.5 < heard.confidence <= 1
    assert partial[0] is None
    assert phrase in partial


def test_how_a_sound_is_cut_and_its_rate_make_no_difference_to_the_words(ear, sounds):
    whole = sounds["상담원"]
    for sound, size in ((whole, len(whole.samples)), (whole, 37), (resampled(whole, 16000), 48000)):
        hearing = ear.listen(PHRASES)
        fed(hearing, sound, size)
        assert hearing.finish().words == "상담원"


def test_without_phrases_anything_may_be_heard(ear, sounds):
    hearing = ear.listen(())
    fed(hearing, sounds["안녕하세요"])
    assert hearing.finish().words


@pytest.mark.parametrize("sound", [silence(0), silence(0.013), silence(3)], ids=["none", "13 ms", "3 s"])
def test_silence_is_no_words(ear, sound):
    hearing = ear.listen(PHRASES)
    assert hearing.feed(sound) is None
    assert hearing.finish() == Heard("", 0.0)


def test_noise_is_heard_as_something_or_nothing_without_a_fault(ear):
    """This model's sign for other words takes hardly any sound, so that noise becomes phrases here."""
    noise = (np.random.default_rng(12333).normal(size=3 * RATE) * 2000).astype(np.int16)
    hearing = ear.listen(PHRASES)
    fed(hearing, Sound(noise, RATE))
    assert 0 <= hearing.finish().confidence <= 1


def test_words_after_a_pause_are_added_to_those_before(ear, sounds):
    hearing = ear.listen(PHRASES)
    fed(hearing, Sound.join([sounds["상담원"], silence(1.5), sounds["보험"]]))
    assert hearing.finish().words == "상담원보험"


def test_an_utterance_that_is_over_takes_nothing_more(ear, sounds):
    """Vosk itself ends the process then."""
    ended, closed = ear.listen(PHRASES), ear.listen(PHRASES)
    ended.finish()
    closed.close()
    closed.close()
    ended.close()
    for hearing in (ended, closed):
        with pytest.raises(EarError, match="over"):
            hearing.feed(sounds["보험"])
        with pytest.raises(EarError, match="over"):
            hearing.finish()


def test_nobody_is_heard_for_more_than_a_minute(ear):
    hearing = ear.listen(PHRASES)
    hearing.feed(silence(59))
    with pytest.raises(EarError, match="more than 60 seconds"):
        hearing.feed(silence(2))
    hearing.close()


def test_strange_words_are_listed(ear):
    assert ear.unknown_words(["상담원 보험!", "보험", "查余额 보험", "..."]) == {"查余额 보험": ("查余额",)}


def test_a_phrase_with_a_strange_word_is_left_out_whole_and_told_of(ear, sounds, caplog):
    hearing = ear.listen(("상담원", "보험 查余额"))
    assert "cannot hear 보험 查余额" in caplog.text
    fed(hearing, sounds["보험"])
    heard = hearing.finish()
    assert (heard.words, heard.confidence) != ("보험", 1.0)
    assert "보험" not in heard.words
    with pytest.raises(EarError, match="none of the question's phrases"):
        ear.listen(("查余额", ""))


def test_callers_do_not_hear_each_other(ear, sounds):
    """One model, a recognizer each: on four threads at once."""
    found: dict[int, str] = {}

    def call(number: int) -> None:
        with closing(ear.listen(PHRASES)) as hearing:
            fed(hearing, sounds[PHRASES[number % 3]])
            found[number] = hearing.finish().words

    threads = [threading.Thread(target=call, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {number: PHRASES[number % 3] for number in range(8)}


def test_all_ears_of_a_process_share_one_model(ear, folder):
    ear.check()
    assert models.loaded(folder) is models.loaded(folder.parent / ".." / folder.parent.name / folder.name)


FORKING = """
import os, sys
from pathlib import Path
from speech.ears import vosk_model
from speech.ears.vosk import VoskEar
from speech.telephone import silence
ear = VoskEar(Path(sys.argv[1]))
if sys.argv[2] == "loaded":
    ear.check()
vosk_model._loading.acquire()  # as if a thread were just loading
child = os.fork()
if not child:
    hearing = ear.listen(("보험",))
    hearing.feed(silence(1))
    os._exit(0 if hearing.finish().words == "" else 1)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.mark.parametrize("when", ["loaded", "not yet"])
def test_a_forked_process_hears_whether_the_model_was_loaded_before_or_not(folder, when):
    environment = {**os.environ, "PYTHONPATH": str(HOUSE), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, "-c", FORKING, str(folder), when],
        env=environment,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")  # Vosk's own log too is silent


# --- what is not there or not whole


def test_without_its_files_there_is_no_ear_and_nothing_is_downloaded(tmp_path):
    for look in (VoskEar, VoskModel):
        with pytest.raises(EarMissing, match=r"lacks am/final.mdl, .*hotline models fetch vosk-small-cn"):
            look(tmp_path)


def hollow(folder: Path) -> Path:
    """Make a model of the right names with nothing right in it."""
    for name in FILES:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("--nonsense=1\n")
    return folder


def test_a_damaged_model_is_told_of_when_it_is_loaded(tmp_path):
    ear = VoskEar(hollow(tmp_path))
    for use in (ear.check, lambda: ear.listen(("보험",)), ear.check):
        with pytest.raises(EarMissing, match=r"is damaged; run: hotline models fetch vosk-small-cn"):
            use()


def test_a_file_that_was_cut_short_since_it_was_unpacked_is_told_of(tmp_path):
    """Vosk would load a graph that is cut short, and end the process when somebody speaks."""
    (hollow(tmp_path) / "unpacked.json").write_text('{"graph/HCLr.fst": [1000, "00"]}')
    with pytest.raises(EarMissing, match=r"has graph/HCLr.fst not as unpacked; run: hotline models fetch"):
        VoskEar(tmp_path)


def test_without_the_package_there_is_no_ear(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "vosk", None)
    with pytest.raises(EarMissing, match="pip install vosk"):
        VoskModel(hollow(tmp_path))
