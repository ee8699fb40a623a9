"""What somebody refuses is never chosen (domain.md 5.7), and what only holds a no is still heard."""

import pytest
from questions import QUESTIONS, utterances  # type: ignore[import-not-found]

from menus.answers import SURE, Chosen, Doubtful, NotUnderstood, match
from menus.likeness import A_NO_NEARBY
from menus.small_words import Role, read

# Neither chosen nor asked back.
REFUSED = """
main 1 不查余额 我不查余额 别查余额 不要查余额 不用查余额了 不用给我查余额 我不想查余额 我不是要查余额
main 1 不是我要查余额 余额不要 余额不用查了 余额我不想知道 余额就不看了 先不查余额 没有余额 我没有要查余额
main 1 是不是查余额 要不要查余额
main 1 布要查余额 憋查余额 甭查余额 唔查余额 谁说我要查余额 卡里没有多少钱 不想知道卡里还有多少钱 no,余额不要
main 2 没有到账 没到账 还没有到账 不查到账 不到账 到账就不听了
main 3 我不解绑 不要解绑 别给我解绑 千万别解除绑定 不能解除绑定 不要解除我的绑定 解除绑定我不要 解绑不要
main 3 不是解绑 我没有说要解绑 没有给谁用 不用解除绑定
main 4 没有别的事 没别的事了 没有其他 不问政策 政策不问了
family 2 不要取消绑定 不取消绑定 取消绑定不要 给他用 给他用了 不要解绑
family 3 不换人用 不要换一个家人 不换一个家人
more 4 没有人骗我 没人骗我 我没被骗 没有被骗了 不是被骗了
more 3 卡没丢
cards 2 卡没丢 我的卡没有丢 不是卡丢了
cards 1 不改密码 不要设密码 密码不改了
balance.told 3 不要发短信 别发短信 不发短信 短信不用发 不用发到手机短信
balance.told 2 最近没花钱
balance.text 1 不要发 不发 别发
balance.text 2 要发 发
policy.region 1 不是南宁 我不在南宁
policy.region 3 不是北京的 不在北京
policy.topics 4 不能取出来 我不取出来
family 1 没绑定谁
change.counter 1 不要发到手机 别发到手机
"""

# A no beside the wish, or one too many: asked back, and never chosen.
DOUBTED = """
main 1 不是,我要查余额 不是查到账,是查余额 我眼睛不好你帮我查余额 我不会弄帮我查余额 我不识字,查余额
main 1 不要到账,要余额
main 3 我不识字,解除绑定
family 2 不是不给他用了 别不给他用了
more 3 不改查询密码
"""

# Words that hold a no and refuse nothing.
HARMLESS = """
main 1 对不起我要查余额 不好意思,查余额 我不知道卡里还有多少钱 能不能查余额 可不可以帮我查一下余额
main 1 帮我查余额好不好
main 2 有没有到账 到账没有 到账了没有啊 到账了没
main 3 没错,解绑 不好意思我想解绑 没关系,解除绑定 特别想解绑
family 4 我不懂怎么绑定 不晓得怎么绑定
family 2 不给他用了 我不给她用了 我不想再给他用了 步给他用了
policy.topics 4 能不能取出来 能取出来吗 钱能不能取出来
office.told 1 nothing发短信 north发短信
"""


@pytest.mark.parametrize(("menu", "answer", "words"), utterances(REFUSED))
def test_what_is_refused_is_not_even_asked(menu: str, answer: str, words: str) -> None:
    assert match(QUESTIONS[menu], words) not in (Chosen(answer), Doubtful(answer))


@pytest.mark.parametrize(("menu", "answer", "words"), utterances(DOUBTED))
def test_a_no_beside_a_wish_is_asked_about(menu: str, answer: str, words: str) -> None:
    assert match(QUESTIONS[menu], words) == Doubtful(answer)


@pytest.mark.parametrize(("menu", "answer", "words"), utterances(HARMLESS))
def test_a_no_within_another_word_refuses_nothing(menu: str, answer: str, words: str) -> None:
    assert match(QUESTIONS[menu], words) == Chosen(answer)


@pytest.mark.parametrize("menu", QUESTIONS)
@pytest.mark.parametrize(
    "refusal", ["不要{}", "我不想{}", "别{}", "不是{}", "没说要{}", "{}不要", "{}我不要"]
)
def test_no_shipped_phrase_is_chosen_when_it_is_refused(menu: str, refusal: str) -> None:
    for answer, phrases in QUESTIONS[menu].items():
        for phrase in phrases:
            assert match(QUESTIONS[menu], refusal.format(phrase)) != Chosen(answer), (phrase, refusal)


def test_a_no_nearby_is_always_a_doubt() -> None:
    assert A_NO_NEARBY > SURE


def test_a_latin_no_counts_only_as_a_whole_word() -> None:
    assert read("no")[1] == (Role.NO,)
    assert read("nothing")[1] == (Role.WORD,)


def test_nothing_but_a_no_chooses_nothing() -> None:
    for words in ("不", "不要", "没有", "不是", "别", "no"):
        assert match(QUESTIONS["main"], words) == NotUnderstood()
