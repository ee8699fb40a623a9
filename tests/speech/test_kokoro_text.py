"""What the Kokoro model is given: every Hanzi, rightly read, and pauses; checked without the model."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from speech.voices.kokoro_readings import READINGS

PROMPTS = Path(__file__).parents[2] / "config" / "prompts" / "zh-CN.yaml"

# Words whose reading matters, as pinyin; what would be wrong without a rule of ours stands in READINGS too.
RIGHT = {
    "银行": "yin2 hang2",
    "都行": "dou1 xing2",
    "重庆": "chong2 qing4",
    "重新绑定": "chong2 xin1 bang3 ding4",
    "重听": "chong2 ting1",
    "查余额": "cha2 yu2 e2",
    "还没有到账": "hai2 mei2 you3 dao4 zhang4",
    "还给您": "huan2 gei3 nin2",
    "身份证号": "shen1 fen4 zheng4 hao4",
    "邕宁": "yong1 ning2",
    "仙葫大道": "xian1 hu2 da4 dao4",
    "长者": "zhang3 zhe3",
    "长住外地": "chang2 zhu4 wai4 di4",
    "五角": "wu3 jiao3",
    "幺三八": "yao1 san1 ba1",
    "艾克斯": "ai4 ke4 si1",
    "两位家人": "liang3 wei4 jia1 ren2",
    "说得有点久": "shuo1 de5 you3 dian3 jiu3",
    "短信发得多了": "duan3 xin4 fa1 de5 duo1 le5",
    "得到": "de2 dao4",
    "不着急": "bu4 zhao2 ji2",
    "看着短信": "kan4 zhe5 duan3 xin4",
    "一直没收到": "yi4 zhi2 mei2 shou1 dao4",
    "答复为准": "da2 fu4 wei2 zhun3",
    "为了安全": "wei4 le5 an1 quan2",
    "一月一日": "yi1 yue4 yi1 ri4",
    "十一月": "shi2 yi1 yue4",
    "换一个": "huan4 yi2 ge4",
    "不会": "bu2 hui4",
    "不办": "bu4 ban4",
    "办不了": "ban4 bu4 liao3",
    "参保地": "can1 bao3 di4",
    "划给家人": "hua4 gei3 jia1 ren2",
    "丈夫陈某英": "zhang4 fu1 chen2 mou3 ying1",
    "三千一百二十五元六角八分": "san1 qian1 yi4 bai3 er4 shi2 wu3 yuan2 liu4 jiao3 ba1 fen1",
}
PHONEMES = {
    "您好,请讲;好吗?": "ni↗nxau↓, ʨʰi↓ŋ ʨja↓ŋ; xau↓ ma?",
    "《共济》办法（试行）": "kʊ↘ŋʨi↘, pa↘nfa↓, ʂɨ↘ɕi↗ŋ,",
    "三千一百,": "sa→nʨʰjɛ→n i↘pai↓,",
    "一〇": "i→ li↗ŋ.",
}
REFUSED = {"陈某\U00020bb7": "no reading", "兙好": "no reading", "好~": "no token"}
READ = """
import json, sys
from kokoro_onnx.config import DEFAULT_VOCAB
from misaki.zh import ZHG2P
from speech.voices import kokoro_text

def phonemes(text):
    try:
        return kokoro_text.phonemes(text, DEFAULT_VOCAB)
    except kokoro_text.Unreadable as fault:
        return str(fault)

def taught(text):
    try:
        return ZHG2P()(kokoro_text.marked(text))[0]
    except ValueError:
        return None

kokoro_text.prepare()
said = {
    text: [
        " ".join(syllable for word in kokoro_text.pinyin(text) for syllable in word),
        phonemes(text),
        taught(text),
    ]
    for text in json.load(sys.stdin)
}
json.dump(said, sys.stdout)
"""


def prompts() -> list[str]:
    """Every wording that callers hear, without its values."""
    texts = yaml.safe_load(PROMPTS.read_text(encoding="utf-8")).values()
    named = [re.sub(r"\{\w+\}", "某", text) for text in texts]
    return [text for text in named if re.search("[\u4e00-\u9fff]", text)]


@pytest.fixture(scope="module")
def said() -> Any:
    """What is read, in a process of its own: the readings are taught to libraries that others use too."""
    texts = [*RIGHT, *PHONEMES, *REFUSED, *READINGS, *prompts()]
    command = [sys.executable, "-c", READ]
    done = subprocess.run(command, input=json.dumps(texts), capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


@pytest.mark.parametrize("text", RIGHT)
def test_words_are_read_as_they_are_said(text: str, said: dict[str, list[str]]) -> None:
    assert said[text][0] == RIGHT[text]


@pytest.mark.parametrize("word", READINGS)
def test_our_readings_are_taken(word: str, said: dict[str, list[str]]) -> None:
    assert said[word][0] == READINGS[word]
    assert len(READINGS[word].split()) == len(word)


@pytest.mark.parametrize("text", PHONEMES)
def test_pauses_and_ends_are_written_as_the_model_knows_them(text: str, said: dict[str, list[str]]) -> None:
    assert said[text][1] == PHONEMES[text]


@pytest.mark.parametrize("text", REFUSED)
def test_what_the_model_cannot_say_is_refused(text: str, said: dict[str, list[str]]) -> None:
    assert REFUSED[text] in said[text][1]


def test_every_prompt_is_written_as_misaki_writes_it(said: dict[str, list[str]]) -> None:
    # The model was taught with misaki's own writing; only the digit it cannot read is ours.
    differing = [text for text in prompts() if said[text][1] != said[text][2].replace("〇", "li↗ŋ")]
    assert differing == []


def test_every_prompt_has_a_tone_for_each_hanzi_that_has_one(said: dict[str, list[str]]) -> None:
    for text in prompts():
        read, written, _ = said[text]
        hanzi = len(re.findall("[\u4e00-\u9fff]", text))
        assert len(re.findall("[→↗↓↘]", written)) + len(re.findall("[a-z]5", read)) == hanzi
