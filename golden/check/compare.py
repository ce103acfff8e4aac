"""Compares files with h5py: reads a line 'A<tab>B' for each pair, and answers with what is different, or an empty line.

What cannot be read in A need not be in B. Compared are links with their kinds and targets, which names are names of one
object, datatypes, shapes, fill values, elements, attributes and their order; references by the paths that they lead to.
"""

import os
import sys

import h5py
import numpy

LARGEST = 1 << 26


class Difference(Exception):
    pass


def links(group):
    """Names with links, in the order of names."""
    return {name: group.get(name, getlink=True) for name in group}


def path_of(f, reference):
    try:
        return h5py.h5r.get_name(reference, f.id)
    except Exception as error:
        return type(error).__name__


def plain(f, value):
    """Values as Python has them, with paths in the place of references."""
    if isinstance(value, h5py.RegionReference):
        try:
            target = h5py.h5r.dereference(value, f.id)
            region = h5py.h5r.get_region(value, f.id)
            return (path_of(f, value), region.get_select_npoints(), h5py.h5i.get_name(target))
        except Exception as error:
            return type(error).__name__
    if isinstance(value, h5py.Reference):
        return path_of(f, value) if value else None
    if isinstance(value, numpy.ndarray):
        if value.dtype.kind == "O" or value.dtype.names is not None:
            return (value.shape, [plain(f, each) for each in value.ravel().tolist()] if value.dtype.names is None
                    else [[plain(f, each) for each in value[name].ravel()] for name in value.dtype.names])
        return (value.shape, value.dtype.str, value.tobytes())
    if isinstance(value, numpy.void):
        if value.dtype.names is not None:
            return [plain(f, value[name]) for name in value.dtype.names]
        return value.tobytes()
    if isinstance(value, (list, tuple)):
        return [plain(f, each) for each in value]
    if isinstance(value, numpy.generic):
        return value.tobytes()
    if isinstance(value, h5py.Empty):
        return "empty"
    return value


def same(a, b):
    if isinstance(a, float) and isinstance(b, float) and a != a and b != b:
        return True
    if isinstance(a, (list, tuple)) and isinstance(b, (list, tuple)):
        return len(a) == len(b) and all(same(x, y) for x, y in zip(a, b))
    return type(a) is type(b) and a == b


def attempt(read):
    """What is read, or that it cannot be."""
    try:
        return True, read()
    except Exception:
        return False, None


def compare(what, read_a, read_b):
    known, a = attempt(read_a)
    if not known:
        return
    known, b = attempt(read_b)
    if not known:
        read_b()
    if not same(a, b):
        raise Difference(f"{what}: {str(a)[:60]} became {str(b)[:60]}")


def attributes(fa, fb, a, b):
    names = lambda item: [h5py.h5a.open(item.id, index=i, index_type=h5py.h5.INDEX_NAME).name for i in range(h5py.h5a.get_num_attrs(item.id))]
    compare("attributes", lambda: names(a), lambda: names(b))
    known, found = attempt(lambda: names(a))
    for name in found or []:
        ia, ib = h5py.h5a.open(a.id, name), h5py.h5a.open(b.id, name)
        kind = lambda i: (i.get_type().get_class(), i.shape, i.get_space().get_simple_extent_type())
        compare(f"attribute {name!r}", lambda: kind(ia), lambda: kind(ib))
        key = name.decode("utf8", "surrogateescape")
        compare(f"value of {name!r}", lambda: plain(fa, a.attrs[key]), lambda: plain(fb, b.attrs[key]))


def fill(item):
    """Whether there is a fill value of the file's own; h5py frees twice those that are elsewhere in memory."""
    if item.dtype.hasobject:
        return False
    return item.id.get_create_plist().fill_value_defined() == h5py.h5d.FILL_VALUE_USER_DEFINED


def dataset(fa, fb, a, b):
    compare("shape", lambda: a.shape, lambda: b.shape)
    compare("class", lambda: a.id.get_type().get_class(), lambda: b.id.get_type().get_class())
    compare("fill value", lambda: plain(fa, a.fillvalue) if fill(a) else None, lambda: plain(fb, b.fillvalue) if fill(b) else None)
    if a.shape is not None and a.size * a.id.get_type().get_size() < LARGEST:
        compare("elements", lambda: plain(fa, a[()]), lambda: plain(fb, b[()]))


def identity(item):
    info = h5py.h5o.get_info(item.id)
    return (info.fileno, h5py.h5o.get_info(item.id).token if hasattr(info, "token") else info.addr)


def walk(fa, fb, a, b, seen):
    attributes(fa, fb, a, b)
    known, found = attempt(lambda: links(a))
    if not known:
        return
    others = links(b)
    if list(found) != list(others):
        raise Difference(f"links of {a.name}: {list(found)[:8]} became {list(others)[:8]}")
    for name, link in found.items():
        other = others[name]
        if type(link) is not type(other):
            raise Difference(f"{a.name}/{name}: another kind of link")
        if isinstance(link, h5py.SoftLink) and link.path != other.path:
            raise Difference(f"{a.name}/{name}: {link.path} became {other.path}")
        if isinstance(link, h5py.ExternalLink) and (link.filename, link.path) != (other.filename, other.path):
            raise Difference(f"{a.name}/{name}: another external link")
        if not isinstance(link, h5py.HardLink):
            continue
        known, child = attempt(lambda: a[name])
        if not known:
            continue
        twin = b[name]
        if type(child) is not type(twin):
            raise Difference(f"{child.name}: {child} became {twin}")
        before, after = identity(child), identity(twin)
        if before in seen or after in seen.values():
            if seen.get(before) != after:
                raise Difference(f"{child.name}: no name of the same object any more")
            continue
        seen[before] = after
        try:
            if isinstance(child, h5py.Group):
                walk(fa, fb, child, twin, seen)
            else:
                attributes(fa, fb, child, twin)
                if isinstance(child, h5py.Dataset):
                    dataset(fa, fb, child, twin)
                elif not child.id.equal(twin.id):
                    compare("type", lambda: child.id.get_class(), lambda: twin.id.get_class())
        except Difference as difference:
            raise Difference(f"{child.name}: {difference}") from None


def answer(a, b):
    try:
        fa = h5py.File(a, "r")
    except Exception:
        return ""
    with fa:
        try:
            with h5py.File(b, "r") as fb:
                walk(fa, fb, fa, fb, {identity(fa): identity(fb)})
        except Difference as difference:
            return str(difference)
        except Exception as error:
            return f"{type(error).__name__}: {error}"
    return ""


for line in sys.stdin:
    a, b, folder = line.rstrip("\n").split("\t")
    os.chdir(folder)
    print(answer(a, b).replace("\n", " "), flush=True)
