"""What is logged of a failure: its kind and place, never its words, which may quote a row or a number."""

import traceback
from pathlib import Path


def place_of(error: BaseException) -> str:
    """Return the kind of an error and where it came about, such as "KeyError at voice.py:81 < app.py:30"."""
    frames = traceback.extract_tb(error.__traceback__)[-3:]
    places = " < ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(frames))
    return f"{type(error).__name__} at {places or 'an unknown place'}"
