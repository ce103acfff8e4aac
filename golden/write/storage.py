#!/usr/bin/python3
"""Writes golden/storage: datasets whose elements are their own numbers in C order, in each layout; external files;
virtual datasets with what the library reads from them. Needs h5py, on HDF5 2.2 for variable_length.

    python3 golden/write/storage.py [selections | external | virtual | variable_length | short_addresses ...]
"""

import os
import sys

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


def external():
    """Elements in other files: two parts and a third that is shorter than it should be, and a part without an end."""
    numbered((30,)).tofile("external-1.bin")
    (numbered((10,)) + 100).tofile("external-2.bin")
    with h5py.File("external.h5", "w") as f:
        parts = [("external-1.bin", 8, 40), ("external-2.bin", 0, 24), ("external-2.bin", 32, 40)]
        f.create_dataset("three-parts", (2, 13), "i4", external=parts)
        f.create_dataset("endless", (4,), "i4", external=[("external-1.bin", 100, h5py.h5f.UNLIMITED)])
        f.create_dataset("missing", (4,), "i4", external=[("no-such-file.bin", 0, 16)])
        f.create_dataset("too-few", (4,), "i4", external=[("external-1.bin", 0, 16)])


def virtual():
    """Virtual datasets, and what the library reads from them in each view."""
    for i, rows in enumerate([3, 5, 4]):
        with h5py.File(f"source-{i}.h5", "w") as f:
            f.create_dataset("x", data=numbered((rows, 6)) + 100 * i, maxshape=(None, 6), chunks=(2, 4), compression="gzip")
            f["shorts"] = (numbered((12,)) - 6).astype(">i2")
    # One block of numbered sources lacks, and two blocks follow it.
    for i in [0, 1, 3, 4]:
        with h5py.File(f"numbered-{i}.h5", "w") as f:
            f["x"] = numbered((2, 6)) + 1000 * i
    with h5py.File("virtual.h5", "w", libver="latest") as f:
        source = lambda i, shape, name="x", dtype="i4": h5py.VirtualSource(f"source-{i}.h5", name, shape, dtype)
        fixed = h5py.VirtualLayout((12, 6), "i4")
        fixed[0:3] = source(0, (3, 6))
        fixed[3:8] = source(1, (5, 6))
        fixed[8:12] = source(2, (4, 6))
        f.create_virtual_dataset("fixed", fixed, fillvalue=-7)
        strided = h5py.VirtualLayout((9, 12), "i4")
        strided[0:6:2, ::2] = source(0, (3, 6))
        strided[1:9:2, 1::2] = source(2, (4, 6))
        f.create_virtual_dataset("interleaved", strided, fillvalue=-7)
        part = h5py.VirtualLayout((4, 5), "i4")
        part[1:3, 0:4:3] = source(1, (5, 6))[1:5:2, 2:6:3]
        part[3, :] = source(0, (3, 6))[1, 1:]
        f.create_virtual_dataset("parts", part, fillvalue=-7)
        hidden = h5py.VirtualLayout((5, 6), "i4")
        hidden[:] = source(1, (5, 6))
        hidden[1:4, 2:5] = source(2, (4, 6))[1:4, 1:4]
        f.create_virtual_dataset("hidden", hidden)
        missing = h5py.VirtualLayout((4, 6), "i4")
        missing[0:2] = h5py.VirtualSource("no-such-file.h5", "x", (2, 6), "i4")
        missing[2:4] = h5py.VirtualSource("source-0.h5", "no-such-dataset", (2, 6), "i4")
        f.create_virtual_dataset("missing", missing, fillvalue=-7)
        f["inside"] = numbered((4, 6)) + 5000
        same = h5py.VirtualLayout((4, 6), "i4")
        same[:] = h5py.VirtualSource(".", "inside", (4, 6), "i4")
        f.create_virtual_dataset("same-file", same)
        nested = h5py.VirtualLayout((2, 12, 6), "i4")
        nested[0] = h5py.VirtualSource(".", "fixed", (12, 6), "i4")
        nested[1, 2:6] = h5py.VirtualSource(".", "same-file", (4, 6), "i4")
        f.create_virtual_dataset("nested", nested, fillvalue=-7)
        converted = h5py.VirtualLayout((12,), "f8")
        converted[:] = source(0, (12,), "shorts", ">i2")
        f.create_virtual_dataset("converted", converted)
        unlimited(f)
    with h5py.File("virtual-expected.h5", "w") as out:
        for view, settings in {
            "last-available": (h5py.h5d.VDS_LAST_AVAILABLE, 0),
            "gap": (h5py.h5d.VDS_LAST_AVAILABLE, 1),
            "first-missing": (h5py.h5d.VDS_FIRST_MISSING, 0),
        }.items():
            with h5py.File("virtual.h5") as f:
                for name in f:
                    access = h5py.h5p.create(h5py.h5p.DATASET_ACCESS)
                    access.set_virtual_view(settings[0])
                    access.set_virtual_printf_gap(settings[1])
                    out[f"{view}/{name}"] = h5py.Dataset(h5py.h5d.open(f.id, name.encode(), access))[()]


