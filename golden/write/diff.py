"""Pairs of files that differ in every way that files can: what comparing them says is recorded."""

from ctypes import c_size_t, c_ulonglong, c_void_p

import h5py
import numpy as np
from h5py import h5d, h5s, h5t
from harness import call, create, golden, hid, main, predefined

DEFAULT = hid(0)
NAN = np.nan
INF = np.inf


def low_level(where, name, type, shape, array):
    space = h5s.create_simple(shape)
    made = create('H5Dcreate2', hid(where.id.id), name.encode(), type, hid(space.id), DEFAULT, DEFAULT, DEFAULT)
    array = np.ascontiguousarray(array)
    call('H5Dwrite', made, type, hid(0), hid(0), DEFAULT, c_void_p(array.ctypes.data))
    call('H5Dclose', made)


def fixed(where, name, size, padding, values):
    type = h5t.C_S1.copy()
    type.set_size(size)
    type.set_strpad(padding)
    made = h5d.create(where.id, name.encode(), type, h5s.create_simple((len(values),)))
    raw = b''.join(value.ljust(size, b' ' if padding == h5t.STR_SPACEPAD else b'\0') for value in values)
    made.write(h5s.ALL, h5s.ALL, np.frombuffer(raw, f'S{size}'), mtype=type)


def integers(group, which):
    for size in (1, 2, 4, 8):
        for kind in 'iu':
            for order in '<>':
                dtype = np.dtype(f'{order}{kind}{size}')
                limits = np.iinfo(dtype)
                first = [limits.min, limits.max, 0, 100, 100, 5, 0, 7, limits.min, 3]
                second = [limits.max, limits.min, 0, 101, 110, 5, 9, 0, limits.min + 1, 3]
                group[f'{kind}{size}{"le" if order == "<" else "be"}'] = np.array([first, second][which], dtype)


def clean(numbers):
    """Long doubles with zeros in the bytes that say nothing."""
    if numbers.dtype == np.longdouble:
        numbers.view(np.uint8).reshape(-1, 16)[:, 10:] = 0
    return numbers


def floats(group, which):
    first = [0, -0.0, 1, 1, 100, NAN, NAN, -NAN, 3, INF, INF, 5, 0, 7, 1e-5, 65504]
    second = [-0.0, 0, 1, 1.0009765625, 101, NAN, 2, NAN, NAN, INF, -INF, 5, 9, 0, 1.5e-5, -65504]
    for size in (2, 4, 8):
        for order in '<>':
            group[f'f{size}{"le" if order == "<" else "be"}'] = np.array([first, second][which], f'{order}f{size}')
    # None that are equal: comparing those, h5diff looks at bytes that no one set.
    longs = [[1, 100, NAN, NAN, 3, 5, 0, 7, 1e-5, 65504, INF], [3, 101, NAN, 2, NAN, 5, 9, 0, 1.5e-5, -65504, -INF]]
    group['long double'] = clean(np.array(longs[which], np.longdouble) / (1 if which else 3))
    group['long double near'] = clean(np.array([1, 2, 1e300], np.longdouble) * (1 + which * np.longdouble('3e-19')))
    group['epsilon f4'] = np.array([1, 1, 0, 100], 'f4') + which * np.array([1.1e-7, 1.3e-7, 1.19e-7, 1e-5], 'f4')
    group['epsilon f8'] = np.array([1, 1, 0, 100], 'f8') + which * np.array([2.2e-16, 4.5e-16, 2.22e-16, 1e-12], 'f8')
    for label in ('BFLOAT16LE', 'BFLOAT16BE', 'F8E4M3', 'F8E5M2', 'F6E2M3', 'F6E3M2', 'F4E2M1'):
        type = predefined(f'FLOAT_{label}')
        size = call('H5Tget_size', type, result=c_size_t)
        raw = np.array([(i * (37 + 2 * which) + 11) & (0xFF if size > 1 and 'F8' not in label else 0x0F) for i in range(8 * size)], np.uint8)
        low_level(group, label, type, (8,), raw)


