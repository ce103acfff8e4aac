#!/usr/bin/python3
"""Writes golden/filters: every filter as the C library and its plugins write it.

Each file has groups `filtered` and `plain` with the same datasets: once through the filter, once contiguous, as the
library read it back. Needs Debian's python3-h5py, python3-tables, python3-hdf5plugin and hdf5-filter-plugin*.

    python3 golden/write/filters.py [NAME ...]
"""

import os
import sys

import h5py
import numpy as np
from h5py import h5d, h5p, h5s, h5t

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "filters")
OPTIONAL = 1


def create(group, name, data, filters, chunks, tid=None, fill=None, shape=None):
    """A dataset through filters [(id, values)], then the same one contiguous."""
    data = np.ascontiguousarray(data)
    tid = tid or h5t.py_create(data.dtype, logical=True)
    shape = shape or data.shape
    space = h5s.create_simple(shape)
    dcpl = h5p.create(h5p.DATASET_CREATE)
    dcpl.set_chunk(chunks)
    if fill is None:
        dcpl.set_fill_time(h5d.FILL_TIME_ALLOC)
    elif fill is False:
        undefined_fill(dcpl)
    else:
        dcpl.set_fill_value(np.array(fill, data.dtype))
    for number, values in filters:
        dcpl.set_filter(number, OPTIONAL, tuple(values))
    dataset = h5d.create(group["filtered"].id, name.encode(), tid, space, dcpl)
    dataset.write(h5s.ALL, h5s.ALL, data, mtype=tid)
    # Opened anew, so that what is read comes out of the filter and not out of the chunk cache.
    del dataset
    dataset = h5d.open(group["filtered"].id, name.encode())
    back = np.empty(data.shape, data.dtype)
    dataset.read(h5s.ALL, h5s.ALL, back, mtype=tid)
    keep_plain(group["plain"], name, tid, space, back)


def keep_plain(group, name, tid, space, data):
    """Keeps what was read back, once where several datasets have the same."""
    for other in group.values():
        if other.id.get_type() == tid and other.shape == data.shape and other[...].tobytes() == data.tobytes():
            group[name] = other
            return
    plain = h5d.create(group.id, name.encode(), tid, space)
    plain.write(h5s.ALL, h5s.ALL, data, mtype=tid)


def undefined_fill(dcpl):
    """Makes the fill value undefined, which h5py has no call for."""
    import ctypes

    library = ctypes.CDLL("libhdf5_serial.so.103")
    library.H5Pset_fill_value.argtypes = [ctypes.c_int64, ctypes.c_int64, ctypes.c_void_p]
    if library.H5Pset_fill_value(dcpl.id, h5t.NATIVE_INT32.id, None) < 0:
        raise RuntimeError("H5Pset_fill_value")


def new(name):
    path = os.path.join(FOLDER, name)
    if os.path.exists(path):
        os.remove(path)
    file = h5py.File(path, "w", libver="latest", track_order=False)
    file.create_group("filtered")
    file.create_group("plain")
    return file


