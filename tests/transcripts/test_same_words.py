"""SEC-01: until the proof everybody hears the same, whatever is true of the number that was keyed."""

from collections.abc import Callable

import pytest
from cast import CHILD, DEAD, FROZEN, HUANG, NO_PIN, WEAK
from core_telephone import CoreTelephone
from house import House, Street

CALLER = "+8610027315777"
NOBODY = "45019919500101998X"
CASES = {
    "nobody has this number": (NOBODY, "837294"),
    "a wrong PIN": (HUANG.number, "837295"),
    "a locked person": (HUANG.number, "837294"),
    "the right PIN, but an easy one": (WEAK.number, WEAK.pin),
    "no PIN set": (NO_PIN.number, "837294"),
    "the right PIN of somebody dead": (DEAD.number, DEAD.pin),
    "the right PIN of somebody frozen": (FROZEN.number, FROZEN.pin),
    "the right PIN of a child": (CHILD.number, CHILD.pin),
    "a card nobody has": ("99887766#", "837294"),
}


def keyed(number: str) -> str:
    return number.replace("X", "*")


def lock(house: House) -> None:
    """Let five calls from elsewhere fail about the person."""
    for caller in range(5):
        call = CoreTelephone(house)
        call.dial(f"+86100273156{caller:02}", None)
        for keys in ("1", keyed(HUANG.number), "837291"):
            call.press(keys)
        assert call.heard()[0].startswith("没对上")
        call.hang_up()


def heard_by_key(house: House, case: str) -> list[list[str]]:
    """Return what is said after every key of a call that fails three times."""
    number, pin = CASES[case]
    if case == "a locked person":
        lock(house)
    call = CoreTelephone(house)
    call.dial(CALLER, None)
    heard = [call.heard()]
    for keys in ("1", keyed(number), pin or "", "*", None, "111111", keyed(number), "482913", "1"):
        if keys is None:
            call.silence()
        else:
            call.press(keys)
        heard.append(call.heard())
    return heard


@pytest.mark.parametrize("case", CASES)
def test_sec_01_every_failure_is_told_in_the_same_words(streets: Callable[[str], Street], case: str) -> None:
    usual = heard_by_key(streets("sqlite").house(), "nobody has this number")
    heard = heard_by_key(streets("sqlite").house(), case)
    assert heard == usual
    assert heard[3] == ["没对上,请再来一次。改用短信,请按星号。"]
    assert heard[5][0] == "如果资料对得上,短信马上会发到您登记的手机。"
    assert heard[8][0].startswith("电话里今天先不试了")


@pytest.mark.parametrize(
    "mobile", ["+8610027315999", DEAD.mobile, FROZEN.mobile, CHILD.mobile, HUANG.mobile], ids=range(5)
)
def test_sec_01_a_text_is_answered_in_the_same_words_whoever_owns_the_mobile(
    hotline: House, mobile: str
) -> None:
    telephone = CoreTelephone(hotline)
    telephone.write(mobile, "余额", None)
    assert telephone.read(mobile)[0].startswith("【演示】如果这是您登记的手机,会收到验证码")
