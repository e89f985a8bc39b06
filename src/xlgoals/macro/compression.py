"""The compression of VBA sources and of the ``dir`` stream, [MS-OVBA] 2.4.1.

A container is a signature byte and chunks of 4096 bytes. A chunk is a row of tokens, eight behind each flag
byte: a literal byte, or a copy of what stands some way back in the same chunk.
"""

from __future__ import annotations

import struct

_SIGNATURE = 0x01
_CHUNK = 4096
_COMPRESSED = 0xB000
_RAW = 0x3000
_SHORTEST_COPY = 3
_TOKENS_PER_FLAG = 8
_FEWEST_OFFSET_BITS = 4
# How many earlier places with the same three bytes are tried: more gains almost nothing in source text.
_MOST_CANDIDATES = 48


def compress(data: bytes) -> bytes:
    """A container that decompresses to ``data``, byte for byte; the same input gives the same bytes.

    Raises:
        ValueError: the last part of ``data`` does not compress and is shorter than a chunk, which a raw chunk
            would pad with zeros. Source text always compresses.
    """
    container = bytearray([_SIGNATURE])
    for start in range(0, len(data), _CHUNK):
        container += _chunk(data[start : start + _CHUNK])
    return bytes(container)


def _chunk(data: bytes) -> bytes:
    body = _tokens(data)
    if len(body) <= _CHUNK:
        return struct.pack("<H", _COMPRESSED | (len(body) - 1)) + body
    if len(data) < _CHUNK:
        raise ValueError("a raw chunk holds exactly 4096 bytes")
    return struct.pack("<H", _RAW | (_CHUNK - 1)) + data


def _tokens(data: bytes) -> bytes:
    body = bytearray()
    seen: dict[bytes, list[int]] = {}
    position = 0
    while position < len(data):
        flags, tokens = 0, bytearray()
        for bit in range(_TOKENS_PER_FLAG):
            if position == len(data):
                break
            length, distance = _longest_copy(data, position, seen)
            if length:
                flags |= 1 << bit
                shift = 16 - _offset_bits(position)
                tokens += struct.pack("<H", (distance - 1) << shift | (length - _SHORTEST_COPY))
            else:
                tokens.append(data[position])
            end = position + (length or 1)
            for place in range(position, end):
                seen.setdefault(data[place : place + _SHORTEST_COPY], []).append(place)
            position = end
        body.append(flags)
        body += tokens
    return bytes(body)


def _longest_copy(data: bytes, position: int, seen: dict[bytes, list[int]]) -> tuple[int, int]:
    """Length and distance of the best copy for what follows ``position``; 0, 0 where there is none."""
    most = min((0xFFFF >> _offset_bits(position)) + _SHORTEST_COPY, len(data) - position)
    if most < _SHORTEST_COPY:
        return 0, 0
    best, distance = 0, 0
    places = seen.get(data[position : position + _SHORTEST_COPY], [])
    for place in reversed(places[-_MOST_CANDIDATES:]):
        length = _SHORTEST_COPY
        while length < most and data[place + length] == data[position + length]:
            length += 1
        if length > best:
            best, distance = length, position - place
            if best == most:
                break
    return best, distance


def _offset_bits(position: int) -> int:
    """How many bits of a copy token hold the distance: as many as the way back to the chunk's start needs."""
    return max(_FEWEST_OFFSET_BITS, (position - 1).bit_length()) if position else _FEWEST_OFFSET_BITS


def decompress(container: bytes) -> bytes:
    """What was compressed into ``container``.

    Raises:
        ValueError: it is no such container, or a copy points before the start of its chunk.
        IndexError: it ends in the middle of a token.
        struct.error: it ends in the middle of a chunk's head.
    """
    if container[:1] != bytes([_SIGNATURE]):
        raise ValueError("no compressed container")
    result = bytearray()
    at = 1
    while at < len(container):
        (head,) = struct.unpack_from("<H", container, at)
        end = at + 3 + (head & 0xFFF)
        if head & _COMPRESSED == _COMPRESSED:
            result += _from_tokens(container[at + 2 : end])
        else:
            result += container[at + 2 : end]
        at = end
    return bytes(result)


def _from_tokens(body: bytes) -> bytes:
    chunk = bytearray()
    at = 0
    while at < len(body):
        flags = body[at]
        at += 1
        for bit in range(_TOKENS_PER_FLAG):
            if at >= len(body):
                break
            if not flags >> bit & 1:
                chunk.append(body[at])
                at += 1
                continue
            (token,) = struct.unpack_from("<H", body, at)
            at += 2
            shift = 16 - _offset_bits(len(chunk))
            distance, length = (token >> shift) + 1, (token & ((1 << shift) - 1)) + _SHORTEST_COPY
            if distance > len(chunk):
                raise ValueError("a copy of what is not there")
            for _ in range(length):
                chunk.append(chunk[-distance])
    return bytes(chunk)