def samples(dtype, count, kind, seed=7):
    """Numbers of a kind: a slow ramp, small noise, mostly zeros, or anything."""
    random = np.random.default_rng(seed)
    dtype = np.dtype(dtype)
    if dtype.kind == "f":
        ramp = np.linspace(-20, 30, count)
        values = {
            "ramp": ramp,
            "noise": np.round(random.normal(0, 5, count), 2),
            "zeros": np.where(random.random(count) < 0.03, 1.5, 0.0),
            "any": random.normal(0, 1, count) * 10.0 ** random.integers(-8, 8, count),
        }[kind]
        return values.astype(dtype)
    info = np.iinfo(dtype)
    if kind == "ramp":
        return (np.arange(count) // 3 % 120).astype(dtype)
    if kind == "noise":
        return (40 + random.integers(0, 12, count)).astype(dtype)
    if kind == "zeros":
        return np.where(random.random(count) < 0.01, 5, 0).astype(dtype)
    return random.integers(info.min, info.max, count, dtype=dtype.newbyteorder("="), endpoint=True).astype(dtype)


def szip():
    with new("szip.h5") as file:
        for dtype in ("u1", "<i2", ">i2", "<i4", ">i4", "<f4", "<f8", ">f8"):
            for kind in ("ramp", "noise", "zeros", "any"):
                for coding, block in (("nn", 8), ("ec", 16), ("nn", 32)):
                    if dtype[0] == ">" and coding == "ec":
                        continue
                    options = 4 if coding == "ec" else 32
                    name = f"{dtype}-{kind}-{coding}{block}".replace("<", "le-").replace(">", "be-")
                    create(file, name, samples(dtype, 200, kind).reshape(8, 25), [(4, (options, block))], (8, 25))
        # Scanlines that are no whole number of blocks, longer than an interval may be, and blocks of all sizes.
        for block in (2, 4, 6, 10, 14, 20, 28, 30):
            create(file, f"blocks-{block}", samples("<u2", 400, "noise").reshape(10, 40), [(4, (32, block))], (5, 40))
        create(file, "long-zeros", samples("<i2", 6000, "zeros"), [(4, (32, 2))], (6000,))
        create(file, "all-zero", np.zeros(5000, "<i4"), [(4, (32, 8))], (5000,))
        create(file, "odd-rows", samples("<i2", 77 * 13, "ramp").reshape(77, 13), [(4, (32, 4))], (11, 13))
        create(file, "edge-chunks", samples("<i4", 1000, "ramp").reshape(25, 40), [(4, (4, 8))], (10, 16))
        for bits in (5, 12, 20):
            order = h5t.STD_I32LE.copy() if bits == 20 else h5t.STD_U16LE.copy()
            order.set_precision(bits)
            data = samples("<i4" if bits == 20 else "<u2", 500, "noise") % (1 << bits)
            create(file, f"precision-{bits}", data, [(4, (32, 8))], (500,), tid=order)
        create(file, "shuffled", samples("<f8", 800, "ramp"), [(2, ()), (4, (4, 32))], (400,))


def integer(base, precision, offset=0):
    tid = base.copy()
    tid.set_precision(precision)
    tid.set_offset(offset)
    return tid


def nbit():
    with new("nbit.h5") as file:
        random = np.random.default_rng(3)
        numbers = [(h5t.STD_I32LE, "<i4", 17, 5), (h5t.STD_I32BE, ">i4", 17, 5), (h5t.STD_U16LE, "<u2", 9, 0)]
        numbers += [(h5t.STD_U16BE, ">u2", 11, 3), (h5t.STD_U8LE, "u1", 3, 2), (h5t.STD_I64LE, "<i8", 41, 13)]
        numbers += [(h5t.STD_I64BE, ">i8", 64, 0), (h5t.STD_I64BE, ">i8", 33, 31), (h5t.STD_U32LE, "<u4", 8, 8)]
        for base, dtype, precision, offset in numbers:
            data = np.frombuffer(random.bytes(300 * np.dtype(dtype).itemsize), dtype)
            name = f"{dtype}-{precision}-{offset}".replace("<", "le-").replace(">", "be-")
            create(file, name, data, [(5, ())], (100,), tid=integer(base, precision, offset))
        single = h5t.IEEE_F32BE.copy()
        single.set_fields(26, 20, 6, 7, 13)
        single.set_offset(7)
        single.set_precision(20)
        single.set_ebias(31)
        data = np.frombuffer(random.bytes(400), ">f4")
        create(file, "float20", data, [(5, ())], (50,), tid=single)
        # Compound in compound, arrays of numbers and of compounds, strings and enums that stay as they are.
        inner = h5t.create(h5t.COMPOUND, 12)
        inner.insert(b"a", 0, integer(h5t.STD_I32LE, 19, 3))
        inner.insert(b"b", 5, integer(h5t.STD_U16BE, 7, 1))
        inner.insert(b"c", 8, h5t.STD_U8LE)
        enum = h5t.enum_create(h5t.STD_I16LE)
        enum.enum_insert(b"ONE", 1)
        text = h5t.C_S1.copy()
        text.set_size(5)
        # The library loses its place behind an array of arrays or of compounds: there can be one, at the end.
        matrix = h5t.array_create(h5t.array_create(integer(h5t.STD_I32BE, 13, 2), (2,)), (3,))
        for name, last in (("inners", h5t.array_create(inner, (2,))), ("matrix", matrix)):
            outer = h5t.create(h5t.COMPOUND, 90)
            outer.insert(b"text", 1, text)
            outer.insert(b"inner", 8, inner)
            outer.insert(b"list", 24, h5t.array_create(integer(h5t.STD_I16LE, 9, 1), (4,)))
            outer.insert(b"enum", 34, enum)
            outer.insert(b"words", 40, h5t.array_create(text, (3,)))
            outer.insert(b"last", 64, last)
            data = np.frombuffer(random.bytes(30 * 90), "V90")
            create(file, name, data, [(5, ())], (10,), tid=outer)
        array = h5t.array_create(integer(h5t.STD_I16LE, 5, 4), (7,))
        create(file, "array", np.frombuffer(random.bytes(40 * 14), "V14"), [(5, ())], (16,), tid=array)
        create(file, "whole", samples("<i4", 50, "any"), [(5, ())], (50,))
        create(file, "string", np.frombuffer(random.bytes(100), "S5"), [(5, ())], (20,), tid=text)


def scale_offset():
    with new("scaleoffset.h5") as file:
        for dtype in ("u1", "i1", "<u2", ">i2", "<i4", ">u4", "<i8", ">u8", "<u8"):
            for kind in ("ramp", "noise", "zeros", "any"):
                name = f"{dtype}-{kind}".replace("<", "le-").replace(">", "be-")
                data = samples(dtype, 200, kind)
                create(file, name, data, [(6, (2, 0))], (100,))
                create(file, name + "-nofill", data, [(6, (2, 0))], (100,), fill=False)
        data = samples("<i4", 200, "ramp") - 60
        create(file, "negative", data, [(6, (2, 0))], (100,))
        create(file, "filled", np.where(data % 5 == 0, -999, data).astype("<i4"), [(6, (2, 0))], (200,), fill=-999)
        create(file, "filled-i8", np.where(data % 5 == 0, -9, data).astype(">i8"), [(6, (2, 0))], (200,), fill=-9)
        create(file, "filled-i1", np.where(data % 5 == 0, -99, data).astype("i1"), [(6, (2, 0))], (200,), fill=-99)
        create(file, "all-filled", np.full(60, 7, "<u2"), [(6, (2, 0))], (60,), fill=7)
        create(file, "one-value", np.full(60, 70, "<u2"), [(6, (2, 0))], (60,), fill=False)
        wide = (samples("<i8", 100, "any") >> 20) - 5
        create(file, "wide", wide, [(6, (2, 0))], (100,))
        for bits in (3, 8, 32):
            create(file, f"bits-{bits}", samples("<i4", 64, "ramp"), [(6, (2, bits))], (64,))
        create(file, "bits-40", wide, [(6, (2, 44))], (100,))
        for dtype in ("<f4", ">f4", "<f8", ">f8"):
            for kind in ("ramp", "noise", "zeros"):
                for digits in (0, 2, 5):
                    name = f"{dtype}-{kind}-{digits}".replace("<", "le-").replace(">", "be-")
                    create(file, name, samples(dtype, 100, kind), [(6, (0, digits))], (100,))
        create(file, "float-nofill", samples("<f4", 100, "noise"), [(6, (0, 3))], (100,), fill=False)
        create(file, "float-any", samples("<f8", 100, "any"), [(6, (0, 6))], (100,), fill=False)
        create(file, "float-wide", samples("<f8", 100, "noise") * 1e9, [(6, (0, 6))], (100,), fill=False)
        create(file, "float-tens", samples("<f4", 100, "any"), [(6, (0, 0xFFFFFFFF))], (100,), fill=False)
        filled = samples("<f4", 100, "noise")
        filled[::4] = -1e4
        create(file, "float-filled", filled, [(6, (0, 2))], (100,), fill=-1e4)


def pipelines():
    with new("pipelines.h5") as file:
        data = samples("<f8", 1000, "ramp").reshape(40, 25)
        create(file, "shuffle-deflate", data, [(2, ()), (1, (6,))], (10, 10))
        create(file, "deflate-fletcher", data, [(1, (9,)), (3, ())], (40, 25))
        create(file, "fletcher-odd", samples("u1", 99, "any"), [(3, ())], (33,))
        create(file, "incompressible", samples("<i8", 500, "any"), [(1, (1,)), (32000, ())], (100,))
        for size in (1, 2, 3, 4, 5, 8, 16):
            raw = np.frombuffer(np.random.default_rng(1).bytes(size * 30), f"V{size}")
            create(file, f"shuffle-{size}", raw, [(2, ())], (15,))
        create(file, "deflate-0", data, [(1, (0,))], (20, 25))


def lzf():
    with new("lzf.h5") as file:
        for dtype in ("u1", "<i2", ">i4", "<f8"):
            for kind in ("ramp", "noise", "zeros", "any"):
                name = f"{dtype}-{kind}".replace("<", "le-").replace(">", "be-")
                create(file, name, samples(dtype, 600, kind), [(32000, ())], (200,))
        text = np.frombuffer((b"the quick brown fox jumps over the lazy dog " * 300)[:6000], "S40")
        create(file, "text", text, [(32000, ())], (150,))
        create(file, "shuffled", samples("<f8", 1500, "ramp"), [(2, ()), (32000, ())], (500,))


def bzip2():
    import hdf5plugin  # noqa: F401 registers the filter

    with new("bzip2.h5") as file:
        for kind in ("ramp", "noise", "zeros", "any"):
            create(file, kind, samples("<i4", 2000, kind), [(307, (9,))], (1000,))
        text = np.frombuffer((b"the quick brown fox jumps over the lazy dog " * 300)[:12000], "S40")
        create(file, "text", text, [(307, (1,))], (300,))
        create(file, "runs", np.repeat(samples("u1", 10, "any"), 3000), [(307, (1,))], (30000,))
        create(file, "repeats", np.tile(samples("u1", 300, "any"), 40), [(307, (1,))], (12000,))
        # More than a block of 100 kB.
        create(file, "blocks", samples("u1", 130000, "noise"), [(307, (1,))], (130000,))


def zfp():
    import hdf5plugin  # noqa: F401 registers the filter

    modes = {
        "rate8": hdf5plugin.Zfp(rate=8),
        "rate5.5": hdf5plugin.Zfp(rate=5.5),
        "accuracy": hdf5plugin.Zfp(accuracy=0.01),
        "precision": hdf5plugin.Zfp(precision=14),
        "reversible": hdf5plugin.Zfp(reversible=True),
        "expert": hdf5plugin.Zfp(minbits=20, maxbits=300, maxprec=18, minexp=-12),
    }
    with new("zfp.h5") as file:
        for rank, shape in ((1, (90,)), (2, (13, 18)), (3, (6, 7, 9)), (4, (5, 4, 6, 5))):
            for dtype in ("<f4", "<f8", "<i4", "<i8"):
                for mode, options in modes.items():
                    if mode == "accuracy" and dtype[1] == "i":
                        continue
                    count = int(np.prod(shape))
                    for kind in ("ramp", "any") if mode == "reversible" else ("noise",):
                        data = samples(dtype, count, kind).reshape(shape)
                        create(file, f"{rank}d-{dtype[1:]}-{mode}-{kind}", data, [(32013, options.filter_options)], shape)
        data = samples("<f8", 60 * 50, "ramp").reshape(60, 50)
        create(file, "chunks", data, [(32013, modes["accuracy"].filter_options)], (16, 20))
        create(file, "zeros", np.zeros((9, 9), "<f4"), [(32013, modes["rate8"].filter_options)], (9, 9))
        create(file, "flat", samples("<f4", 64, "ramp").reshape(1, 8, 8), [(32013, modes["rate8"].filter_options)], (1, 8, 8))


def lzo():
    import tables

    path = os.path.join(FOLDER, "lzo.h5")
    with tables.open_file(path, "w") as file:
        file.create_group("/", "filtered")
        file.create_group("/", "plain")
        contents = {f"{d.strip('<>')}_{k}": samples(d, 1000, k) for d in ("u1", "<i4", "<f8") for k in ("ramp", "noise", "zeros", "any")}
        contents["text"] = np.frombuffer((b"the quick brown fox jumps over the lazy dog " * 400)[:8000], "S40")
        contents["long_run"] = np.zeros(30000, "u1")
        contents["far"] = np.tile(samples("u1", 20000, "any"), 3)
        for name, data in contents.items():
            for shuffle in (False, True) if data.dtype.itemsize == 8 else (False,):
                filters = tables.Filters(complevel=5, complib="lzo", shuffle=shuffle)
                full = name + ("_shuffled" if shuffle else "")
                atom = tables.Atom.from_dtype(data.dtype)
                rows = 60000 if name in ("far", "long_run") else 500
                array = file.create_carray("/filtered", full, atom, data.shape, filters=filters, chunkshape=(min(rows, len(data)),))
                array[:] = data
                file.create_array("/plain", full, data)


def user_defined():
    """A filter that no library has: each byte is combined with the first parameter by exclusive or."""
    with new("user-defined.h5") as file:
        data = samples("<i4", 60, "ramp")
        dcpl = h5p.create(h5p.DATASET_CREATE)
        dcpl.set_chunk((20,))
        dcpl.set_fill_time(h5d.FILL_TIME_NEVER)
        dcpl.set_filter(511, OPTIONAL, (0x55, 7))
        space = h5s.create_simple(data.shape)
        dataset = h5d.create(file["filtered"].id, b"data", h5t.STD_I32LE, space, dcpl)
        for start in range(0, 60, 20):
            plain = np.frombuffer(data[start : start + 20].tobytes(), "u1")
            dataset.write_direct_chunk((start,), (plain ^ 0x55).tobytes())
        file["plain"].create_dataset("data", data=data)


WRITERS = [szip, nbit, scale_offset, pipelines, lzf, bzip2, zfp, lzo, user_defined]

if __name__ == "__main__":
    os.makedirs(FOLDER, exist_ok=True)
    for writer in WRITERS:
        if len(sys.argv) == 1 or writer.__name__ in sys.argv[1:]:
            writer()
