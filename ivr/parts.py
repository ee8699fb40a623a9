"""What the models of hotline.yaml and config/regions share: frozen pieces, and words that a voice can say."""

import re
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict

from menus.values import Word
from speech.spoken import assert_speakable

_HANZI = re.compile("[\u4e00-\u9fff]")


def hanzi(text: str) -> int:
    """Return how many Hanzi a text has: what its length in seconds goes by."""
    return len(_HANZI.findall(text))


class Part(BaseModel):
    """A piece of a config file: no unknown fields, never changed."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def _speakable(text: str) -> str:
    assert_speakable(text)
    return text


def _word(value: Any) -> Any:
    return Word(value) if isinstance(value, str) else value


def _speakable_word(word: Word) -> Word:
    assert_speakable(word.spoken)
    return word


Spoken = Annotated[str, AfterValidator(_speakable)]
# A plain text is said and written the same; {spoken: ..., written: ...} tells them apart.
SpokenWord = Annotated[Word, BeforeValidator(_word), AfterValidator(_speakable_word)]
