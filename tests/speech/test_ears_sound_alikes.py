"""What else a sentence may have been: a phrase where it sounds alike, and nowhere else."""

import pytest

from speech.ears.sound_alikes import instead


@pytest.mark.parametrize(
    ("words", "phrase", "found"),
    [
        ("我在新年。", "兴宁", "我在兴宁"),
        ("买个,包装。", "到账", "买个到账"),
        ("我的卡里是用了", "给谁用了", "我的卡给谁用了"),
        ("不要解放", "解绑", "不要解绑"),
        ("我要查余额", "查余额", "我要查余额"),
        ("余额我要查鱼饿", "余额", "余额我要查鱼饿"),  # the first of two that are equally near
        ("今天天气真好", "到账", ""),
        ("新年", "兴宁", ""),  # nothing around it: then it is the phrase alone
        ("", "兴宁", ""),
        ("我在ABC新年", "兴宁", ""),
        ("我在新年", "QQ", ""),
    ],
)
def test_a_phrase_takes_the_place_of_what_sounds_like_it(words: str, phrase: str, found: str) -> None:
    assert instead(words, phrase) == found
