"""Text as people and recognizers write it, made plain before it is read.

>>> plain("驗證碼４８２\\u200b９１３")
'验证码482913'
"""

import unicodedata

# Only the characters of our own words: a whole conversion table would be a large dependency for no more use.
_TRADITIONAL = str.maketrans(
    "驗證碼號餘額賬帳綁網點幫訂確認謝辦換務細戶電話撥聽說説對錯請還沒係個雙兩貳陸醫險現這麼為爲誰騙詐復複訊簡發聯繫關給錢區"
    "鄉興寧慶東縣鳴歲農曆歷舊陰陽臘時後萬參叄從來開閉無會別機來們問訴應該麻煩衛壹訴資料後閏",
    "验证码号余额账账绑网点帮订确认谢办换务细户电话拨听说说对错请还没系个双两贰陆医险现这么为为谁骗诈复复讯简发联系关给钱区"
    "乡兴宁庆东县鸣岁农历历旧阴阳腊时后万叁叁从来开闭无会别机来们问诉应该麻烦卫壹诉资料后闰",
)


def plain(text: str) -> str:
    """Return the text half-width, lower-case and simplified, without accents, marks and invisible characters.

    Line breaks become spaces; an emoji key such as 4️⃣ becomes its digit. Other emoji and punctuation stay.
    """
    spaced = "".join(" " if character.isspace() else character for character in text)
    visible = (c for c in unicodedata.normalize("NFKD", spaced) if unicodedata.category(c)[0] not in "MC")
    return unicodedata.normalize("NFC", "".join(visible)).casefold().translate(_TRADITIONAL)


def bare(text: str) -> str:
    """Return the letters, figures and Hanzi of the plain text, with nothing between them."""
    return "".join(character for character in plain(text) if character.isalnum())
