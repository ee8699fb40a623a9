"""The Kokoro model made to tell how long each phoneme lasts, which its file computes and keeps to itself.

A model file is a protocol buffer (github.com/onnx/onnx, onnx.proto). Where a message stands twice in one, its
readers merge both (protobuf.dev/programming-guides/encoding, "Last One Wins"), so what is written behind the
file's bytes is added to its graph: one node that gives a tensor a name, and that name as an output. The
library kokoro-onnx looks for an output called `duration`.
"""

_DURATIONS = "/encoder/Clip_output_0"  # frames of 25 ms, a float for each token, the two at the ends included
_GRAPH, _NODE, _OUTPUT = 7, 1, 12  # fields of ModelProto and GraphProto
_FLOAT = bytes([1 << 3, 1])  # elem_type of a tensor: 1


def telling_durations(model: bytes) -> bytes:
    """Return the model with one more output, `duration`; only the file of `kokoro_files` has that tensor."""
    node = _field(1, _DURATIONS) + _field(2, "duration") + _field(4, "Identity")
    output = _field(1, "duration") + _field(2, _field(1, _FLOAT))
    return model + _field(_GRAPH, _field(_NODE, node) + _field(_OUTPUT, output))


def _field(number: int, content: bytes | str) -> bytes:
    """Write a field of bytes: its tag, its length, its content."""
    data = content.encode() if isinstance(content, str) else content
    return bytes([number << 3 | 2]) + _length(len(data)) + data


def _length(value: int) -> bytes:
    """Write a number seven bits at a time, the lowest first; the top bit says that more follow."""
    written = []
    while value > 0x7F:
        written.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*written, value])
