"""What can go wrong with models, and what a disk refuses, in sentences that say what would help.

ModelError
└── ModelsUnreachable   no source gave what is missing: what to do by hand
SourceFailed            one source did not give a file; the next one may, so nobody outside meets this
"""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_FULL = (errno.ENOSPC, errno.EDQUOT)
_FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS)


class ModelError(Exception):
    """A model cannot be had or used; the sentences name what is wrong and what would help."""


class ModelsUnreachable(ModelError):  # noqa: N818 - the name says what is the case
    """Every source of a model failed; the sentences say why each did, and what to do by hand."""


class SourceFailed(Exception):  # noqa: N818
    """One source did not give a file; the sentence says why."""


@contextmanager
def disk(folder: Path) -> Iterator[None]:
    """Turn what the disk of a folder refuses into a ModelError."""
    try:
        yield
    except OSError as fault:
        raise ModelError(_refused(folder, fault)) from fault


def disk_full(folder: Path) -> str:
    """Return the sentence about a full disk."""
    return f"the disk of {folder} is full; make room there, or name another folder with HOTLINE_MODELS"


def _refused(folder: Path, fault: OSError) -> str:
    place = fault.filename or folder
    if fault.errno in _FULL:
        return disk_full(folder)
    if fault.errno in _FORBIDDEN:
        return (
            f"{place} may not be read or written by this user ({fault.strerror}); "
            "allow it, or name another folder with HOTLINE_MODELS"
        )
    return f"{place} cannot be used ({fault.strerror or fault}); does HOTLINE_MODELS name a folder?"
