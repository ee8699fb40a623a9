"""Model files of voices and ears: which there are, whether they are whole, and fetching them once.

A person fetches them with `hotline models fetch`; the demo does so beside its work. Nothing that serves does.
"""

from speech.models.errors import ModelError, ModelsUnreachable
from speech.models.fetching import Progress, fetch
from speech.models.manifest import KOKORO, MODELS, VOSK_SMALL_CN, WHISPER_BASE
from speech.models.model import Edition, Model, ModelFile, State, state

__all__ = [
    "KOKORO",
    "MODELS",
    "VOSK_SMALL_CN",
    "WHISPER_BASE",
    "Edition",
    "Model",
    "ModelError",
    "ModelFile",
    "ModelsUnreachable",
    "Progress",
    "State",
    "fetch",
    "state",
]
