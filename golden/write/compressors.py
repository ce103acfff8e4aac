#!/usr/bin/python3
"""Writes the files of golden/filters whose filters are general compressors, as filters.py does the others.

LZ4, Zstandard and Blosc need Debian's python3-h5py, python3-hdf5plugin, hdf5-filter-plugin* and libzstd1; bitshuffle and
blosc2 need the packages bitshuffle and python3-tables of a Debian that has Blosc 2, with HDF5_PLUGIN_PATH set for them.

    python3 golden/write/compressors.py NAME ...
"""

import ctypes
import os
import sys

import h5py
import numpy as np
from h5py import h5d, h5p, h5s, h5t

from filters import FOLDER, create, keep_plain, new, samples

KINDS = ("ramp", "noise", "zeros", "any")
TEXT = b"".join(b"%d bottles of beer on the wall, %d bottles; " % (i, i - 1) for i in range(900, 1, -1))


def label(dtype):
    return dtype.replace("<", "le-").replace(">", "be-")


def lz4():
    with new("lz4.h5") as file:
        for dtype in ("u1", "<i2", "<f8"):
            for kind in KINDS:
                create(file, f"{label(dtype)}-{kind}", samples(dtype, 600, kind), [(32004, ())], (200,))
        text = np.frombuffer(TEXT[:12000], "S40")
        create(file, "text", text, [(32004, ())], (150,))
        for block in (100, 1000, 4096):
            create(file, f"blocks-{block}", text, [(32004, (block,))], (300,))
        create(file, "run", np.zeros(20000, "u1"), [(32004, ())], (20000,))
        create(file, "edge-chunks", samples("<i4", 1000, "ramp").reshape(25, 40), [(32004, ())], (10, 16))
        create(file, "shuffled", samples("<f8", 1500, "ramp"), [(2, ()), (32004, ())], (500,))


class Zstd:
    """libzstd itself: no plugin for it is packaged."""

    LEVEL, WINDOW, SIZE_FLAG, CHECKSUM = 100, 101, 200, 201

    def __init__(self):
        library = self.library = ctypes.CDLL("libzstd.so.1")
        library.ZSTD_createCCtx.restype = ctypes.c_void_p
        library.ZSTD_CCtx_setParameter.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_int]
        library.ZSTD_compress2.restype = ctypes.c_size_t
        library.ZSTD_compress2.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_char_p, ctypes.c_size_t]

    def compress(self, data, level, **parameters):
        context = self.library.ZSTD_createCCtx()
        self.library.ZSTD_CCtx_setParameter(context, self.LEVEL, level)
        for name, value in parameters.items():
            self.library.ZSTD_CCtx_setParameter(context, getattr(self, name), value)
        target = ctypes.create_string_buffer(2 * len(data) + 1000)
        size = self.library.ZSTD_compress2(context, target, len(target), data, len(data))
        if size > len(target):
            raise RuntimeError("ZSTD_compress2")
        return target.raw[:size]


