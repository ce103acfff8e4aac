#!/usr/bin/python3
"""Writes golden/storage: datasets whose elements are their own numbers in C order, in each layout; external files;
virtual datasets with what the library reads from them. Needs Debian's python3-h5py.

    python3 golden/write/storage.py
"""

import os

import h5py
import numpy as np

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "storage")


def numbered(shape, dtype="i4"):
    return np.arange(np.prod(shape, dtype=int), dtype=dtype).reshape(shape)


def selections(path):
    """What random selections are checked on: element n has the value n."""
    with h5py.File(path, "w", libver="latest") as f:
        for name, shape, options in [
            ("contiguous-1", (97,), {}),
            ("contiguous-3", (7, 11, 13), {}),
            ("chunked-1", (97,), {"chunks": (10,)}),
            ("chunked-2", (23, 31), {"chunks": (5, 8), "maxshape": (None, None)}),
            ("gzip-3", (7, 11, 13), {"chunks": (3, 4, 5), "compression": "gzip", "shuffle": True}),
            ("gzip-growing", (19, 6), {"chunks": (4, 6), "maxshape": (None, 6), "compression": "gzip"}),
            ("large-chunk-4", (3, 4, 5, 6), {"chunks": (4, 5, 6, 7), "maxshape": (8, 8, 8, 8)}),
            ("single-elements", (6, 7), {"chunks": (1, 1)}),
        ]:
            f.create_dataset(name, data=numbered(shape), **options)
        for name, dtype in [("bytes", "u1"), ("shorts", ">i2"), ("doubles", "f8"), ("longs", "i8")]:
            f.create_dataset(f"gzip-{name}", data=numbered((9, 10), dtype), chunks=(4, 3), compression="gzip", shuffle=True)
        odd = np.zeros((8, 9), dtype=[("a", "i4"), ("b", "S3")])
        odd["a"] = numbered((8, 9))
        odd["b"] = [[b"%03d" % (r * 9 + c) for c in range(9)] for r in range(8)]
        f.create_dataset("compound", data=odd, chunks=(3, 4))
        compact = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        compact.set_layout(h5py.h5d.COMPACT)
        space = h5py.h5s.create_simple((6, 5, 4))
        d = h5py.h5d.create(f.id, b"compact-3", h5py.h5t.STD_I32LE, space, compact)
        d.write(h5py.h5s.ALL, h5py.h5s.ALL, numbered((6, 5, 4)))
        sparse = f.create_dataset("sparse", (40, 40), "i4", chunks=(7, 9), fillvalue=-1, compression="gzip")
        sparse[10:20, 5:30] = 5
        f.create_dataset("never-written", (1 << 20, 1 << 20), "f8", chunks=(1024, 1024), fillvalue=2.5)
        f["scalar"] = np.int32(42)
        f["empty"] = h5py.Empty("f4")
        f.create_dataset("no-rows", (0, 5), "i4", chunks=(4, 5), maxshape=(None, 5))
        region = f.create_dataset("regions", (3,), h5py.regionref_dtype)
        target = f["gzip-3"]
        region[0] = target.regionref[1:5, 2:9:3, ::2]
        chosen = h5py.h5s.create_simple((7, 11, 13))
        chosen.select_hyperslab((0, 0, 0), (2, 3, 4))
        chosen.select_hyperslab((1, 2, 2), (4, 4, 5), op=h5py.h5s.SELECT_OR)
        region[1] = h5py.h5r.create(target.id, b".", h5py.h5r.DATASET_REGION, chosen)
        chosen.select_elements([(6, 10, 12), (0, 0, 0), (3, 5, 7)])
        region[2] = h5py.h5r.create(target.id, b".", h5py.h5r.DATASET_REGION, chosen)


def main():
    os.makedirs(FOLDER, exist_ok=True)
    selections(os.path.join(FOLDER, "selections.h5"))


main()
