"""Text replies: every vector, and what people write instead."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from speech.heard import Reply, reply

VECTORS = json.loads(Path(__file__).with_name("vectors.json").read_text("utf-8"))


@pytest.mark.parametrize(("text", "meaning", "code", "reason"), VECTORS["replies"])
def test_vector(text, meaning, code, reason):
    assert reply(text) == Reply(meaning, code, reason)


@pytest.mark.parametrize(
    "text",
    [
        "４８２－９１３",
        "4 8 2 9 1 3",
        "482,913",
        "482\n913",
        "482\x00913\u200b",
        "4️⃣8️⃣2️⃣9️⃣1️⃣3️⃣",
        "482913👍",
        "驗證碼：482913",
        "好的,同意,482913,谢谢",
        "OK 482913",
        "482913 482913",
        "四八二，九幺三",
        "肆捌貳玖壹叁",
        "不好意思,482913",
        "没错482913",
        "回复一下482913",
    ],
)
def test_ways_to_write_the_code(text):
    assert reply(text) == Reply("code", "482913")


@pytest.mark.parametrize(
    "text",
    [
        "０",
        "〇",
        "0。",
        "回0",
        "O",
        "ｎ",
        "NO",
        "不办了",
        "不,482913",
        "482913不办",
        "不要办",
        "取消,取消",
        "不同意",
        "不是我不办",
        "我要取消",
        "回复482913,不办回复0",
    ],
)
def test_ways_to_refuse(text):
    assert reply(text) == Reply("refusal")


@pytest.mark.parametrize(
    "text",
    [
        "９",
        "九",
        "回9",
        "9不办",
        "不 是 我",
        "不是我本人办的",
        "482913不是我办的",
        "骗子!",
        "我没申请",
        "没有申请过",
        "你们是诈骗",
    ],
)
def test_ways_to_say_it_was_not_me(text):
    assert reply(text) == Reply("not_me")


@pytest.mark.parametrize("text", ["td", "ＴＤ", "T / TD / 退订", "STOP", "退訂", "退订,谢谢"])
def test_ways_to_opt_out(text):
    assert reply(text) == Reply("opt_out")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("1", "too_short"),
        ("00", "too_short"),
        ("三八", "too_short"),
        ("482 9133", "too_long"),
        ("482913482914", "too_long"),
        ("验证码482913验证码482914", "two_codes"),
        ("4829l3", "letter"),
        ("N482913", "letter"),
        ("482913 from another number", "letter"),
        ("谁让你们发的482913", "other"),
        ("为什么是482913", "other"),
        ("我没收到", "other"),
        ("同意", "other"),
        ("Y", "other"),
        ("N不知道", "other"),
        ("取消绑定", "other"),
        ("取消 他的 绑定", "other"),
        ("不要取消", "other"),
        ("不退订", "other"),
        ("是不是我办的", "other"),
        ("用482913,还是0", "other"),
        ("验证码482913号码0", "two_codes"),
        ("Ⅵ", "other"),
        ("   ", "other"),
        ("👍👍", "other"),
        ("十", "other"),
    ],
)
def test_what_is_not_acted_upon(text, reason):
    assert reply(text) == Reply("unclear", reason=reason)


@pytest.mark.parametrize(
    "quoted",
    [
        "【医保热线】您来电要求:陈*英不再用您的医保钱。要办,按或回复482913,5分钟有效。不办回0,不是您回9。别念给别人。",
        "【医保热线】查询验证码605173,5分钟内有效。工作人员不会向您要这个号码,谁要都别给。",
        "【医保热线】没看懂您的回复。请只回复短信里的6位数字,不办请回复0。",
    ],
)
def test_our_own_text_sent_back_does_nothing(quoted):
    assert reply(quoted) == Reply("unclear", reason="other")


@given(st.text() | st.text("0123456789 -，。不是我办取消退订验证码四八二九幺三nNtdO👍"))
def test_any_text_has_one_meaning(text):
    answer = reply(text)
    assert (answer.code is not None) == (answer.meaning == "code")
    assert (answer.reason is not None) == (answer.meaning == "unclear")


@given(
    st.text("0123456789", min_size=6, max_size=6),
    st.sampled_from(["", "确认", "验证码是", "好的,"]),
    st.sampled_from(["", "。", "谢谢", " 👍"]),
    st.sampled_from(["", " ", "-", "，", "\u3000", "\u200d"]),
)
def test_a_code_survives_how_it_is_written(code, before, after, between):
    assert reply(before + between.join(code) + after) == Reply("code", code)


@given(st.text("0123456789").filter(lambda digits: len(digits) != 6))
def test_no_other_number_of_digits_is_a_code(digits):
    assert reply(digits).meaning != "code"


def test_the_repr_holds_no_code():
    assert "482913" not in repr(reply("482913"))


PIECES = ["0", "不", "取消", "不是", "482913 ", "a", "是不", "👍", "\u0301", "\ud800", "ﷺ"]


@pytest.mark.parametrize("piece", PIECES, ids=ascii)
def test_ten_thousand_characters_have_a_meaning_too(piece):
    answer = reply(piece * (10_000 // len(piece)))
    assert answer.meaning in ("code", "refusal", "unclear")