def complexes(group, which):
    numbers = np.array([1, 2, -3, INF, 0.5, -0.0, NAN, 1, 0, 0, 100, 100], 'f8')
    if which:
        numbers = np.array([1, 2, -3, 4, 0.25, 0.0, NAN, 2, 1, 0, 101, 99], 'f8')
    for label, dtype in (
        ('COMPLEX_IEEE_F16LE', '<f2'), ('COMPLEX_IEEE_F32BE', '>f4'), ('COMPLEX_IEEE_F32LE', '<f4'),
        ('COMPLEX_IEEE_F64LE', '<f8'), ('NATIVE_LDOUBLE_COMPLEX', np.longdouble),
    ):
        type = predefined(label)
        low_level(group, label, type, (6,), clean(numbers.astype(dtype)))
    low_level(group, 'scaled', predefined('COMPLEX_IEEE_F64LE' if which else 'COMPLEX_IEEE_F32LE'), (6,), numbers.astype('<f8' if which else '<f4'))


def strings(group, which):
    words = [[b'same', b'short', b'abcdef', b'', b'tab\tx', b'caf\xc3\xa9'], [b'same', b'shorter', b'abXdeY', b'was', b'tab\ny', b'caf\xc3\xa8']][which]
    for label, padding in (('terminated', h5t.STR_NULLTERM), ('padded', h5t.STR_NULLPAD), ('blank', h5t.STR_SPACEPAD)):
        fixed(group, label, 8, padding, words)
        fixed(group, f'{label}, sizes', 8 + 2 * which, padding, words)
    # What is behind the end of a string is whatever was in memory: but for one byte, both are of one length.
    texts = ['same', 'shorts', 'abXdeY', 'was', 'caf\u00e8'] if which else ['same', 'short', 'abcdef', 'saw', 'caf\u00e9']
    group.create_dataset('variable', data=np.array(texts, object), dtype=h5py.string_dtype())
    if which:
        group.create_dataset('mixed', data=np.array([word.decode() for word in words], object), dtype=h5py.string_dtype())
    else:
        group['mixed'] = np.array(words, 'S12')
    group['scalar'] = 'one text' if which else 'one test'
    group['matrix'] = np.array([[b'aa', b'bb'], [b'cc', b'dd' if which else b'dX']])
    fixed(group, 'full', 4, h5t.STR_NULLTERM, [b'abcd', b'abce' if which else b'abcf'])


def compounds(group, which):
    simple = np.dtype([('a', '<i4'), ('b', '<f8'), ('c', '>u2')])
    group['simple'] = np.array([(1, 2, 3), (4, 5 + which, 6 + which), (7, NAN if which else 8, 9)], simple)
    group['aligned'] = np.array([(1, 2, 3), (4, 5 + which, 6)], np.dtype([('a', 'i1'), ('b', '<f8'), ('c', 'i2')], align=True))
    nested = np.dtype([('x', simple, (2,)), ('y', 'S4'), ('z', [('p', 'i1'), ('q', '<f4', (2, 2))])])
    made = np.zeros(3, nested)
    made['y'] = [b'abc', b'abd', b'x' if which else b'xyz']
    made['x']['b'] = np.arange(6).reshape(3, 2) * (1 + which)
    made['z']['q'][1] = which
    group['nested'] = made
    group['wider'] = np.array([(1, 2), (3, 4 + which)], [('a', '<i8' if which else '<i4'), ('b', '<f8' if which else '<f4')])
    group['renamed'] = np.array([(1, 2), (3, 4 + which)], [('a', '<i4'), ('d' if which else 'b', '<i4')])
    group['members'] = np.array([(1, 2, 3)][:1], [('a', 'i4'), ('b', 'i4'), ('c', 'i4')]) if which else np.array([(1, 2)], [('a', 'i4'), ('b', 'i4')])
    group['classes'] = np.array([(1, 2)], [('a', 'i4'), ('b', 'f4' if which else 'i4')])
    group['scalar'] = np.array((1, 2.5 + which), [('a', 'i4'), ('b', 'f4')])
    text = np.dtype([('n', 'i4'), ('s', h5py.string_dtype()), ('v', h5py.vlen_dtype(np.dtype('>i2')))])
    made = np.empty(3, text)
    made['n'] = [1, 2, 3 + which]
    made['s'] = ['a', 'bcd' if which else 'bce', 'longs' if which else 'long']
    for i, each in enumerate([[1, 2], [], [5, 6 + which, 7]]):
        made['v'][i] = np.array(each, '>i2')
    group.create_dataset('texts', data=made, dtype=text)


