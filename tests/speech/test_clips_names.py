"""Names from clips: each sounds as the name does, in the reading that surnames have.

What a Hanzi sounds like is looked up in a table made from a printed dictionary (通用规范汉字字典), apart from
the library that the code asks.
"""

import doctest
import importlib
import pkgutil
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from misaki.zh import ZHG2P
from pypinyin.contrib.tone_convert import to_tone3
from pypinyin_dict.pinyin_data.ktghz2013 import pinyin_dict as dictionary

import speech.clips
from speech.clips import names
from speech.clips.sounds import SOUNDS, sounding_like
from speech.clips.surnames import SAID_AS, SURNAMES
from speech.spoken import UnspeakableError, masked_name
from speech.spoken.hanzi import LETTERS
from speech.voices import kokoro_text

INVENTORY = list(names.inventory())
LEVEL_1 = [
    bytes([first, second]).decode("gb2312")
    for first in range(0xB0, 0xD8)
    for second in range(0xA1, 0xFF if first < 0xD7 else 0xFA)
]
# Surnames that dictionaries read in several ways, and how those who are called so say them; but 那, properly
# na1, is said na4: no Hanzi is usually read na1, so none can stand for it.
_SAID = """
曾=zeng1 肖=xiao1 叶=ye4 任=ren2 陆=lu4 石=shi2 贾=jia3 侯=hou2 万=wan4 覃=qin2 殷=yin1 翟=zhai2 芦=lu2 葛=ge3
纪=ji4 盛=sheng4 曲=qu1 查=zha1 单=shan4 宁=ning2 解=xie4 强=qiang2 华=hua4 车=che1 燕=yan1 郎=lang2 蒙=meng2
仇=qiu2 艾=ai4 应=ying1 沙=sha1 和=he2 牟=mu4 卜=bu3 磨=mo2 占=zhan1 乐=yue4 宿=su4 糜=mi2 种=chong2 区=ou1
都=du1 那=na4 缪=miao4 矫=jiao3 柏=bai3 盖=ge3 朴=piao2 撒=sa4 勾=gou1 哈=ha1 尉=wei4 洗=xian3 鲜=xian1
薄=bo2 宓=mi4 阿=a1 莘=shen1 郇=xun2 过=guo1 阚=kan4
上官=shang4,guan1 诸葛=zhu1,ge3 尉迟=yu4,chi2 令狐=ling2,hu2 夏侯=xia4,hou2 长孙=zhang3,sun1 南宫=nan2,gong1
澹台=tan2,tai2 单于=chan2,yu2 鲜于=xian1,yu2 万俟=mo4,qi2
"""
SURNAMES_SAID = dict(pair.split("=") for pair in _SAID.split())
# Hanzi of the table with rarer readings too, as in 阿胶 or 大夫; no other common and harmless one sounds so.
SEVERAL_READINGS = set(
    "阿薄奔绷别并藏车揣创绰打大当发否给更过哈哄卷卡壳空拉乐勒哩俩撩溜论埋闷抹哪囊弄"
    "胖跑炮喷片撇铺抢圈散少舍省刷谁说体挑通拓咋攒轴转钻"
)
IN_NO_NAME = "丢么蔑灭谬虐疟哦哟贼拽"  # the only common Hanzi that no clip resembles
IN_NAMES_ONLY = {"裳": ["chang2"]}  # as in 云裳; the dictionary has only 衣裳
SAYABLE = sorted(set(LEVEL_1) - set(IN_NO_NAME))
COMMON_IN_NAMES = (
    "英兰芳珍秀玉桂凤莲花香梅珠琴芬霞翠金银春秋月娥华国建军强明德福贵财发平志文伟勇刚峰海山江河林森泉龙虎"
    "生荣昌盛兴旺祥瑞庆喜丽娟敏静洁婷艳燕红霜雪冰雨云露晨曦阳辉光亮晶莹瑛璐琳琪瑶佳慧聪颖杰俊豪雄涛波浩"
    "鹏飞翔宇轩涵梓欣怡萱妍彤悦诺博睿哲彬斌武全义仁礼信忠孝廉子女儿乐长为成宝安宁康寿松柏竹菊菁蓉蕊芝"
)


@pytest.fixture(scope="module", autouse=True)
def voice():
    """Teach the readers of Hanzi what the voice knows of them: the clips must be right with that."""
    kokoro_text.prepare()


def readings(hanzi):
    return [
        to_tone3(sound, neutral_tone_with_five=True) for sound in dictionary.get(ord(hanzi), "").split(",")
    ]


def sounds(text):
    return [sound for word in kokoro_text.pinyin(text) for sound in word]


def said_as(surname):
    return SURNAMES_SAID.get(surname, ",".join(readings(hanzi)[0] for hanzi in surname)).split(",")


def heard_by_misaki(text):
    return ZHG2P()(text)[0].replace(" ", "")


def phonemes(pinyin):
    return "".join(map(ZHG2P.py2ipa, pinyin)).replace("\u032f", "")


def test_the_examples_in_the_docstrings_are_true():
    for module in pkgutil.iter_modules(speech.clips.__path__, "speech.clips."):
        failed, _ = doctest.testmod(importlib.import_module(module.name))
        assert not failed, module.name


def test_each_clip_is_there_once():
    assert len(set(INVENTORY)) == len(INVENTORY)
    assert len(set(SOUNDS)) == len(SOUNDS) > 1000