def zstd():
    library = Zstd()
    with new("zstd.h5") as file:

        def add(name, data, *frames):
            data = np.ascontiguousarray(data)
            dcpl = h5p.create(h5p.DATASET_CREATE)
            dcpl.set_chunk(data.shape)
            dcpl.set_fill_time(h5d.FILL_TIME_NEVER)
            dcpl.set_filter(32015, 1, (3,))
            tid, space = h5t.py_create(data.dtype, logical=True), h5s.create_simple(data.shape)
            dataset = h5d.create(file["filtered"].id, name.encode(), tid, space, dcpl)
            dataset.write_direct_chunk((0,) * data.ndim, b"".join(frames), 0)
            keep_plain(file["plain"], name, tid, space, data)

        for dtype in ("u1", "<i4", "<f8"):
            for kind in KINDS:
                data = samples(dtype, 1000, kind)
                add(f"{label(dtype)}-{kind}", data, library.compress(data.tobytes(), 3))
        for level in (-5, 1, 6, 12, 19, 22):
            data = np.frombuffer(TEXT, "u1")
            add(f"text-{level}", data, library.compress(TEXT, level, CHECKSUM=1))
        # More than a block of 128 kB, so that tables and distances of one block serve the next.
        data = np.tile(samples("<i4", 3000, "any"), 9) ^ samples("<i4", 27000, "zeros", 3) ^ samples("<i4", 27000, "noise", 4)
        data = np.where(samples("<i4", 27000, "zeros", 5) == 0, np.tile(data[:9000], 3), data)
        data = np.repeat(data.astype("<i4"), 2)
        for level in (1, 5, 19):
            add(f"blocks-{level}", data, library.compress(data.tobytes(), level, CHECKSUM=1))
        add("mixed", mixed := np.concatenate([np.frombuffer(TEXT[:20000], "u1")] * 8 + [samples("u1", 5000, "any")]),
            library.compress(mixed.tobytes(), 9, CHECKSUM=1))
        add("no-size", data, library.compress(data.tobytes(), 3, SIZE_FLAG=0, CHECKSUM=1))
        add("window", data, library.compress(data.tobytes(), 3, WINDOW=10))
        add("run", np.full(140000, 7, "u1"), library.compress(b"\7" * 140000, 3))
        half = len(TEXT) // 2
        skippable = b"\x53\x2a\x4d\x18\x05\0\0\0hello"
        add("frames", np.frombuffer(TEXT, "u1"), library.compress(TEXT[:half], 3), skippable, library.compress(b"", 1),
            library.compress(TEXT[half:], 3, CHECKSUM=1, SIZE_FLAG=0), skippable)


def blosc():
    import hdf5plugin  # noqa: F401 registers the filter

    codecs = ("blosclz", "lz4", "lz4hc", "snappy", "zlib", "zstd")
    with new("blosc.h5") as file:
        for number, codec in enumerate(codecs):
            for shuffle in (0, 1, 2):
                for dtype in ("u1", "<i2", "<f4", "<f8"):
                    for kind in ("ramp", "zeros"):
                        name = f"{codec}-{shuffle}-{label(dtype)}-{kind}"
                        create(file, name, samples(dtype, 2000, kind), [(32001, (0, 0, 0, 0, 5, shuffle, number))], (1000,))
            create(file, f"{codec}-text", np.frombuffer(TEXT[:30000], "S40"), [(32001, (0, 0, 0, 0, 9, 1, number))], (750,))
            # Several blocks, the last one shorter, elements that are no power of two.
            odd = np.frombuffer(np.repeat(samples("<u2", 60000, "ramp"), 2).tobytes()[:207000], "V9")
            create(file, f"{codec}-blocks", odd, [(32001, (0, 0, 0, 0, 1, 1, number))], (23000,))
            create(file, f"{codec}-bits-blocks", odd, [(32001, (0, 0, 0, 0, 1, 2, number))], (23000,))
        for level in (0, 1, 9):
            create(file, f"level-{level}", samples("<i4", 5000, "noise"), [(32001, (0, 0, 0, 0, level, 1, 0))], (2500,))
        create(file, "tiny", samples("<i4", 20, "zeros"), [(32001, (0, 0, 0, 0, 5, 1, 0))], (10,))
        create(file, "any", samples("<i8", 2000, "any"), [(32001, (0, 0, 0, 0, 5, 1, 1))], (1000,))
        create(file, "wide-elements", np.frombuffer(TEXT[:36000], "S300"), [(32001, (0, 0, 0, 0, 5, 1, 1))], (60,))
        create(file, "bits-odd", samples("<i4", 1003, "ramp"), [(32001, (0, 0, 0, 0, 5, 2, 1))], (1003,))
        create(file, "edge-chunks", samples("<i4", 1000, "ramp").reshape(25, 40), [(32001, (0, 0, 0, 0, 5, 1, 0))], (10, 16))