def sequences(group, which):
    def put(name, dtype, lists, shape=None):
        made = group.create_dataset(name, shape or (len(lists),), dtype=h5py.vlen_dtype(np.dtype(dtype)))
        for i, each in enumerate(lists):
            made[i] = np.array(each, dtype)

    put('integers', '<i4', [[1, 2, 3], [4], [], [7, 8 + which]])
    put('lengths', '<i4', [[1, 2, 3], [4, 5, 6], [7]] if which else [[1, 2, 3], [4, 5], [7]])
    put('big-endian', '>f8', [[1, 2.5 + which], [NAN, NAN], [3]])
    put('wider', '<i8' if which else '<i2', [[1, 2], [3, 4 + which]])
    put('records', [('a', 'i4'), ('b', 'S3')], [[(1, b'ab')], [(2, b'cd'), (3, b'e' if which else b'ef')]])


def others(group, which):
    colours = h5py.enum_dtype({'RED': 0, 'GREEN': 1, 'BLUE': 42})
    group.create_dataset('enum', data=np.array([0, 1, 42, 1 + which * 41, 0], 'i2'), dtype=h5py.enum_dtype({'RED': 0, 'GREEN': 1, 'BLUE': 42}, 'i2'))
    group.create_dataset('enum invalid', data=np.array([0, 7, 8 + which, 1 if which else 9], 'u1'), dtype=h5py.enum_dtype({'RED': 0, 'GREEN': 1, 'BLUE': 42}, 'u1'))
    names = {'RED': 0, 'GREEN': 1, 'VIOLET' if which else 'BLUE': 42}
    group.create_dataset('enum names', data=np.array([0, 1, 42], 'i4'), dtype=h5py.enum_dtype(names, 'i4'))
    values = {'RED': 1, 'GREEN': 0, 'BLUE': 42} if which else {'RED': 0, 'GREEN': 1, 'BLUE': 42}
    group.create_dataset('enum values', data=np.array([0, 1, 42], 'i4'), dtype=h5py.enum_dtype(values, 'i4'))
    group.create_dataset('enum wider', data=np.array([0, 1, 42 if which else 1]), dtype=h5py.enum_dtype({'RED': 0, 'GREEN': 1, 'BLUE': 42}, 'i8' if which else 'i1'))
    group['bool'] = np.array([True, False, bool(which)])
    group['opaque'] = np.array([b'abcd', b'ab\x00' + (b'x' if which else b'y'), b'zzzz'], 'V4')
    group['opaque size'] = np.array([b'abcd', b'abce'], 'V4') if not which else np.array([b'abcdef', b'abcdeg'], 'V6')
    for label, type, raw in (
        ('bitfield', h5t.STD_B16LE, [1, 2 + which, 0x1234]), ('bitfield be', h5t.STD_B32BE, [1, 2 + which, 0x12345678]),
    ):
        made = h5d.create(group.id, label.encode(), type, h5s.create_simple((3,)))
        made.write(h5s.ALL, h5s.ALL, np.array(raw, 'u2' if type is h5t.STD_B16LE else '>u4'), mtype=type)
    group['array'] = np.zeros(2, [('only', '<i4', (2, 3))])
    made = h5d.create(group.id, b'arrays', h5t.array_create(h5t.STD_I32LE, (3,)), h5s.create_simple((2,)))
    made.write(h5s.ALL, h5s.ALL, np.array([[1, 2, 3], [4, 5 + which, 6 + which]], 'i4'), mtype=h5t.array_create(h5t.NATIVE_INT32, (3,)))
    made = h5d.create(group.id, b'arrays shape', h5t.array_create(h5t.STD_I32LE, (3 + which,)), h5s.create_simple((2,)))
    made.write(h5s.ALL, h5s.ALL, np.arange(2 * (3 + which), dtype='i4'), mtype=h5t.array_create(h5t.NATIVE_INT32, (3 + which,)))
    made = h5d.create(group.id, b'arrays signs', h5t.array_create(h5t.STD_U32LE if which else h5t.STD_I32LE, (3,)), h5s.create_simple((2,)))
    made.write(h5s.ALL, h5s.ALL, np.arange(6, dtype='i4'), mtype=h5t.array_create(h5t.NATIVE_INT32, (3,)))
    for label in (b'time',):
        h5d.create(group.id, label, h5t.UNIX_D32LE, h5s.create_simple((2,)))


