"""Changes elements that are in other files, or of other datasets, with `h5 set`, `h5 append` and `h5 resize` and with h5py,
each in a folder of its own: either both refuse and nothing is changed, or all files read the same afterwards.

    python3 golden/check/outside.py [--rounds N] [--seed N]

Needs h5py on HDF5 2.2, numpy, node, and the built commands.
"""

import argparse
import os
import pathlib
import random
import shutil
import subprocess
import tempfile

import h5py
import numpy as np

H5 = pathlib.Path(__file__).resolve().parents[2] / "bin" / "h5"
UNLIMITED = h5py.h5s.UNLIMITED


def external(rng, f):
    """A dataset whose elements are in parts of other files, some of which are not there."""
    rank = rng.randint(1, 2)
    shape = [rng.randint(1, 6) for _ in range(rank)]
    kind = np.dtype(rng.choice(["i4", ">u2", "f8", "i1"]))
    growing = rng.random() < 0.6
    most = [shape[0] + rng.randint(0, 4), *shape[1:]]
    left = int(np.prod(most)) * kind.itemsize
    parts = []
    while left > 0:
        size = rng.randint(1, left)
        parts.append((rng.choice(["a.bin", "b.bin", "c.bin", "d.bin"]), rng.randint(0, 9) + 100 * len(parts), size))
        left -= size
    endless = growing and rng.random() < 0.5
    if endless:
        parts[-1] = (*parts[-1][:2], h5py.h5f.UNLIMITED)
    limits = [None if endless else most[0], *shape[1:]] if growing else None
    f.create_dataset("x", shape, kind, external=parts, maxshape=limits)
    for name in rng.sample(["a.bin", "b.bin", "c.bin", "d.bin"], rng.randint(2, 4)):
        np.arange(rng.randint(0, 400), dtype="u1").tofile(name)


def sources(rng, f):
    """Datasets for others to be made of, in this file and in other ones."""
    found = []
    for name in ["s0.h5", "s1.h5", "."]:
        with (h5py.File(name, "w", libver="latest") if name != "." else None) or NoFile(f) as other:
            for path in ["p", "q"]:
                shape = (rng.randint(2, 5), rng.randint(2, 5))
                kind = rng.choice(["i4", "i2", "f8"])
                chunks = rng.choice([None, (2, 2)])
                limits = (None, shape[1]) if chunks else None
                other.create_dataset(path, data=np.arange(np.prod(shape)).reshape(shape).astype(kind), chunks=chunks, maxshape=limits)
                found.append((name, path, shape))
    return found


class NoFile:
    def __init__(self, file):
        self.file = file

    def __enter__(self):
        return self.file

    def __exit__(self, *_):
        return None


def virtual(rng, f):
    """A dataset with boxes of others, side by side, with gaps, overlaps, and sources that are not there."""
    found = sources(rng, f)
    if rng.random() < 0.3:
        found.append(("gone.h5", "p", (2, 3)))
    if rng.random() < 0.2:
        numbered(rng, f)
        return
    rng.shuffle(found)
    chosen = found[: rng.randint(1, 4)]
    width = max(shape[1] for _, _, shape in chosen) + rng.choice([0, 0, 1])
    rows = 0
    places = []
    for name, path, shape in chosen:
        rows += rng.choice([0, 0, 0, 1]) - (rng.choice([0, 0, 0, 1]) if rows > 0 else 0)
        places.append((rows, name, path, shape))
        rows += shape[0]
    step = rng.choice([1, 1, 2])
    layout = h5py.VirtualLayout((rows * step, width), dtype=rng.choice(["i4", "i2", "f8"]), maxshape=rng.choice([None, (None, width)]))
    for row, name, path, shape in places:
        layout[row * step : (row + shape[0]) * step : step, : shape[1]] = h5py.VirtualSource(name, path, shape)
    f.create_virtual_dataset("x", layout, fillvalue=-1)


def numbered(rng, f):
    """Blocks of sources that are numbered, of which one may be missing."""
    for i in range(rng.randint(1, 3)):
        if i == 1 and rng.random() < 0.5:
            continue
        with h5py.File(f"n{i}.h5", "w") as other:
            other["d"] = np.arange(6, dtype="i4").reshape(2, 3)
    plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    space = h5py.h5s.create_simple((2, 3), (UNLIMITED, 3))
    space.select_hyperslab((0, 0), (UNLIMITED, 1), (2, 3), (2, 3))
    plist.set_virtual(space, b"n%b.h5", b"d", h5py.h5s.create_simple((2, 3)))
    h5py.h5d.create(f.id, b"x", h5py.h5t.STD_I32LE, h5py.h5s.create_simple((2, 3), (UNLIMITED, 3)), plist)


