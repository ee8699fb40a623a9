"""What the built-in engine is told, and what it then says: checked on its own phonemes."""

import subprocess
import sys

import pytest

from speech.phrasing import digit_groups, syllables
from speech.voices.pyttsx3 import Engine
from speech.voices.pyttsx3_text import engine_text
from speech.voices.pyttsx3_worker import refusal

# Tones as the engine writes them: 55 first, 35 second, 214 third, 51 fourth, 11 none. It makes a third tone
# before another one second only inside the words it knows.
TONES = {
    "您好": "35 214",
    "银行": "35 35",
    "重庆": "35 51",
    "长大": "214 51",
    "个人账户": "51 35 51 51",
    "医保个账授权": "55 214 51 51 51 35",
    "通知了": "55 55 11",
    "医保个人账户": "55 214 51 35 51 51",
    "参保地窗口": "55 214 51 55 214",
    "兄弟姐妹": "55 51 214 51",
    "陈某雄": "35 214 35",
    "贫穷": "35 35",
    "窘": "214",
    "请等一会儿": "214 214 35 51 11",
    "这儿": "51 35",
    "儿子": "35 11",
    "女儿": "214 35",
    "福兴路": "35 55 51",
    "仙葫大道": "55 35 51 51",
    "接着用": "55 11 51",
    "三千一百二十五元六角八分": "55 55 51 214 51 35 214 35 51 214 55 55",
    "一元": "51 35",
    "幺幺零": "55 55 35",
    "不办请按二": "35 51 214 51 51",
}
READ_PHONEMES = """
import sys
from speech.voices.pyttsx3_worker import Engine
engine = Engine(sys.argv[1], sys.argv[2])
for text in sys.argv[3:]:
    sys.stdout.write("@" + engine.phonemes(text) + "\\n")
"""


def phonemes(texts: list[str]) -> list[str]:
    """The engine's own, from a process of its own as always."""
    packaged = Engine.packaged()
    command = [sys.executable, "-c", READ_PHONEMES, str(packaged.library), str(packaged.data), *texts]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return [line[1:] for line in printed.splitlines() if line.startswith("@")]


def tones(spoken: str) -> str:
    return " ".join("".join(c if c.isdigit() else " " for c in spoken.replace("i[", "i")).split())


@pytest.fixture(scope="module")
def spoken() -> dict[str, str]:
    return dict(zip(TONES, phonemes([engine_text(text) for text in TONES]), strict=True))


@pytest.mark.parametrize("text", TONES)
def test_the_engine_says_the_right_tones(text: str, spoken: dict[str, str]) -> None:
    assert tones(spoken[text]) == TONES[text]
    assert refusal(spoken[text], syllables(text)) is None


def test_without_rewriting_the_engine_reads_english() -> None:
    # If this fails the engine has been mended, and the rewriting can go.
    for raw in phonemes(["兄弟。", "请等一会儿。", "陈某雄。"]):
        assert refusal(raw, 3) == "espeak would read a part of it as English"


BUSY = """
import sys
from speech.voices.pyttsx3_worker import Engine
engine = Engine(sys.argv[1], sys.argv[2])
engine._engine.proxy.setBusy(True)  # then pyttsx3 puts a new rate off until the sentence has begun
engine.wav("好。", 111)
"""


def test_a_rate_that_is_not_taken_in_time_ends_the_process() -> None:
    packaged = Engine.packaged()
    command = [sys.executable, "-c", BUSY, str(packaged.library), str(packaged.data)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "espeak did not take the rate 111" in ended.stderr
    assert ended.returncode == 1


def test_a_lost_or_added_syllable_is_seen() -> None:
    assert refusal("ni35nX'Au214_|", 3) == "espeak would say 2 syllables instead of 3"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("您好,请讲;好吗?好!一:二", "您好，请讲；好吗？好！一：二。"),
        ("《共济》办法（试行）", "共济，办法，试行。"),
        ("第一行\n第二行", "第一行。第二行。"),
        ("买买提·某某,您好。", "买买提，某某，您好。"),
    ],
)
def test_pauses_are_written_so_that_the_engine_makes_them(text: str, told: str) -> None:
    assert engine_text(text) == told


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("幺三八,零零幺三，八零零零", ["幺三八", "零零幺三", "八零零零"]),
        ("电话是二八零,零幺八五,再说一遍。", ["电话是二八零", "零幺八五,再说一遍。"]),
        ("查余额,请按一。查到账,请按二。", ["查余额,请按一。查到账,请按二。"]),
        ("一,不办", ["一,不办"]),
    ],
)
def test_only_commas_between_digits_part_groups(text: str, groups: list[str]) -> None:
    assert digit_groups(text) == groups


def test_syllables_are_hanzi_and_nothing_else() -> None:
    assert syllables("您好,〇三!") == 4
    assert syllables("abc 12,") == 0
