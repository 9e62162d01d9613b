"""Writes verdicts.txt: valid and invalid safetensors files, and the verdict of Python's reader on each.

    python verdicts.py      (needs torch 2.13, numpy and safetensors 0.8)

A line has fields between tabs:

    file    NAME  BYTES  VERDICT   [HERE]   the file in hexadecimal
    change  NAME  BYTES  PLACE     VALUES   VERDICTS

VERDICT is "refused", or "sound" and the tensors' types and shapes in the order of the file; a ! follows where
the tensor cannot be loaded, since PyTorch has no such type, or no such shape. HERE is the verdict
that this library gives where it differs on purpose: the reasons stand beside the cases. A line "change" stands
for as many files as it has VALUES: each is put at PLACE; VERDICTS has 1 for sound and 0 for refused.
"""
import json
import struct
import tempfile
from pathlib import Path

from safetensors import SafetensorError, safe_open

scratch = Path(tempfile.mkdtemp()) / "x.safetensors"
REFUSED = "refused"
lines = []


def verdict(content):
    scratch.write_bytes(content)
    try:
        with safe_open(scratch, "pt") as file:
            return " ".join(["sound"] + [tensor(file, key) for key in file.offset_keys()])
    except BaseException as e:  # a panic of Rust is not an Exception
        assert type(e).__name__ in ("SafetensorError", "PanicException"), e
        return REFUSED


def tensor(file, key):
    entry = file.get_slice(key)
    try:
        file.get_tensor(key)
        loads = True
    except (SafetensorError, RuntimeError, TypeError):
        loads = False
    return f"{entry.get_dtype()}{entry.get_shape()}" + ("" if loads else "!")


def packed(header, elements=b"", length=None):
    header = header.encode() if isinstance(header, str) else header
    return struct.pack("<Q", len(header) if length is None else length) + header + elements


def add(name, content, here=None):
    name = name.encode("unicode_escape").decode()
    python = verdict(content)
    # Types with two numbers per byte, which PyTorch can store but not convert, are not loaded here.
    if python.startswith("sound F4") and "!" not in python:
        here = python + "!"
    assert python != here, name
    lines.append("\t".join(["file", name, content.hex(), python] + ([here] if here else [])))


def info(dtype="F32", shape=(1,), offsets=(0, 4), **more):
    return {"dtype": dtype, "shape": list(shape), "data_offsets": list(offsets), **more}


def one(name, elements=bytes(4), here=None, **fields):
    add(name, packed(json.dumps({"x": info(**fields)}), elements), here)


ONE = json.dumps({"x": info()})

