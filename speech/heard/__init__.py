"""Words to meaning: what callers say and what people write back, read as digits, yes or no, days and replies.

Everything here is pure, never raises whatever the text, and takes time in proportion to its length. What is
uncertain is said to be (flags, None, a fault): nothing is guessed, least of all a missing digit.
"""

from speech.heard.answers import yes_no
from speech.heard.days import HeardDay, date
from speech.heard.digit_strings import HeardDigits, digits
from speech.heard.plain_text import plain
from speech.heard.replies import Reply, reply

__all__ = ["HeardDay", "HeardDigits", "Reply", "date", "digits", "plain", "reply", "yes_no"]
