"""Corners where features meet: what is printed of them follows from none of the features alone."""

from ctypes import byref, c_char

import h5py
import numpy as np
from h5py import h5a, h5d, h5p, h5s, h5t
from harness import call, create, golden, hid, main, predefined


def enumeration(members, base=h5t.STD_U64BE):
    made = h5t.enum_create(base)
    for name, value in members:
        call('H5Tenum_insert', hid(made.id), name, value.to_bytes(base.get_size(), 'big'))
    return made


@golden('corners-storage.h5', 2)
def storage(name):
    with h5py.File(name, 'w', libver='latest', userblock_size=512) as file:
        properties = h5p.create(h5p.DATASET_CREATE)
        properties.set_chunk((2, 4))
        properties.set_alloc_time(h5d.ALLOC_TIME_EARLY)
        space = h5s.create_simple((4, 3), (5, 9))
        made = h5d.create(file.id, b'may grow', h5t.STD_I16LE, space, properties)
        made.write(h5s.ALL, h5s.ALL, np.arange(12, dtype='<i2').reshape(4, 3))
        file.create_dataset('not written', (7,), '<f8')


@golden('corners-addresses.h5', 2)
def addresses(name):
    # As types-variable-length.h5 has them, where addresses take eight bytes.
    properties = h5p.create(h5p.FILE_CREATE)
    properties.set_sizes(4, 4)
    with h5py.File(h5py.h5f.create(name.encode(), h5py.h5f.ACC_TRUNC, properties)) as file:
        ragged = file.create_dataset('ragged', (4,), h5py.vlen_dtype('<i4'))
        ragged[1] = np.arange(2)
        ragged[2] = [0, 1, 5, 3]
        h5t.vlen_create(h5t.vlen_create(h5t.STD_I8LE)).commit(file.id, b'of sequences')
        h5t.vlen_create(h5t.array_create(h5t.STD_I8LE, (3,))).commit(file.id, b'of arrays')


@golden('corners-lines.h5', 2)
def lines(name):
    with h5py.File(name, 'w', libver='latest') as file:
        members = ((b'all ones', 2**64 - 1), (b'a name as long as lines are ' * 3, 1), (b'short', 2))
        values = np.array([1, 2, 3, 2**64 - 1, 4], '>u8')
        numbers = enumeration(members)
        made = h5d.create(file.id, b'enumeration', numbers, h5s.create_simple((5,)))
        made.write(h5s.ALL, h5s.ALL, values, mtype=numbers)
        numbers.commit(file.id, b'committed')
        kept = b'a', b'two\n', b'\1\2\3', b'four', b'', b'sixsix', b'12345678', b'\xff'
        texts = np.array([kept, kept[::-1]], 'S8')
        rows = h5t.array_create(h5t.py_create(texts.dtype), (8,))
        h5a.create(file['/'].id, b'texts', rows, h5s.create_simple((2,))).write(texts, mtype=rows)
        references(file)


def references(file):
    """All of a dataset, of which no brace tells, and then an attribute whose brace does not fit the width."""
    room = (c_char * 128)()
    where = hid(file.id.id)
    every = h5s.create_simple((5,))
    call('H5Rcreate_region', where, b'enumeration', hid(every.id), hid(0), room)
    call('H5Rcreate_attr', where, b'/', b'texts', hid(0), byref(room, 64))
    kind = predefined('STD_REF')
    space = h5s.create_simple((2,))
    made = create('H5Dcreate2', where, b'references', kind, hid(space.id), hid(0), hid(0), hid(0))
    call('H5Dwrite', made, kind, hid(0), hid(0), hid(0), room)
    call('H5Dclose', made)


@golden('corners-enums.h5', 2)
def enums(name):
    """Values without a name, of numbers that do not have all the bits of theirs."""
    with h5py.File(name, 'w', libver='latest') as file:
        for whole, precision in ((h5t.STD_I64BE, 20), (h5t.STD_U64BE, 40), (h5t.STD_U8BE, 6), (h5t.STD_I32BE, 24)):
            base = whole.copy()
            base.set_precision(precision)
            numbers = enumeration(((b'none', 0), (b'one', 1)), base)
            size = base.get_size()
            made = h5d.create(file.id, b'%d of %d' % (precision, 8 * size), numbers, h5s.create_simple((3,)))
            raw = b''.join(value.to_bytes(size, 'big') for value in (1, 5, 0))
            made.write(h5s.ALL, h5s.ALL, np.frombuffer(raw, np.uint8), mtype=numbers)


@golden('corners-characters.h5', 1)
def characters(name):
    with h5py.File(name, 'w') as file:
        file.create_dataset('empty', (0,), 'i1', maxshape=(None,))
        file['rows'] = np.arange(65, 89, dtype='i1').reshape(4, 6)
        file['line'] = np.arange(65, 91, dtype='u1')
        file['null'] = h5py.Empty('i1')
        file.attrs['none'] = np.zeros((3, 0), 'u1')
        file.attrs['null'] = h5py.Empty('i1')
        file['objects'] = np.array([file['line'].ref, file['rows'].ref], h5py.ref_dtype)
        file['regions'] = np.array([file['line'].regionref[2:5]], h5py.regionref_dtype)