# Every type of the format, and some that it does not have.
BITS = {
    "BOOL": 8, "F4": 4, "F6_E2M3": 6, "F6_E3M2": 6, "U8": 8, "I8": 8, "F8_E5M2": 8, "F8_E4M3": 8, "F8_E8M0": 8,
    "F8_E4M3FNUZ": 8, "F8_E5M2FNUZ": 8, "I16": 16, "U16": 16, "F16": 16, "BF16": 16, "I32": 32, "U32": 32,
    "F32": 32, "C64": 64, "F64": 64, "I64": 64, "U64": 64,
}
for dtype, bits in BITS.items():
    for shape in [(), (1,), (2, 4), (0,), (3, 0), (1, 1, 1, 1), (3,), (5, 4)]:
        numel = 1
        for size in shape:
            numel *= size
        for extra in [0, 1]:
            size = -(-numel * bits // 8) + extra
            one(f"{dtype} {shape} in {size} bytes", bytes(size), dtype=dtype, shape=shape, offsets=(0, size))
# Here, an unknown type affects only its own tensor, as in a file of a later version of the format.
for dtype in ["F99", "f32", "C128", "I4", "", "F32 "]:
    one(f"type '{dtype}'", dtype=dtype, here=f"sound {dtype}[1]!")
for dtype in [1, None, True, ["F32"], {}]:
    one(f"type {dtype}", dtype=dtype)
# Rust's form of an enumerator with contents, which no program writes.
one("type as an object", dtype={"F32": None}, here=REFUSED)

# The length of the header.
for length in [0, 1, 2, len(ONE) - 1, len(ONE) + 1, len(ONE) + 4, len(ONE) + 5, 100_000_000, 100_000_001, 2**31,
               2**32, 2**32 + len(ONE), 2**63 - 1, 2**63, 2**64 - 8, 2**64 - 1]:
    add(f"length {length}", packed(ONE, bytes(4), length))
for size in range(12):
    add(f"{size} bytes", packed(ONE, bytes(4))[:size])
    add(f"{size} bytes of 0", bytes(size))
add("a length of 0 alone", packed(""))

# JSON.
for header in ["{}", "[]", "null", "1", '"x"', "{", "}", "{}}", "{} {}", "{},", " {}", "\n\t\r {}", "{} \n\t\r", "{}\0",
               "\0{}", "{}\x0b", "\ufeff{}", "{}\ufeff", "\u00a0{}", "{ }", "//\n{}", "{}//", "/**/{}", "{}#", "'{}'", "{,}"]:
    add(f"header {header!r}", packed(header))
for header in [
    '{"x":null}', '{"x":1}', '{"x":[]}', '{"x":{}}', '{"x":"F32"}', '{"x":true}', "{x:{}}", '{"x"}', '{"x":}', '{1:{}}',
    ONE + ",", ONE[:-1] + ",}", ONE.replace('"', "'"), ONE.replace("[1]", "[1,]"), ONE.replace("[1]", "[,1]"),
    ONE.replace(": ", ":\n\t "), ONE.replace(":", " :"), ONE + " " * 9, " " + ONE, ONE + "x",
    ONE.replace("1]", "1 ]"), ONE.replace("[1]", "[1"), ONE.replace("}}", "}"),
]:
    add(f"header {header!r}", packed(header, bytes(4)))
for number in ["1", "01", "+1", "1.0", "1e0", "1E0", "-1", "-0", "0x1", "1_0", '"1"', "null", "true", "[1]", "[]", "{}", "NaN",
               "Infinity", "1.", ".1", " 1 ", "1\n", "18446744073709551615", "18446744073709551616",
               "9223372036854775807", "9223372036854775808", "1" * 400, "0", "2"]:
    for place in ["[1]", "[0, 4]", "0, 4"]:
        by = {"[1]": f"[{number}]", "[0, 4]": f"[{number}, 4]", "0, 4": f"0, {number}"}[place]
        add(f"{number[:30]} in {place}", packed(ONE.replace(place, by), bytes(4)))
for shape in ["[4]", "4", "null", '"[1]"', "{}", "[[1]]", "[1, 1]", "[]", "[1, 1, 1, 1, 1, 1, 1, 1, 1, 1]"]:
    add(f"shape {shape}", packed(ONE.replace("[1]", shape), bytes(4)))
for offsets in ["[]", "[0]", "[4]", "[0, 4, 4]", "[0, 4, null]", "4", "null", '{"0": 4}', '"0, 4"', "[[0, 4]]", "[4, 0]", "[4, 8]",
                "[0, 3]", "[0, 5]", "[1, 4]", "[1, 5]", "[0, 0]", "[4, 4]", "[0, 8]"]:
    add(f"offsets {offsets}", packed(ONE.replace("[0, 4]", offsets), bytes(4)))
for missing in ["dtype", "shape", "data_offsets"]:
    add(f"no {missing}", packed(json.dumps({"x": {k: v for k, v in info().items() if k != missing}}), bytes(4)))
    add(f"{missing} twice", packed(ONE.replace("}}", f', "{missing}": {json.dumps(info()[missing])}}}}}'), bytes(4)))
    add(f"{missing.upper()}", packed(ONE.replace(missing, missing.upper()), bytes(4)))
for more in ['"a"', "1", "1.5e300", "-3", "null", "{}", "[]", '{"shape": [2], "x": {"y": [[], {}]}}', "[1, [2, {}]]", "tru", "[",
             '"\\ud800"']:
    # Rust also decodes skipped values and refuses half a surrogate pair in them; this library does not.
    here = "sound F32[1]" if "ud800" in more else None
    add(f"one field more: {more}", packed(ONE.replace("}}", f', "more": {more}}}}}'), bytes(4)), here)
# Rust also accepts the fields of a structure without their names, which no program writes.
add("fields without names", packed('{"x": ["F32", [1], [0, 4]]}', bytes(4)), REFUSED)

# Offsets of the elements.
def two(name, a, b, size, c=None, here=None, names="abc"):
    entries = {names[0]: a, names[1]: b}
    if c:
        entries[names[2]] = c
    add(name, packed(json.dumps(entries), bytes(size)), here)


at = lambda begin, end, **more: info(offsets=(begin, end), shape=((end - begin) // 4,), **more)
two("two in order", at(0, 4), at(4, 8), 8)
two("two in the other order", at(4, 8), at(0, 4), 8)
two("two that overlap", at(0, 4), at(2, 6), 6)
two("two in one place", at(0, 4), at(0, 4), 4)
two("a hole between two", at(0, 4), at(8, 12), 12)
two("a hole before the first", at(4, 8), at(8, 12), 12)
two("a hole behind the last", at(0, 4), at(4, 8), 9)
two("one inside the other", at(0, 12), at(4, 8), 12)
two("an empty one first", at(0, 0), at(0, 4), 4)
two("an empty one first, later in the header", at(0, 4), at(0, 0), 4)
two("an empty one last", at(0, 4), at(4, 4), 4)
two("an empty one between", at(0, 4), at(4, 8), 8, at(4, 4))
two("an empty one inside", at(0, 8), at(4, 4), 8)
two("an empty one beyond", at(0, 4), at(8, 8), 4)
two("two empty ones", at(0, 0), at(0, 0), 0)
two("two empty ones of different types", at(0, 0), at(0, 0, dtype="U8"), 0)
two("three of different sizes", info("U8", (3,), (0, 3)), info("F64", (1,), (3, 11)), 12, info("BOOL", (), (11, 12)))
for size in range(10):
    two(f"8 bytes expected, {size} there", at(0, 4), at(4, 8), size)
for base in [2**31, 2**32, 2**53, 2**63 - 5, 2**63, 2**64 - 4]:
    two(f"one at {base}", at(0, 4), info(offsets=(base, base + 4 if base + 4 < 2**64 else 2**64 - 1)), 8)

# Sizes that overflow. An empty tensor may have any other size that is an int64.
for shape in [(2**62, 4), (2**63 - 1, 2), (2**32, 2**32), (2**61,), (2**61 + 1,), (2**62,), (2**63 - 1,), (2**64 - 1,),
              (2**31, 2**31, 4), (2**16, 2**16, 2**16, 2**16), (0, 2**62), (2**62, 0), (2**61, 0, 3), (2**62, 4, 0),
              (0, 2**62, 4), (2**32, 2**32, 0), (2**40, 0, 2**40), (2**30, 0, 2**30)]:
    for dtype in ["F32", "U8", "F64", "F4"]:
        one(f"{dtype} {shape} without bytes", b"", dtype=dtype, shape=shape, offsets=(0, 0))
        one(f"{dtype} {shape} with 4 bytes", dtype=dtype, shape=shape)
# Sizes are uint64 in Rust, and int64 in PyTorch and Java.
for shape in [(2**63, 0), (0, 2**64 - 1)]:
    one(f"F32 {shape} without bytes", b"", shape=shape, offsets=(0, 0), here=REFUSED)
one("as many dimensions as nobody has", shape=(1,) * 100)

# Metadata.
for metadata in ["{}", "null", "[]", "1", '"x"', '{"k": "v"}', '{"k": 1}', '{"k": null}', '{"k": {}}', '{"k": ["v"]}', '{"": ""}',
                 '{"a": "1", "b": "2"}', '{"k": "\\u0000\\n\\ud83d\\ude00"}', '{"k": "\\ud83d"}', '{"k": "\\ude00"}',
                 '{"k": "\n"}', '{"k": "\\x"}', '{"k": "\\u12"}', "{1: 2}", '{"k"}', '{"__metadata__": "v"}']:
    add(f"metadata {metadata!r}", packed(f'{{"__metadata__": {metadata}, "x": {json.dumps(info())}}}', bytes(4)))
    add(f"metadata alone {metadata!r}", packed(f'{{"__metadata__": {metadata}}}'))
add("metadata last", packed(f'{{"x": {json.dumps(info())}, "__metadata__": {{"k": "v"}}}}', bytes(4)))
add("metadata twice", packed('{"__metadata__": {}, "__metadata__": {}}'))
add("metadata like a tensor", packed(json.dumps({"__metadata__": info()}), bytes(4)))
for name in ["__METADATA__", "__metadata__ ", "_metadata_"]:
    add(f"{name!r} as a name", packed(json.dumps({name: {"k": "v"}})))
# The format forbids duplicate keys; Rust uses the last one.
add("a key of metadata twice", packed('{"__metadata__": {"k": "v", "k": "w"}}'), REFUSED)
add("a tensor twice", packed(f'{{"x": {json.dumps(info())}, "x": {json.dumps(info())}}}', bytes(4)), REFUSED)
add("a tensor twice, in two places", packed(f'{{"x": {json.dumps(at(0, 4))}, "x": {json.dumps(at(4, 8))}}}', bytes(8)))

# Names.
for name in ["", " ", ".", "a.b.c", "a/b", "../x", "\\", '"', "\n", "\0", "\x7f", "é", "π", "語", "😀", "\ufeff", "\u2028", "\ue000", "\uffff",
             "x" * 300, "null", "0", "a\u0301", "\u202e"]:
    add(f"name {ascii(name)[:40]}", packed(json.dumps({name: info()}, ensure_ascii=False), bytes(4)))
    add(f"name {ascii(name)[:40]}, escaped", packed(json.dumps({name: info()}), bytes(4)))
for name in [b"\xff", b"\xc3", b"\xc0\x80", b"\xed\xa0\x80", b"\xed\xa0\xbd\xed\xb8\x80", b"\xf4\x90\x80\x80", b"\xf0\x9f\x98", b"\x80",
             b"\t", b"\n", b"\0", b"\\/", b"\\b", b"\\a", b"\\u", b"\\u00g0", b"\\ud83d", b"\\ud83dx", b"\\ud83d\\u0041",
             b"\\ude00", b"\\ud83d\\ude00", b"\\U0041", b"\\u0041", b"\\'", b"\\\\"]:
    add(f"name of bytes {name!r}", packed(ONE.encode().replace(b'"x"', b'"' + name + b'"'), bytes(4)))
add("a thousand tensors", packed(json.dumps({str(i): at(4 * i, 4 * i + 4) for i in range(100)}), bytes(400)))

# One changed byte of a valid file, anywhere except in the name of a type.
VALUES = b'\0\n !"#,-./0123489:@AEF[\\]_aefnrtux{}~\x7f\x80\xc3\xff'
for name, content in {
    "two tensors": packed('{"a":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},"b":{"dtype":"U8","shape":[],"data_offsets":[8,9]}}  ', bytes(9)),
    "metadata": packed('{"__metadata__":{"k":"v"},"x":{"shape":[0,3],"data_offsets":[0,0],"dtype":"I64"}}'),
}.items():
    types = [i for mark in [b'"F32"', b'"U8"', b'"I64"'] if (first := content.find(mark)) >= 0
             for i in range(first + 1, first + len(mark) - 1)]
    for place in range(len(content)):
        if place not in types:
            changed = [content[:place] + bytes([value]) + content[place + 1:] for value in VALUES]
            verdicts = "".join("0" if verdict(c) == REFUSED else "1" for c in changed)
            lines.append("\t".join(["change", name, content.hex(), str(place), VALUES.hex(), verdicts]))

Path(__file__).with_suffix(".txt").write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
print(len(lines), "lines")