def slab(rng, shape):
    """Start, stride, count and block along each axis."""
    axes = []
    for size in shape:
        start = rng.randint(0, max(0, size - 1))
        left = max(1, size - start)
        block = rng.choice([1, 1, rng.randint(1, left)])
        stride = block + rng.randint(0, 2)
        count = rng.randint(1, max(1, (left - block) // stride + 1))
        axes.append((start, stride, count, block))
    return axes


def write_all(d, values):
    d.id.write(h5py.h5s.ALL, h5py.h5s.ALL, values.astype(d.dtype))


def change(rng, shape):
    """
    Arguments for `h5`, and what does the same with h5py: in the dataset's own type and without offsets, since the library
    takes the values for such of its type, and forgets the offset, where it hands them on to sources.
    """
    what = rng.choice(["set", "set", "set", "set all", "append", "resize"])
    if what == "set all":
        value = rng.randint(0, 100)
        return ["set", "data.h5/x", str(value)], lambda d: write_all(d, np.full(d.shape, value))
    if what == "set":
        axes = slab(rng, shape)
        count = int(np.prod([count * block for _, _, count, block in axes]))
        values = [rng.randint(0, 100) for _ in range(count)]
        options = [f"--{name}={','.join(str(axis[i]) for axis in axes)}" for i, name in enumerate(["start", "stride", "count", "block"])]

        def write(d):
            space = h5py.h5s.create_simple(d.shape)
            space.select_hyperslab(*[tuple(axis[i] for axis in axes) for i in [0, 2, 1, 3]])
            d.id.write(h5py.h5s.create_simple((count,)), space, np.array(values, dtype=d.dtype))

        return ["set", *options, "data.h5/x", *map(str, values)], write
    if what == "append":
        rows = rng.randint(1, 2)
        count = rows * int(np.prod(shape[1:]))
        values = [rng.randint(0, 100) for _ in range(count)]

        def append(d):
            before = d.shape[0]
            d.id.set_extent((before + rows, *d.shape[1:]))
            space = h5py.h5s.create_simple(d.shape)
            space.select_hyperslab((before, *[0 for _ in shape[1:]]), (rows, *shape[1:]))
            d.id.write(h5py.h5s.create_simple((count,)), space, np.array(values, dtype=d.dtype))

        return ["append", "data.h5/x", *map(str, values)], append
    size = [max(0, shape[0] + rng.randint(-2, 3)), *shape[1:]]
    return ["resize", "data.h5/x", ",".join(map(str, size))], lambda d: d.id.set_extent(tuple(size))


def contents():
    """What all files have: those of HDF5 as h5py reads them."""
    found = {}
    for path in sorted(pathlib.Path(".").iterdir()):
        if path.suffix != ".h5":
            found[path.name] = path.read_bytes()
            continue
        with h5py.File(path) as f:
            for name in f:
                try:
                    found[f"{path}/{name}"] = (f[name].shape, f[name][()].tobytes())
                except OSError:
                    found[f"{path}/{name}"] = (f[name].shape, "unreadable")
    return found


def shown(what):
    return repr(what) if len(repr(what)) < 400 else f"{repr(what)[:400]} ..."


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    os.environ.pop("HDF5_EXTFILE_PREFIX", None)
    wrong = 0
    done = {"changed": 0, "refused": 0}
    for number in range(asked.rounds):
        rng = random.Random(asked.seed * 1_000_003 + number)
        with tempfile.TemporaryDirectory() as root:
            mine, theirs = pathlib.Path(root, "h5kit"), pathlib.Path(root, "h5py")
            mine.mkdir()
            os.chdir(mine)
            kind = rng.choice([external, virtual])
            with h5py.File("data.h5", "w", libver="latest") as f:
                kind(rng, f)
            shutil.copytree(mine, theirs)
            with h5py.File("data.h5") as f:
                shape = f["x"].shape
            before = contents()
            argv, step = change(rng, shape)
            ours = subprocess.run(["node", H5, *argv], capture_output=True, text=True)
            lines = ours.stderr.splitlines()
            after = contents()
            os.chdir(theirs)
            refused = None
            try:
                with h5py.File("data.h5", "r+") as f:
                    step(f["x"])
            except (OSError, RuntimeError, ValueError) as error:
                refused = error
            expected = contents() if refused is None else before
            what = f"{number}: {kind.__name__} {shape}, h5 {' '.join(argv)}"
            if (ours.returncode == 0) != (refused is None) or after != expected or len(lines) > 1:
                wrong += 1
                print(f"{what}: {ours.stderr.strip() or 'changed'} | {refused or 'changed'}")
                for place in sorted({*after, *expected}):
                    if after.get(place) != expected.get(place):
                        print(f"  {place}: {shown(after.get(place))} | {shown(expected.get(place))}")
            else:
                done["changed" if refused is None else "refused"] += 1
            os.chdir(root)
    print(f"{asked.rounds} rounds, {wrong} differences, {done}")
    return 1 if wrong > 0 else 0


if __name__ == "__main__":
    raise SystemExit(main())
