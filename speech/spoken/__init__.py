"""Typed values to Hanzi: the only place where a number becomes words that a voice may say.

Voices garble Arabic numerals (a decimal point vanishes, long numbers are read in pairs), so nothing but Hanzi
and punctuation may reach one: `assert_speakable` is the gate, everything else here is what passes it. All
functions are pure; a comma in a result is a pause of 0.6 to 0.8 seconds; what cannot be read raises
UnspeakableError. Amounts, telephone numbers and codes are said twice, slower the second time: that part is
the dialogue's.
"""

from speech.spoken.addresses import address
from speech.spoken.amounts import AmountError, money, yuan
from speech.spoken.cardinals import cardinal, count, ordinal, percent
from speech.spoken.days import date, month, time_of_day
from speech.spoken.digit_strings import DigitKind, digits
from speech.spoken.hanzi import UnspeakableError, assert_speakable
from speech.spoken.mixed_text import speakable
from speech.spoken.names import masked_name

__all__ = [
    "AmountError",
    "DigitKind",
    "UnspeakableError",
    "address",
    "assert_speakable",
    "cardinal",
    "count",
    "date",
    "digits",
    "masked_name",
    "money",
    "month",
    "ordinal",
    "percent",
    "speakable",
    "time_of_day",
    "yuan",
]