def shapes(group, which):
    group['matrix'] = np.arange(24, dtype='<i4').reshape(2, 3, 4) + which * np.array([0, 1, 0, 0])
    group['scalar'] = 1 + which
    group['scalar f'] = 1.5 + which
    group['one'] = [3 + which]
    group['rank'] = np.zeros((2, 3) if which else (6,), 'i4')
    group['dimensions'] = np.zeros((2, 4) if which else (2, 3), 'f4')
    group.create_dataset('maximum', data=np.arange(4, dtype='i4') + which, maxshape=(None,) if which else (8,))
    group['class'] = np.zeros(3, 'f4' if which else 'i4')
    group['sign'] = np.zeros(3, 'u4' if which else 'i4')
    group['size'] = np.arange(3, dtype='i2' if which else 'i4') * (1 + which)
    group['float size'] = np.arange(3, dtype='f4' if which else 'f8') / 3
    group['order'] = np.arange(3, dtype='>i4' if which else '<i4')
    group['null'] = h5py.Empty('i4')
    group['empty'] = np.zeros((0, 3), 'i4')
    group.create_dataset('unwritten', (3,), 'i4')
    group.create_dataset('half empty', (3,), 'i4')
    if which:
        group['half empty'][:] = 1
    group.create_dataset('chunked', data=np.arange(100, dtype='i4').reshape(10, 10) * (1 + which), chunks=(3, 4) if which else (10, 2), compression='gzip' if which else None)
    group.create_dataset('filled', (10,), 'i4', chunks=(2,), fillvalue=7)[2:4] = 7 + which


def attributes(group, which):
    group.attrs['common'] = 1
    group.attrs['different'] = [1, 2, 3 + which]
    group.attrs['scalar'] = 5 + which
    group.attrs['matrix'] = np.array([[1.5, 2], [3, 4 + which]])
    group.attrs['text'] = 'two' if which else 'one'
    group.attrs['texts'] = np.array([b'abc', b'abd' if which else b'abe'])
    group.attrs['zz after texts'] = 1 + which
    group.attrs['variable'] = ['x', 'yy' if which else 'zz']
    group.attrs['record'] = np.array((1, 2 + which), [('a', 'i4'), ('b', 'f4')])
    group.attrs['class'] = 1.5 if which else 1
    group.attrs['shape'] = np.zeros(3 + which)
    group.attrs['rank'] = np.zeros((3, 1) if which else 3)
    group.attrs['null'] = h5py.Empty('i4') if which else np.int32(0)
    group.attrs['empty'] = np.zeros(0)
    group.attrs['only in two' if which else 'only in one'] = 1
    group.attrs['size'] = np.int64(5) if which else np.int16(5)
    group.attrs['enum'] = np.bool_(which)


def everything(name, which):
    with h5py.File(name, 'w', libver='latest') as file:
        for make in (integers, floats, complexes, strings, compounds, sequences, others, shapes):
            make(file.create_group(make.__name__), which)
        attributes(file.create_group('attributes'), which)
        data = file.create_dataset('attributes/data', data=[1, 2, 3])
        attributes(data, which)
        file['attributes/type'] = np.dtype('i4')
        file['attributes/type'].attrs['a'] = 1 + which
        file['attributes/other type'] = np.dtype('i4' if which else 'f4')
        file['attributes/record type'] = np.dtype([('a', 'i4'), ('b', 'f4')])
        file['attributes/text type'] = h5py.string_dtype()
        if which:
            file.create_group('only 2/below')
            file['a-b'] = 1
        else:
            file.create_group('a/x')
            file['a b'] = 1
            file['only 1'] = 1