@golden('corners-committed.h5', 2)
def committed(name):
    """A dataset with two links whose datatype comes behind it."""
    with h5py.File(name, 'w', libver='latest') as file:
        file['type'] = np.dtype('<i4')
        file.create_dataset('dataset', (2,), file['type'])
        file['link'] = file['dataset']


def raw_dataset(file, name, kind, elements, properties=None):
    made = h5d.create(file.id, name, kind, h5s.create_simple((len(elements),)), properties)
    made.write(h5s.ALL, h5s.ALL, np.frombuffer(b''.join(elements), np.uint8), mtype=kind)
    return made


@golden('corners-numbers.h5', 2)
def numbers(name):
    """Numbers whose other bits are set too, or that are too large for those of the processor."""
    with h5py.File(name, 'w', libver='latest') as file:
        for order, whole in (('big', h5t.STD_I16BE), ('little', h5t.STD_I16LE)):
            short = whole.copy()
            short.set_precision(14)
            elements = [value.to_bytes(2, order) for value in (5, 0x2000, 0x3FFF, 0xFFFF)]
            made = raw_dataset(file, f'14 of 16 {order}'.encode(), short, elements)
            h5a.create(made, b'attribute', h5t.STD_I32BE, h5s.create_simple((3,))).write(np.array([1, 5, -2], '>i4'))
        float_type = h5t.IEEE_F32LE.copy()
        float_type.set_fields(29, 19, 10, 0, 19)
        float_type.set_ebias(511)
        float_type.set_precision(30)
        elements = [value.to_bytes(4, 'little') for value in (0x0FF80000, 0x1FF00000, 0x3FE80000, 0x00080001, 0x1FF80001)]
        raw_dataset(file, b'exponents of 10 bits', float_type, elements)
        for base, members in (
            (h5t.STD_I8BE, (1, 92)),
            (h5t.STD_U8BE, (1, 255)),
            (part_of(h5t.STD_U64BE, 53, 0), (8, 0x0100000000000008)),
            (part_of(h5t.STD_I8LE, 6, 1), (0x7E, 2)),
            (part_of(h5t.STD_I32LE, 20, 4), (0x12340, 0xFFFFF0)),
        ):
            order = 'big' if base.get_order() == h5t.ORDER_BE else 'little'
            size = base.get_size()
            made = h5t.enum_create(base)
            for number, value in enumerate(members):
                call('H5Tenum_insert', hid(made.id), b'member %d' % number, value.to_bytes(size, order))
            elements = [value.to_bytes(size, order) for value in (*members, 99)]
            raw_dataset(file, f'enumeration of {8 * size} bits {order} {base.get_sign()}'.encode(), made, elements)
        h5a.create(file['/'].id, b'time', h5t.UNIX_D32LE, h5s.create_simple((2,)))
        h5a.create(file['/'].id, b'no time', h5t.UNIX_D64BE, h5s.create(h5s.NULL))
        properties = h5p.create(h5p.DATASET_CREATE)
        call('H5Pset_fill_value', hid(properties.id), hid(h5t.UNIX_D32LE.id), bytes(4))
        h5d.create(file.id, b'times', h5t.UNIX_D32LE, h5s.create_simple((2,)), properties)
        file['reference'] = file['times'].ref


def part_of(whole, precision, offset):
    part = whole.copy()
    part.set_precision(precision)
    part.set_offset(offset)
    return part


@golden('corners-names.h5', 2)
def names(name):
    """Names with the character that marks where the reference may break lines, and more parameters than are usual."""
    with h5py.File(name, 'w', libver='latest') as file:
        file.create_dataset('a\1b\1', data=np.zeros(2, [('x\1', 'i1'), ('\1y', 'i1')]))
        file.create_group('a group\1 with').attrs['an\1attribute'] = 1
        file['link\1'] = h5py.SoftLink('nowhere')
        properties = h5p.create(h5p.DATASET_CREATE)
        properties.set_chunk((2,))
        properties.set_filter(30000, h5py.h5z.FLAG_OPTIONAL, tuple(range(30)))
        h5d.create(file.id, b'filtered', h5t.STD_I32LE, h5s.create_simple((4,)), properties)


@golden('corners-links.h5', 2)
def links(name):
    with h5py.File(name, 'w', libver='latest') as file:
        file['a soft link'] = h5py.SoftLink('/')
        for number, other in enumerate(('group-empty.h5', 'links-compact.h5', 'nowhere.h5', 'links-compact.h5')):
            file[f'link {number}'] = h5py.ExternalLink(other, '/' if number < 3 else '/a')


main()