def test_neighbours_among_the_sounds_differ_in_more_than_their_tone():
    bare = [sounds(clip)[0][:-1] for clip in INVENTORY if len(clip) == 1]
    assert not [left for left, right in pairwise(bare) if left == right]


def test_there_are_500_surnames_and_those_of_guangxi_are_among_them():
    assert len(set(SURNAMES)) == len(SURNAMES) == 500
    assert set("覃韦蓝农莫卢甘陆零岑玉凌班闭磨禤粟盘阮滕庞") <= set(SURNAMES)
    assert SAID_AS.keys() <= set(SURNAMES)


def test_a_surname_that_dictionaries_read_in_several_ways_is_decided():
    several = {surname for surname in SURNAMES if any(len(readings(hanzi)) != 1 for hanzi in surname)}
    assert several - SURNAMES_SAID.keys() == set()


def test_a_surname_is_read_as_those_who_are_called_so_say_it():
    wrong = {}
    for surname in SURNAMES:
        (clip,) = names.split(surname + "某")
        assert clip in INVENTORY
        if heard_by_misaki(clip) != phonemes([*said_as(surname), "mou3"]):
            wrong[surname] = clip
    assert not wrong


def test_a_sound_is_read_in_one_way_only_or_nearly_always_so():
    assert {hanzi for hanzi in SOUNDS if len(readings(hanzi)) != 1} == SEVERAL_READINGS
    assert [hanzi for hanzi in SOUNDS if sounds(hanzi)[0] not in readings(hanzi)] == ["诶"]


def test_a_sound_is_read_alike_by_dictionary_and_voice_alone_and_after_a_name():
    for hanzi in SOUNDS:
        (sound,) = sounds(hanzi)
        assert heard_by_misaki(hanzi) == phonemes([sound])
        assert sounds(f"陈某{hanzi}")[-1] == sound
        assert sounding_like(hanzi) == hanzi


def test_every_sound_is_there_once():
    assert len({sounds(hanzi)[0] for hanzi in SOUNDS}) == len(SOUNDS)


def test_the_usual_characters_of_names_are_said_with_their_own_sound():
    wrong = {
        hanzi: clip
        for hanzi in COMMON_IN_NAMES
        if sounds(clip := sounding_like(hanzi))[0] not in readings(hanzi)
    }
    assert not wrong


def test_nearly_every_common_hanzi_has_its_own_sound_and_the_others_one_in_another_tone():
    exact = 0
    for hanzi in SAYABLE:
        (sound,) = sounds(sounding_like(hanzi))
        exact += sound in readings(hanzi)
        known = [*readings(hanzi), *sounds(hanzi), *IN_NAMES_ONLY.get(hanzi, ())]
        assert sound[:-1] in {reading[:-1] for reading in known}
    assert exact >= 0.97 * len(LEVEL_1)


@pytest.mark.parametrize("hanzi", IN_NO_NAME)
def test_a_hanzi_whose_sound_is_missing_in_every_tone_is_refused(hanzi):
    with pytest.raises(UnspeakableError):
        sounding_like(hanzi)


@pytest.mark.parametrize(
    ("hanzi", "clip"),
    [
        ("子", "紫"),
        ("长", "常"),
        ("为", "维"),
        ("茸", "容"),
        ("焘", "涛"),
        ("瑛", "英"),
        ("死", "司"),
        ("们", "门"),
    ],
)
def test_a_hanzi_is_said_as_in_a_name_or_else_in_another_tone(hanzi, clip):
    assert sounding_like(hanzi) == clip


@given(st.sampled_from(SURNAMES), st.sampled_from(COMMON_IN_NAMES))
def test_a_masked_name_sounds_the_same_from_clips(surname, given_name):
    clips = names.split(masked_name(f"{surname}*{given_name}"))
    assert set(clips) <= set(INVENTORY)
    *before, mask, last = sounds("".join(clips))
    assert (before, mask) == (said_as(surname), "mou3")
    assert last in readings(given_name)


@given(st.sampled_from(SAYABLE), st.sampled_from(SAYABLE))
def test_a_name_of_any_common_hanzi_is_joined_from_what_exists(first, last):
    clips = names.split(masked_name(f"{first}*{last}"))
    assert set(clips) <= set(INVENTORY)
    assert len(clips) == (2 if first in SURNAMES else 3)


@pytest.mark.parametrize(
    ("name", "clips"),
    [
        ("陈*英", ("陈某", "英")),
        ("黄*", ("黄某",)),
        ("欧阳*", ("欧阳某",)),
        ("单*瑛", ("善某", "英")),
        ("*", ("某",)),
        ("爨*", ("窜", "某")),
        ("陈小*", ("晨", "小", "某")),
        ("陈**", ("陈某",)),
    ],
)
def test_a_name_is_its_surname_with_the_mask_and_what_follows(name, clips):
    assert names.split(masked_name(name)) == clips


def test_a_name_in_latin_letters_is_spelled_by_clips():
    for letter in LETTERS:
        assert set(names.split(masked_name(f"{letter}*{letter}"))) <= set(INVENTORY)


@pytest.mark.parametrize("said", ["", "陈英", "陈某,英", "陈某1", "A某", "陈某·", "陈某英 "])
def test_what_is_no_masked_name_is_refused(said):
    with pytest.raises(UnspeakableError):
        names.split(said)
