"""What a person is told when no source of a model can be reached: why, and how to do it by hand."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from speech.models.model import Edition, Model, ModelFile, State

_WHOLE = 64  # characters of a SHA-256


def instructions(model: Model, folder: Path, reasons: Sequence[str]) -> str:
    """Return what failed, which files are missing with their SHA-256, and where each comes from."""
    whole = folder.absolute()
    lines = [f"the model {model.name} is not whole, and nothing gave what is missing:"]
    lines += [f"  {reason}" for reason in reasons]
    lines += [
        "",
        f"By hand: copy the folder {model.name} of HOTLINE_MODELS from a machine where this command worked",
        f"into {whole}, or put these files there (bytes, SHA-256, file):",
    ]
    for number, edition in enumerate(model.editions):
        if number:
            lines += ["", "or these files in their place:"]
        lines += _edition(edition, folder)
    return "\n".join([*lines, "", "Then run this command again: it checks every file and fetches the rest."])


def _known(file: ModelFile) -> str:
    whole = len(file.sha256) == _WHOLE
    return file.sha256 if whole else f"{file.sha256}... (no more of it is known)"


def _edition(edition: Edition, folder: Path) -> Iterator[str]:
    missing = [file for file in edition.files if file.state(folder, verify=True) is not State.THERE]
    for file in missing:
        yield f"  {file.size:>11}  {_known(file)}  {file.path}"
    yield from dict.fromkeys(file.note for file in missing if file.note)
    yield "Each can be had in any of these ways:"
    for source in edition.sources:
        if wanted := [file for file in missing if source.gives(file)]:
            first, *rest = source.by_hand(wanted)
            yield f"- {first}"
            yield from (f"  {line}" for line in rest)