@golden('diff-1.h5', 2)
def first(name):
    everything(name, 0)


@golden('diff-2.h5', 2)
def second(name):
    everything(name, 1)


def linked(name, which):
    with h5py.File(name, 'w') as file:
        file['data'] = [1, 2, 3 + which]
        file['group/inner'] = [1]
        file['group/again'] = file['data']
        file['group/self'] = file['group']
        file['soft same'] = h5py.SoftLink('/data')
        file['soft group'] = h5py.SoftLink('/group')
        file['soft other'] = h5py.SoftLink('/group/inner' if which else '/data')
        file['soft dangling'] = h5py.SoftLink('/nowhere')
        file['soft half'] = h5py.SoftLink('/data' if which else '/nowhere')
        file['soft or hard'] = file['data'] if which else h5py.SoftLink('/data')
        file['external'] = h5py.ExternalLink('diff-links-1.h5', '/data')
        file['external group'] = h5py.ExternalLink('diff-links-2.h5' if which else 'diff-links-1.h5', '/group')
        file['external dangling'] = h5py.ExternalLink('diff-missing.h5', '/data')
        file['external half'] = h5py.ExternalLink('diff-links-1.h5', '/data' if which else '/nothing')
        file['kind'] = [1] if which else np.dtype('i4')
        file['group/type'] = np.dtype('i4')


@golden('diff-links-1.h5', 2)
def first_links(name):
    linked(name, 0)


@golden('diff-links-2.h5', 2)
def second_links(name):
    linked(name, 1)


def referring(name, which):
    with h5py.File(name, 'w') as file:
        file['pad'] = np.zeros(5 + 20 * which)
        file['data'] = np.arange(20, dtype='i4').reshape(4, 5) * (1 + which)
        file['same'] = np.arange(3)
        file.create_group('group')
        file['type'] = np.dtype('i4')
        file['data'].attrs['note'] = 5 + which
        reference = h5py.ref_dtype

        def put(label, targets, where=file):
            made = where.create_dataset(label, (len(targets),), dtype=reference)
            for i, target in enumerate(targets):
                if target is not None:
                    made[i] = file[target].ref

        put('objects', ['data', 'same', 'group', 'type', None])
        put('objects same', ['same', 'same'])
        put('objects null', [None if which else 'same', None])
        put('objects kinds', ['group' if which else 'same'])
        regions = file.create_dataset('regions', (4,), dtype=h5py.regionref_dtype)
        regions[0] = file['data'].regionref[1:3, which:2 + which]
        regions[1] = file['data'].regionref[::2, 1]
        regions[2] = file['data'].regionref[0:1, 0:2 + which]
        points = h5s.create_simple((4, 5))
        points.select_elements(np.array([[0, 0], [1, 1 + which], [3, 3]]))
        regions[3] = h5py.h5r.create(file.id, b'/data', h5py.h5r.DATASET_REGION, points)
        file.attrs['objects'] = np.array([file['data'].ref, file['same'].ref], dtype=reference)
        file['record'] = np.array([(1, file['data'].ref), (2 + which, file['same'].ref)], [('n', 'i4'), ('r', reference)])
        file['sequences'] = np.zeros(0)
        scale = file.create_dataset('axis', data=[1, 2, 3, 4])
        scale.make_scale('axis')
        file['data'].dims[0].attach_scale(scale)


@golden('diff-references-1.h5', 2)
def first_references(name):
    referring(name, 0)


@golden('diff-references-2.h5', 2)
def second_references(name):
    referring(name, 1)


def texts(name, which):
    with h5py.File(name, 'w', libver='latest') as file:
        file.attrs['texts'] = np.array(['two', 'one'][which:] + ['two'][:which], 'S3')
        file['number'] = which


@golden('diff-texts-1.h5', 2)
def first_texts(name):
    texts(name, 0)


@golden('diff-texts-2.h5', 2)
def second_texts(name):
    texts(name, 1)


if __name__ == '__main__':
    main()