def unlimited(f):
    """Mappings without an end: blocks of two sources in turn, numbered sources, and blocks cut by the source's end."""
    endless = h5py.h5s.UNLIMITED

    def create(name, rank, mappings, fill=-7):
        plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        plist.set_fill_value(np.array(fill, "i4"))
        for virtual, file, dataset, source in mappings:
            spaces = []
            for slab in [virtual, source]:
                space = h5py.h5s.create_simple((0,) + (6,) * (rank - 1), (endless,) + (6,) * (rank - 1))
                if slab is not None:
                    space.select_hyperslab(*slab)
                else:
                    space = h5py.h5s.create_simple((2, 6))
                spaces.append(space)
            plist.set_virtual(spaces[0], file, dataset, spaces[1])
        space = h5py.h5s.create_simple((1,) + (6,) * (rank - 1), (endless,) + (6,) * (rank - 1))
        h5py.h5d.create(f.id, name, h5py.h5t.STD_I32LE, space, plist)

    slab = lambda start, count, stride, block: ((start, 0), (count, 1), (stride, 1), (block, 6))
    every = slab(0, endless, 1, 1)
    create(b"in-turn", 2, [(slab(i, endless, 3, 1), f"source-{i}.h5".encode(), b"x", every) for i in range(3)])
    create(b"blocks-cut", 2, [(slab(1, endless, 5, 2), b"source-1.h5", b"x", slab(0, endless, 3, 2))])
    create(b"numbered", 2, [(slab(0, endless, 2, 2), b"numbered-%b.h5", b"x", None)])
    create(b"numbered-apart", 2, [(slab(1, endless, 3, 2), b"numbered-%b.h5", b"x", None), (slab(0, 1, 1, 1), b"source-0.h5", b"x", slab(2, 1, 1, 1))])


