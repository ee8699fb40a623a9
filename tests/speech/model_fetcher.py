"""A process that fetches one model: what is killed, starved of disk, and started twice at once."""

import hashlib
import sys
from collections.abc import Sequence
from pathlib import Path

from speech.models import Edition, Model, ModelError, ModelFile, fetch
from speech.models.pages import Pages


def described(path: str, content: bytes) -> ModelFile:
    """Return a file as a manifest describes it."""
    return ModelFile(path, len(content), hashlib.sha256(content).hexdigest())


def model_of(files: Sequence[ModelFile], address: str) -> Model:
    """Return a model whose files lie below one address, by their names."""
    pages = Pages({file.path: f"{address}/{Path(file.path).name}" for file in files})
    return Model("tiny", "nothing", "MIT", (Edition(tuple(files), (pages,)),))


def main(address: str, folder: str, path: str, size: str, sha256: str) -> None:
    """Fetch one file, print each step, and end with how it went."""
    model = model_of([ModelFile(path, int(size), sha256)], address)
    try:
        fresh = fetch(model, Path(folder), lambda what, done, _: print(done, what, flush=True))  # noqa: T201
    except ModelError as error:
        sys.exit(f"{type(error).__name__}: {error}")
    print("fetched" if fresh else "already there")  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
