"""Cases are heard by real ears in their own processes, in order, and never twice."""

from collections.abc import Iterator
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest

from speech.ears import EarMissing
from speech.ears.whisper import FILES
from speech.sound import Sound
from speech.voices.pyttsx3 import Pyttsx3Voice
from tests.ear.listening import Amount, Case, Hearing, Listeners

AMOUNT = Amount(1000, "余额是,", "再说一遍")
TEXTS = ("余额是,十元。", "再说一遍,十元。", "请按一。")


@pytest.fixture(scope="module")
def sounds() -> Iterator[list[Sound]]:
    voice = Pyttsx3Voice()
    yield [voice.speak(text, 1.0) for text in TEXTS]
    voice.close()


@pytest.fixture(scope="module")
def cases(sounds: list[Sound]) -> list[Case]:
    apart = Case("10.00", "pyttsx3", 1.0, "".join(TEXTS[:2]), tuple(sounds[:2]), AMOUNT)
    return [apart, Case("key", "pyttsx3", 1.0, TEXTS[2], (sounds[2],))]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("ear") / "kept" / "heard.jsonl"


@pytest.fixture(scope="module")
def heard(cases: list[Case], kept: Path, whisper_folder: Path) -> list[Hearing]:
    with Listeners(whisper_folder, kept, processes=1) as listeners:
        return list(listeners.hear(cases, ["telephone", "hearing loss"]))


@pytest.fixture
def deaf(tmp_path: Path) -> Path:
    """A model that cannot be loaded: whoever is asked to listen fails."""
    for name in FILES:
        (tmp_path / name).write_text("{}")
    return tmp_path


def test_each_case_is_heard_under_each_condition_in_order(heard: list[Hearing], cases: list[Case]) -> None:
    places = [(hearing.case.name, hearing.condition) for hearing in heard]
    assert places == [(case.name, name) for case in cases for name in ("telephone", "hearing loss")]
    assert [len(hearing.texts) for hearing in heard] == [2, 2, 1, 1]
    assert heard[0].case is cases[0]


def test_what_was_heard_is_not_listened_to_again(
    heard: list[Hearing], cases: list[Case], kept: Path, deaf: Path
) -> None:
    assert len(kept.read_text().splitlines()) == 6
    with Listeners(deaf, kept, processes=1) as listeners:
        assert list(listeners.hear(cases, ["telephone", "hearing loss"])) == heard


@pytest.mark.usefixtures("heard")
def test_half_a_line_is_forgotten_and_listened_to_again(
    cases: list[Case], kept: Path, deaf: Path, tmp_path: Path
) -> None:
    lines = kept.read_text().splitlines(keepends=True)
    torn = tmp_path / "torn.jsonl"
    torn.write_text("".join(lines)[:-9])
    with Listeners(deaf, torn, processes=1) as listeners:
        known = list(listeners.hear(cases, ["telephone"]))
        assert len(known) == 2
        with pytest.raises(BrokenProcessPool):
            list(listeners.hear(cases, ["hearing loss"]))
    assert torn.read_text() == "".join(lines[:-1])


def test_without_its_model_nothing_begins(tmp_path: Path) -> None:
    with pytest.raises(EarMissing, match="hotline models fetch whisper-base"):
        Listeners(tmp_path, tmp_path / "heard.jsonl")
    assert not (tmp_path / "heard.jsonl").exists()
