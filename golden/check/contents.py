"""
Tells what h5py reads of files: for each path on a line of stdin a line of JSON, an object from places in the file
("/group/dataset values", "/group @attribute") to what is there. What h5py cannot read is told as such ("unreadable: ...").

A place of each object stands for it: the first that leads there, by the names of links. References are told by the
places of what they lead to, values by their bytes or a digest of them.
"""

import hashlib
import json
import os
import sys

import h5py
import numpy as np

try:
    import hdf5plugin  # noqa: F401 registers filters
except ImportError:
    pass

UNREADABLE = "unreadable: "
LARGEST = 1 << 27
MOST_OBJECTS = 1 << 14
MOST_CHUNKS = 1 << 16


class Contents:
    """What is in a file. Its objects are all found first: references lead to those that come later, too."""

    def __init__(self, file):
        self.file = file
        self.found = {}
        self.places = {}
        self.targets = set()
        objects = []
        self.walk("", file.id, objects)
        for path, thing, info in objects:
            self.object(path, thing, info)

    def tell(self, place, read):
        try:
            self.found[place] = read()
        except Exception as error:
            self.found[place] = UNREADABLE + type(error).__name__

    def walk(self, path, thing, objects):
        """Goes into an object that no link led to before."""
        info = h5py.h5o.get_info(thing)
        known = self.places.get(info.addr)
        if known is not None:
            self.found[path] = "same as " + known
            return
        self.places[info.addr] = path or "/"
        objects.append((path, thing, info))
        if not isinstance(thing, (h5py.h5g.GroupID, h5py.h5f.FileID)):
            return
        names = []
        self.tell(path + "/ links", lambda: thing.links.iterate(names.append) or len(names))
        for name in sorted(names):
            if len(self.places) < MOST_OBJECTS:
                self.link(path, thing, name, objects)

    def link(self, path, group, name, objects):
        place = path + "/" + name.decode("utf8", "surrogateescape")
        try:
            kind = group.links.get_info(name).type
            thing = h5py.h5o.open(group, name) if kind == h5py.h5l.TYPE_HARD else None
        except Exception as error:
            self.found[place] = UNREADABLE + type(error).__name__
            return
        if thing is not None:
            self.walk(place, thing, objects)
        elif kind in (h5py.h5l.TYPE_SOFT, h5py.h5l.TYPE_EXTERNAL):
            self.tell(place, lambda: repr((kind, group.links.get_val(name))))
        else:
            self.found[place] = "user-defined link"

    def object(self, path, thing, info):
        self.found[path + " kind"] = type(thing).__name__
        self.found[path + " link count"] = info.rc
        names = []
        self.tell(path + " attributes", lambda: names.extend(self.attribute_names(thing)) or sorted(map(repr, names)))
        for name in names:
            self.attribute(path + " @" + name.decode("utf8", "surrogateescape"), thing, name)
        if isinstance(thing, h5py.h5d.DatasetID):
            self.dataset(path, thing)
        elif isinstance(thing, h5py.h5t.TypeID):
            self.tell(path + " type", lambda: describe(thing))

    def attribute_names(self, thing):
        return [h5py.h5a.open(thing, index=i).name for i in range(h5py.h5a.get_num_attrs(thing))]

    def attribute(self, place, thing, name):
        def read():
            attribute = h5py.h5a.open(thing, name)
            space = attribute.get_space()
            head = [space_text(space), describe(attribute.get_type())]
            if space.get_simple_extent_type() == h5py.h5s.NULL:
                return head
            if space.get_simple_extent_npoints() * attribute.get_type().get_size() > LARGEST:
                return head
            if crashes(attribute.get_type()):
                return [*head, UNREADABLE]
            values = blank(attribute.shape, attribute.dtype)
            attribute.read(values)
            return [*head, self.digest(values)]

        self.tell(place, read)

    def dataset(self, path, dataset):
        self.tell(path + " space", lambda: space_text(dataset.get_space()))
        self.tell(path + " type", lambda: describe(dataset.get_type()))
        self.tell(path + " creation", lambda: self.creation(dataset.get_create_plist()))
        self.tell(path + " values", lambda: self.values(dataset))

    def creation(self, plist):
        layout = plist.get_layout()
        chunk = plist.get_chunk() if layout == h5py.h5d.CHUNKED else None
        filters = [plist.get_filter(i)[0] for i in range(plist.get_nfilters())]
        external = [repr(plist.get_external(i)) for i in range(plist.get_external_count())]
        virtual = 0
        if layout == h5py.h5d.VIRTUAL:
            virtual = [
                (plist.get_virtual_filename(i), plist.get_virtual_dsetname(i))
                for i in range(plist.get_virtual_count())
            ]
        return [layout, chunk, filters, external, virtual, plist.fill_value_defined(), plist.get_fill_time()]

    def values(self, dataset):
        space = dataset.get_space()
        if space.get_simple_extent_type() == h5py.h5s.NULL:
            return "null"
        if crashes(dataset.get_type()):
            return UNREADABLE
        if space.get_simple_extent_npoints() * dataset.get_type().get_size() > LARGEST:
            return ["too many", self.stored(dataset)]
        values = blank(dataset.shape, dataset.dtype)
        plist = dataset.get_create_plist()
        stored = dataset.get_storage_size()
        whole = stored >= values.size * dataset.get_type().get_size() or (stored > 0 and plist.get_nfilters() > 0)
        # What neither was written nor may be filled is whatever the library's memory holds.
        if plist.get_fill_time() == h5py.h5d.FILL_TIME_NEVER and plist.get_external_count() == 0 and not whole:
            return UNREADABLE + "never initialised"
        if values.size > 0:
            dataset.read(h5py.h5s.ALL, h5py.h5s.ALL, values)
        return self.digest(values)

    def stored(self, dataset):
        """Of a dataset that is too large to be read whole: the elements of each chunk that there is, and those at its ends."""
        space = dataset.get_space()
        if dataset.get_create_plist().get_layout() != h5py.h5d.CHUNKED:
            return "not in chunks"
        chunk = dataset.get_create_plist().get_chunk()
        starts = [dataset.get_chunk_info(i).chunk_offset for i in range(min(dataset.get_num_chunks(), MOST_CHUNKS))]
        starts += [tuple(0 for _ in chunk), tuple((n - 1) // size * size for n, size in zip(dataset.shape, chunk))]
        found = {}
        for start in sorted(set(starts)):
            counts = tuple(min(size, n - at) for at, size, n in zip(start, chunk, dataset.shape))
            values = blank(counts, dataset.dtype)
            space.select_hyperslab(start, counts)
            dataset.read(h5py.h5s.create_simple(counts), space, values)
            found[repr(start)] = self.digest(values)
        return found

    def digest(self, values):
        if not values.dtype.hasobject:
            text = values.tobytes()
            return text.hex() if len(text) <= 16 else hashlib.sha1(text).hexdigest()
        self.targets = set()
        text = repr(self.plain(values))
        if len(text) < 200:
            return text
        short = hashlib.sha1(text.encode("utf8", "surrogatepass")).hexdigest()
        return [short, *sorted(self.targets)] if self.targets else short

    def plain(self, value):
        """A value without objects whose text differs each time."""
        if isinstance(value, np.ndarray) and value.dtype.names is None and not value.dtype.hasobject:
            return value.tobytes()
        if isinstance(value, np.ndarray):
            return [self.plain(each) for each in value.reshape(-1)] if value.shape else self.plain(value[()])
        if isinstance(value, np.void) and value.dtype.names is not None:
            return [self.plain(value[name]) for name in value.dtype.names]
        if isinstance(value, h5py.RegionReference):
            return self.region(value)
        if isinstance(value, h5py.Reference):
            return self.target(value)
        if isinstance(value, np.generic):
            return value.tobytes()
        return value

    def target(self, reference):
        if not reference:
            return "null reference"
        try:
            address = h5py.h5o.get_info(h5py.h5r.dereference(reference, self.file.id)).addr
        except Exception:
            return "stale reference"
        place = self.places.get(address, "elsewhere")
        self.targets.add(place)
        return place

    def region(self, reference):
        if not reference:
            return "null reference"
        try:
            space = h5py.h5r.get_region(reference, self.file.id)
            return [self.target(reference), space.shape, space.get_select_npoints(), space.get_select_bounds()]
        except Exception:
            return "stale reference"


def blank(shape, dtype):
    """An array to be read into, in which what is between the members of compounds is the same each time."""
    return np.empty(shape, dtype) if dtype.hasobject else np.zeros(shape, dtype)


def space_text(space):
    kind = space.get_simple_extent_type()
    if kind != h5py.h5s.SIMPLE:
        return [kind]
    return [kind, space.get_simple_extent_dims(), space.get_simple_extent_dims(True)]


def crashes(datatype):
    """Whether h5py dies of reading a type: of region references in sequences."""
    kind = datatype.get_class()
    if kind == h5py.h5t.COMPOUND:
        return any(crashes(datatype.get_member_type(i)) for i in range(datatype.get_nmembers()))
    if kind == h5py.h5t.ARRAY:
        return crashes(datatype.get_super())
    return kind == h5py.h5t.VLEN and datatype.detect_class(h5py.h5t.REFERENCE)


def describe(datatype):
    """A datatype with all that h5py's types have no room for; its encoding would name a version."""
    kind = datatype.get_class()
    text = [kind, datatype.get_size()]
    if kind == h5py.h5t.COMPOUND:
        for i in range(datatype.get_nmembers()):
            member = datatype.get_member_type(i)
            text.append([repr(datatype.get_member_name(i)), datatype.get_member_offset(i), describe(member)])
    elif kind == h5py.h5t.ENUM:
        text.append(describe(datatype.get_super()))
        for i in range(datatype.get_nmembers()):
            text.append([repr(datatype.get_member_name(i)), str(datatype.get_member_value(i))])
    elif kind == h5py.h5t.ARRAY:
        text += [datatype.get_array_dims(), describe(datatype.get_super())]
    elif kind == h5py.h5t.VLEN:
        text.append(describe(datatype.get_super()))
    elif kind == h5py.h5t.STRING:
        text += [datatype.is_variable_str(), datatype.get_cset(), datatype.get_strpad()]
    elif kind == h5py.h5t.OPAQUE:
        text.append(repr(datatype.get_tag()))
    elif kind in (h5py.h5t.INTEGER, h5py.h5t.FLOAT):
        text += [datatype.get_order(), datatype.get_precision(), datatype.get_offset(), datatype.get_pad()]
        if kind == h5py.h5t.INTEGER:
            text.append(datatype.get_sign())
        elif kind == h5py.h5t.FLOAT:
            text += [datatype.get_fields(), datatype.get_ebias(), datatype.get_norm(), datatype.get_inpad()]
    return text


def contents(path):
    try:
        with h5py.File(path, "r") as file:
            return Contents(file).found
    except Exception as error:
        return {"": UNREADABLE + type(error).__name__}


# Libraries have things to say on stdout, too.
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)
for line in sys.stdin:
    # A process of its own for each: broken files are the end of it now and then.
    child = os.fork()
    if child == 0:
        print(json.dumps(contents(line.rstrip("\n")), sort_keys=True, default=repr), file=answers, flush=True)
        os._exit(0)
    if os.waitpid(child, 0)[1] != 0:
        print(json.dumps({"": UNREADABLE + "crash"}), file=answers, flush=True)
