#!/usr/bin/python3
"""Lets the real libraries decode what our encoders made.

The chunks of each file of golden/filters are encoded anew (encode.ts), written as they are into a dataset with the same
filters, and read through the C library and its plugins, to give what our decoders make of them; Zstandard is decoded by libzstd. Needs what
golden/write/filters.py and compressors.py need; a file whose filters this Python does not have is told and left out.

    python3 golden/check/encoders.py [FILE.h5 ...]
"""

import ctypes
import json
import os
import subprocess
import sys
import tempfile

import h5py
import numpy as np
from h5py import h5d, h5p, h5s, h5z

try:
    import hdf5plugin  # noqa: F401 registers filters
except ImportError:
    pass
try:
    import tables  # noqa: F401 likewise
except ImportError:
    pass

HERE = os.path.dirname(os.path.abspath(__file__))
FOLDER = os.path.join(HERE, "..", "filters")
ZSTD = 32015
BITSHUFFLE = 32008


def encoded(path):
    command = ["node", "--import=tsx", os.path.join(HERE, "encode.ts"), path]
    lines = subprocess.run(command, check=True, capture_output=True, cwd=os.path.join(HERE, "../.."), text=True).stdout
    datasets = {}
    for line in lines.splitlines():
        chunk = json.loads(line)
        datasets.setdefault(chunk["dataset"], []).append(chunk)
    return datasets


def unzstd(data, size):
    library = ctypes.CDLL("libzstd.so.1")
    library.ZSTD_decompress.restype = ctypes.c_size_t
    target = ctypes.create_string_buffer(size + 1)
    count = library.ZSTD_decompress(target, ctypes.c_size_t(size), data, ctypes.c_size_t(len(data)))
    return target.raw[:count] if count <= size else b""


def decoded(source, scratch, chunks):
    """What the library makes of the chunks, each with its plain bytes."""
    create = source.id.get_create_plist()
    filters = [create.get_filter(i)[0] for i in range(create.get_nfilters())]
    if filters == [ZSTD]:
        for chunk in chunks:
            stored, plain = bytes.fromhex(chunk["stored"]), bytes.fromhex(chunk["plain"])
            yield (stored if chunk["mask"] else unzstd(stored, len(plain))), plain
        return
    missing = [number for number in filters if not h5z.filter_avail(number)]
    if missing:
        raise LookupError(f"no filters {missing}")
    chunked = h5p.create(h5p.DATASET_CREATE)
    chunked.set_chunk(source.chunks)
    for i in range(create.get_nfilters()):
        number, flags, values, _ = create.get_filter(i)
        # Bitshuffle puts three values before those that it is given.
        chunked.set_filter(number, flags | 1, values[3:] if number == BITSHUFFLE else values)
    # The library completes parameters from the type and the shape, and for its own filters from the fill value.
    space = h5s.create_simple(tuple(-(-n // c) * c for n, c in zip(source.shape, source.chunks)))
    copied = create.copy() if any(number in (4, 5, 6) for number in filters) else chunked
    target = h5d.create(scratch.id, source.name.split("/")[-1].encode(), source.id.get_type(), space, copied)
    for chunk in chunks:
        target.write_direct_chunk(tuple(chunk["offset"]), bytes.fromhex(chunk["stored"]), chunk["mask"])
    name = source.name.split("/")[-1].encode()
    del target
    target = h5d.open(scratch.id, name)
    for chunk in chunks:
        memory = h5s.create_simple(source.chunks)
        space = target.get_space()
        space.select_hyperslab(tuple(chunk["offset"]), source.chunks)
        size = int(np.prod(source.chunks)) * source.id.get_type().get_size()
        data = np.empty(size, "u1")
        target.read(memory, space, data, mtype=source.id.get_type())
        yield data.tobytes(), bytes.fromhex(chunk["plain"])


def check(path):
    name = os.path.basename(path)
    right = wrong = 0
    with h5py.File(path) as file, tempfile.TemporaryDirectory() as folder:
        with h5py.File(os.path.join(folder, "scratch.h5"), "w", libver="latest") as scratch:
            for dataset, chunks in encoded(path).items():
                try:
                    for got, wanted in decoded(file["filtered"][dataset], scratch, chunks):
                        if got == wanted:
                            right += 1
                        else:
                            wrong += 1
                            print(f"{name}/{dataset}: decoded otherwise")
                except LookupError as missing:
                    print(f"{name}: not for this Python: {missing}")
                    return 0
                except (OSError, RuntimeError) as error:
                    wrong += 1
                    print(f"{name}/{dataset}: {error}")
    print(f"{name}: {right} chunks right, {wrong} wrong")
    return wrong


if __name__ == "__main__":
    paths = sys.argv[1:] or sorted(os.path.join(FOLDER, name) for name in os.listdir(FOLDER) if name.endswith(".h5"))
    sys.exit(1 if sum(check(path) for path in paths) else 0)
