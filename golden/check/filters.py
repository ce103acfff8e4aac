"""The other half of filters.ts: reads chunks that were encoded elsewhere with the C library. They come on stdin."""

import base64
import collections
import ctypes
import json
import sys

import h5py
import numpy as np
from h5py import h5d, h5p, h5s, h5t, h5z

try:
    import hdf5plugin  # noqa: F401 registers filters
except ImportError:
    pass

OPTIONAL = 1
SCALE_OFFSET = 6
ZSTD = 32015
good = collections.Counter()
skipped = collections.Counter()
bad = []


def unzstd(data, size):
    """Decodes with libzstd, for which no plugin is packaged."""
    library = ctypes.CDLL("libzstd.so.1")
    library.ZSTD_decompress.restype = ctypes.c_size_t
    target = ctypes.create_string_buffer(size + 1)
    count = library.ZSTD_decompress(target, ctypes.c_size_t(size), data, ctypes.c_size_t(len(data)))
    return target.raw[:count] if count <= size else b""


with h5py.File("filters", "w", driver="core", backing_store=False) as file:
    for number, case in enumerate(json.load(sys.stdin)):
        pipeline = case["name"].rsplit(", ", 3)[0]
        if [step["id"] for step in case["filters"]] == [ZSTD] and not h5z.filter_avail(ZSTD):
            data, plain = base64.b64decode(case["stored"]), base64.b64decode(case["plain"])
            if unzstd(data, len(plain)) == plain:
                good[pipeline] += 1
            else:
                bad.append(f"{case['name']}: other values")
            continue
        if not all(h5z.filter_avail(step["id"]) for step in case["filters"]):
            skipped[pipeline] += 1
            continue
        shape = tuple(case["shape"])
        dcpl = h5p.create(h5p.DATASET_CREATE)
        dcpl.set_chunk(shape)
        for step in case["filters"]:
            dcpl.set_filter(step["id"], OPTIONAL, tuple(step["given"]))
        name = str(number).encode()
        dtype = np.dtype(case["type"])
        tid = h5t.py_create(dtype)
        dataset = h5d.create(file.id, name, tid, h5s.create_simple(shape), dcpl)
        stored = dataset.get_create_plist()
        problem = None
        for i, step in enumerate(case["filters"]):
            complete = list(stored.get_filter(i)[2])
            # Behind the fill value, HDF5 1.10 leaves what was in memory.
            known = 10 if step["id"] == SCALE_OFFSET else len(complete)
            if len(complete) != len(step["complete"]) or complete[:known] != step["complete"][:known]:
                problem = f"parameters {step['complete']} instead of {complete}"
        dataset.write_direct_chunk((0,) * len(shape), base64.b64decode(case["stored"]), case["mask"])
        del dataset
        plain = np.frombuffer(base64.b64decode(case["plain"]), dtype).reshape(shape)
        try:
            read = file[name][...]
            if case["tolerance"] > 0:
                rounding = np.abs(plain) * (2.0**-22 if dtype.itemsize == 4 else 2.0**-51)
                if not np.all(np.abs(read - plain) <= case["tolerance"] + rounding):
                    problem = "values too far from what they were"
            elif read.tobytes() != plain.tobytes():
                problem = "other values"
        except OSError as error:
            problem = str(error)
        if problem is None:
            good[pipeline] += 1
        else:
            bad.append(f"{case['name']}: {problem}")

print(f"HDF5 {h5py.version.hdf5_version}")
for pipeline, count in good.items():
    print(f"{count:5} read back  {pipeline}")
for pipeline, count in skipped.items():
    print(f"{count:5} not tried  {pipeline}: the library has no such filter here")
for line in bad[:40]:
    print("BAD", line)
print(f"{sum(good.values())} good, {len(bad)} bad")
sys.exit(1 if bad else 0)