def variable_length():
    """Virtual datasets of elements that refer to what another file has, and what the library reads from them."""
    text = h5py.string_dtype()
    numbers = h5py.vlen_dtype("i4")
    record = np.dtype([("n", "i4"), ("text", text), ("pair", h5py.vlen_dtype("u1"), (2,)), ("to", h5py.ref_dtype)])
    with h5py.File("variable-source.h5", "w") as f:
        target = f.create_dataset("group/target", data=numbered((5,)))
        f.create_dataset("strings", data=["a", "bb", "", "dddd", "e" * 5000, "f"], dtype=text)
        sequences = f.create_dataset("sequences", (6,), numbers)
        for i in range(6):
            sequences[i] = np.arange(i) * 1000
        records = np.zeros((4,), record)
        for i in range(4):
            records[i] = (i, f"record {i}", [np.arange(i), np.arange(2 * i)], target.ref)
        f.create_dataset("records", data=records, chunks=(2,), compression="gzip")
        f.create_dataset("objects", data=[target.ref, f["group"].ref], dtype=h5py.ref_dtype)
        f.create_dataset("regions", data=[target.regionref[1:3], target.regionref[::2]], dtype=h5py.regionref_dtype)
        of_strings = f.create_dataset("of-strings", (3,), h5py.vlen_dtype(text))
        for i in range(3):
            of_strings[i] = np.array([f"{i}-{j}" for j in range(i + 1)], dtype=text)
    with h5py.File("variable-length.h5", "w", libver="latest") as f:
        # Objects of this file are elsewhere than those of the other.
        f["inside"] = np.array(["in", "this", "file"], dtype=text)

        def create(name, source, count, dtype, file="variable-source.h5", **options):
            layout = h5py.VirtualLayout((count + 1,), dtype)
            layout[0:count] = h5py.VirtualSource(file, source, (count,), dtype)
            f.create_virtual_dataset(name, layout, **options)

        create("strings", "strings", 6, text)
        create("sequences", "sequences", 6, numbers)
        create("sequences-as-doubles", "sequences", 6, h5py.vlen_dtype("f8"))
        create("records", "records", 4, record)
        create("some-members", "records", 4, np.dtype([("text", text), ("n", "f8")]))
        create("of-strings", "of-strings", 3, h5py.vlen_dtype(text))
        create("objects", "objects", 2, h5py.ref_dtype)
        create("regions", "regions", 2, h5py.regionref_dtype)
        create("virtual-source", "strings", 7, text, ".")
        both = h5py.VirtualLayout((8,), text)
        both[0:6:2] = h5py.VirtualSource(".", "inside", (3,), text)
        both[1:7:2] = h5py.VirtualSource("variable-source.h5", "strings", (6,), text)[0:6:2]
        f.create_virtual_dataset("both-files", both)
    with h5py.File("variable-again.h5", "w", libver="latest") as f:
        create("through-two-files", "both-files", 8, text, "variable-length.h5")
        create("records", "records", 5, record, "variable-length.h5")
    with h5py.File("variable-expected.h5", "w") as out:
        for file in ["variable-length", "variable-again"]:
            with h5py.File(f"{file}.h5") as f:
                for name, dataset in f.items():
                    if name in ["objects", "regions"]:
                        continue
                    values = dataset[()]
                    # References lead to another file.
                    names = [each for each in values.dtype.names or [] if each != "to"]
                    values = values[names] if names else values
                    kind = np.dtype([(each, dataset.dtype[each]) for each in names]) if names else dataset.dtype
                    target = out.create_dataset(f"{file}/{name}", values.shape, kind)
                    for i, value in enumerate(values):
                        target[i] = value


def short_addresses():
    """Elements that refer to another file, where addresses have other sizes there."""

    def new(name, size):
        plist = h5py.h5p.create(h5py.h5p.FILE_CREATE)
        plist.set_sizes(size, size)
        return h5py.File(h5py.h5f.create(name.encode(), h5py.h5f.ACC_TRUNC, plist))

    text = h5py.string_dtype()
    for size in [2, 4]:
        with new(f"addresses-{size}-source.h5", size) as f:
            f.create_dataset("text", data=["a", "bb", ""], dtype=text)
            f.create_dataset("objects", data=[f["text"].ref], dtype=h5py.ref_dtype)
    for size in [2, 8]:
        with new(f"addresses-{size}.h5", size) as f:
            for source in [2, 4]:
                for name, count, dtype in [("text", 3, text), ("objects", 1, h5py.ref_dtype)]:
                    layout = h5py.VirtualLayout((count,), dtype)
                    layout[:] = h5py.VirtualSource(f"addresses-{source}-source.h5", name, (count,), dtype)
                    f.create_virtual_dataset(f"{name}-{source}", layout)


PARTS = {
    "selections": lambda: selections("selections.h5"),
    "external": external,
    "virtual": virtual,
    "variable_length": variable_length,
    "short_addresses": short_addresses,
}


def main():
    os.makedirs(FOLDER, exist_ok=True)
    # Names of other files are stored as they are given.
    os.chdir(FOLDER)
    for name in sys.argv[1:] or PARTS:
        PARTS[name]()


main()