def bitshuffle():
    with new("bitshuffle.h5") as file:
        for codec in (0, 2, 3):
            level = (5,) if codec == 3 else ()
            for dtype in ("u1", "<i2", "V3", "<f4", "V5", "<f8", "S20"):
                for kind in ("ramp", "any"):
                    size = np.dtype(dtype).itemsize
                    whole = dtype[0] in "u<"
                    data = samples(dtype if whole else "u1", 1000 if whole else 1000 * size, kind)
                    data = data if whole else np.frombuffer(data.tobytes(), dtype)
                    create(file, f"{codec}-{label(dtype)}-{kind}", data, [(32008, (0, codec, *level))], (500,))
            for count in (7, 8, 13, 1003, 4097):
                create(file, f"{codec}-{count}", samples("<i4", count, "ramp"), [(32008, (0, codec, *level))], (count,))
            for block in (8, 64, 1024):
                create(file, f"{codec}-block-{block}", samples("<f4", 2500, "ramp"), [(32008, (block, codec, *level))], (2500,))


def blosc2():
    import tables  # noqa: F401 registers the filter

    codecs = {"blosclz": 0, "lz4": 1, "lz4hc": 2, "zlib": 4, "zstd": 5}
    with new("blosc2.h5") as file:

        def add(name, data, chunks, codec="lz4", level=5, shuffle=1, block=0):
            create(file, name, data, [(32026, (0, block, 0, 0, level, shuffle, codecs[codec]))], chunks)

        for codec in codecs:
            for shuffle in (0, 1, 2):
                for dtype in ("u1", "<f4", "<f8"):
                    add(f"{codec}-{shuffle}-{label(dtype)}", samples(dtype, 2000, "ramp"), (1000,), codec, 5, shuffle)
            add(f"{codec}-text", np.frombuffer(TEXT[:30000], "S40"), (750,), codec, 9)
            odd = np.frombuffer(np.repeat(samples("<u2", 60000, "ramp"), 2).tobytes()[:207000], "V9")
            add(f"{codec}-blocks", odd, (23000,), codec, 1, 1, 9 * 4000)
            add(f"{codec}-bits-blocks", odd, (23000,), codec, 1, 2, 9 * 4001)
        for kind in KINDS:
            add(f"matrix-{kind}", samples("<i4", 60 * 50, kind).reshape(60, 50), (33, 27))
            add(f"cube-{kind}", samples("<f8", 15 * 11 * 13, kind).reshape(15, 11, 13), (9, 10, 7), "zstd")
        add("blocks-2d", samples("<i2", 300 * 200, "ramp").reshape(300, 200), (130, 170), "lz4", 5, 1, 4096)
        add("blocks-4d", samples("<i2", 9**4, "ramp").reshape(9, 9, 9, 9), (9, 5, 9, 7), "blosclz", 5, 2, 512)
        add("zeros", np.zeros(5000, "<f8"), (2500,))
        add("zeros-2d", np.zeros((50, 50), "<f8"), (50, 50))
        add("one-value", np.full(5000, 1.25), (2500,))
        add("one-value-2d", np.full((70, 60), 7, "<i4"), (70, 60))
        add("not-numbers", np.full(3000, np.nan), (1500,))
        add("not-numbers-2d", np.full((40, 50), np.nan, "<f4"), (40, 50))
        add("tiny", samples("<i4", 3, "any"), (3,))
        add("level-0", samples("<i4", 900, "ramp").reshape(30, 30), (30, 30), "lz4", 0)
        # Delta, and numbers of which the lowest bits were cut off.
        for shuffle in (3, 4):
            add(f"filter-{shuffle}", samples("<f4", 4000, "ramp"), (4000,), "zstd", 5, shuffle, 4000)


WRITERS = [lz4, zstd, blosc, bitshuffle, blosc2]

if __name__ == "__main__":
    os.makedirs(FOLDER, exist_ok=True)
    for writer in WRITERS:
        if writer.__name__ in sys.argv[1:]:
            writer()
