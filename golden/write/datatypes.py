"""Datatypes: every class, in many forms, with values."""

from ctypes import c_size_t, c_ulonglong, c_void_p

import h5py
import numpy as np
from h5py import h5d, h5s, h5t
from harness import call, create, golden, hid, main, predefined

DEFAULT = hid(0)


def dataset(file, name, type, raw, shape):
    """A dataset of a low-level type, filled with elements in the type itself, so that nothing is converted."""
    made = h5d.create(file.id, name.encode(), type, h5s.create_simple(shape))
    made.write(h5s.ALL, h5s.ALL, np.frombuffer(raw, np.uint8), mtype=type)


def pattern(count, step=37):
    return bytes((number * step + 11) & 0xFF for number in range(count))


@golden('types-integers.h5', 1)
def integers(name):
    with h5py.File(name, 'w') as file:
        for size in (1, 2, 4, 8):
            for order in '<>':
                for kind in 'iu':
                    dtype = np.dtype(f'{order}{kind}{size}')
                    limits = np.iinfo(dtype)
                    file[f'{kind}{size * 8}{"le" if order == "<" else "be"}'] = np.array(
                        [limits.min, limits.max, 0, 1, limits.max // 3], dtype
                    )


@golden('types-integers-odd.h5', 1)
def integers_odd(name):
    with h5py.File(name, 'w') as file:
        for size, precision, offset, base in (
            (4, 17, 0, h5t.STD_I32LE), (4, 20, 7, h5t.STD_U32BE), (3, 24, 0, h5t.STD_I32LE), (2, 9, 4, h5t.STD_I16BE),
            (1, 3, 2, h5t.STD_U8LE), (1, 7, 0, h5t.STD_I8LE), (8, 50, 3, h5t.STD_I64LE), (6, 48, 0, h5t.STD_U64BE),
            (8, 1, 63, h5t.STD_U64LE), (5, 33, 5, h5t.STD_I64BE),
        ):
            type = base.copy()
            type.set_size(max(size, type.get_size()))
            type.set_precision(precision)
            type.set_offset(offset)
            type.set_size(size)
            for low, high in ((0, 0), (1, 1), (0, 2)):
                padded = type.copy()
                padded.set_pad(low, high)
                dataset(file, f'{size}-{precision}-{offset}-{low}{high}', padded, pattern(size * 3), (3,))


@golden('types-floats.h5', 1)
def floats(name):
    with h5py.File(name, 'w') as file:
        values = [0, -0.0, 1, -1.5, 3.14159265358979, 1e-5, 1e10, 65504, np.inf, -np.inf, np.nan]
        for kind in ('f2', 'f4', 'f8'):
            for order in '<>':
                file[f'{kind}{"le" if order == "<" else "be"}'] = np.array(values, order + kind)
        file['small'] = np.array([5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, -4.9e-324, 123456789.123])
        file['small f4'] = np.array([1e-45, 1.17549435e-38, 3.4028235e38, 16777217, 0.1], 'f4')
        file['long double'] = np.array([0, 1, -2.5, 1e-4000, 1e4000, np.inf, np.nan], np.longdouble)
        file['f4 in f8'] = np.array([0.1, 0.2], 'f4').astype('f8')


@golden('types-floats-odd.h5', 1)
def floats_odd(name):
    with h5py.File(name, 'w') as file:
        for label, size, precision, offset, fields, bias, norm, inpad, base in (
            ('24 bit', 3, 24, 0, (23, 16, 7, 0, 16), 63, h5t.NORM_IMPLIED, 0, h5t.IEEE_F32LE),
            ('bfloat16', 2, 16, 0, (15, 7, 8, 0, 7), 127, h5t.NORM_IMPLIED, 0, h5t.IEEE_F32LE),
            ('bfloat16 big', 2, 16, 0, (15, 7, 8, 0, 7), 127, h5t.NORM_IMPLIED, 0, h5t.IEEE_F32BE),
            ('20 of 32 bits', 4, 20, 7, (26, 20, 6, 7, 13), 31, h5t.NORM_IMPLIED, 0, h5t.IEEE_F32LE),
            ('padded', 4, 28, 2, (29, 22, 7, 3, 17), 63, h5t.NORM_IMPLIED, 1, h5t.IEEE_F32LE),
            ('msb set', 4, 32, 0, (31, 23, 8, 0, 23), 127, h5t.NORM_MSBSET, 0, h5t.IEEE_F32LE),
            ('no normalization', 4, 32, 0, (31, 23, 8, 0, 23), 127, h5t.NORM_NONE, 0, h5t.IEEE_F32BE),
            ('eight bits', 1, 8, 0, (7, 3, 4, 0, 3), 7, h5t.NORM_IMPLIED, 0, h5t.IEEE_F32LE),
            ('odd bias', 8, 64, 0, (63, 52, 11, 0, 52), 1000, h5t.NORM_IMPLIED, 0, h5t.IEEE_F64LE),
        ):
            type = base.copy()
            if size > 4:
                type.set_size(8)
            type.set_fields(*fields)
            type.set_offset(offset)
            type.set_precision(precision)
            type.set_size(size)
            type.set_ebias(bias)
            type.set_norm(norm)
            type.set_inpad(inpad)
            dataset(file, label, type, pattern(size * 4), (4,))
        for label, base in (('f32', h5t.IEEE_F32LE), ('f64', h5t.IEEE_F64LE)):
            type = base.copy()
            call('H5Tset_order', hid(type.id), 2)
            dataset(file, f'vax {label}', type, pattern(3 * type.get_size()), (3,))


@golden('types-strings.h5', 1)
def strings(name):
    with h5py.File(name, 'w') as file:
        texts = [b'ab', b'exactly8', b'', b'caf\xc3\xa9', b'a b  ', b'"q"\\n', b'\ttab\n', b'\x01\x7f\xff']
        for pad, label in ((h5t.STR_NULLTERM, 'nullterm'), (h5t.STR_NULLPAD, 'nullpad'), (h5t.STR_SPACEPAD, 'spacepad')):
            for cset, set_label in ((h5t.CSET_ASCII, 'ascii'), (h5t.CSET_UTF8, 'utf8')):
                type = h5t.C_S1.copy()
                type.set_size(8)
                type.set_strpad(pad)
                type.set_cset(cset)
                filler = b' ' if pad == h5t.STR_SPACEPAD else b'\0'
                dataset(file, f'{label} {set_label}', type, b''.join(text.ljust(8, filler) for text in texts), (8,))
        file.create_dataset('variable', data=[text.decode('latin-1') for text in texts[:-1]], dtype=h5py.string_dtype())
        file.create_dataset('variable ascii', data=[b'one', b'', b'three'], dtype=h5py.string_dtype('ascii'))
        file.create_dataset('variable unwritten', (3,), dtype=h5py.string_dtype())
        file['one long'] = 'lorem ipsum dolor sit amet, ' * 12
        file['two dimensions'] = np.array([[b'a', b'bb'], [b'ccc', b'']])
        file['repeats'] = np.array([b'a' * 40, b'bcbcbcbc' * 3, b'x' * 5 + b'y' * 30])
        file.create_dataset('variable repeats', data=['a' * 200, 'ab' * 20, 'z' * 9], dtype=h5py.string_dtype())


@golden('types-bitfields.h5', 1)
def bitfields(name):
    with h5py.File(name, 'w') as file:
        for label in ('STD_B8LE', 'STD_B16BE', 'STD_B32LE', 'STD_B64BE', 'STD_B64LE'):
            type = getattr(h5t, label)
            dataset(file, label, type, pattern(type.get_size() * 4), (4,))
        for label, base, precision, offset in (
            ('part', h5t.STD_B16LE, 9, 3),
            ('one bit', h5t.STD_B8LE, 1, 6),
            ('twenty bits', h5t.STD_B32BE, 20, 0),
        ):
            type = base.copy()
            call('H5Tset_precision', hid(type.id), c_size_t(precision))
            call('H5Tset_offset', hid(type.id), c_size_t(offset))
            dataset(file, label, type, pattern(type.get_size() * 4), (4,))


@golden('types-opaque.h5', 1)
def opaque(name):
    with h5py.File(name, 'w') as file:
        for tag, size in ((b'', 1), (b'a tag', 7), (b'quote " and \\ and \t', 16), (b'large', 60)):
            type = h5t.create(h5t.OPAQUE, size)
            type.set_tag(tag)
            dataset(file, f'{size} bytes', type, pattern(size * 3), (3,))


@golden('types-enums.h5', 1)
def enums(name):
    with h5py.File(name, 'w') as file:
        for label, base in (('i8', 'i1'), ('u16be', '>u2'), ('i32', '<i4'), ('i64be', '>i8')):
            type = h5py.enum_dtype({'RED': 0, 'GREEN': 1, 'a "blue"': 42, 'a name longer than its column': 5}, basetype=base)
            file.create_dataset(label, data=np.array([0, 1, 42, 5, 7], base), dtype=type)
        signed = h5py.enum_dtype({'LESS': -1, 'SAME': 0, 'MORE': 1}, basetype='i2')
        file.create_dataset('signed', data=np.array([-1, 0, 1, -7]), dtype=signed)
        file['bools'] = np.array([[True, False], [False, True]])
        odd = h5t.enum_create(h5t.STD_U8LE)
        odd.enum_insert(b'caf\xc3\xa9', 1)
        odd.enum_insert(b'tab\t', 2)
        odd.enum_insert(b"apostrophe's?", 3)
        dataset(file, 'odd names', odd, b'\1\2\3\4', (4,))


@golden('types-compounds.h5', 1)
def compounds(name):
    with h5py.File(name, 'w') as file:
        inner = np.dtype([('re', '<f4'), ('im', '<f4')])
        middle = np.dtype([('id', '>u2'), ('pair', inner, (2,)), ('name', 'S5')])
        outer = np.dtype(
            {
                'names': ['a', 'nested', 'grid', 'flag', 'a rather long member name', 'quote"s'],
                'formats': ['i1', middle, ('<i2', (2, 3)), '?', '>f8', 'u1'],
                'offsets': [0, 4, 40, 60, 64, 80],
                'itemsize': 96,
            }
        )
        values = np.zeros(3, outer)
        values['a'] = [1, -2, 3]
        values['nested']['id'] = [10, 20, 30]
        values['nested']['pair']['re'] = [[1, 2], [3, 4], [5, 6]]
        values['nested']['name'] = [b'one', b'two', b'three']
        values['grid'] = np.arange(18).reshape(3, 2, 3)
        values['flag'] = [True, False, True]
        values['a rather long member name'] = [0.1, 1e30, -7]
        values['quote"s'] = [7, 8, 9]
        file['outer'] = values
        file['scalar'] = values[0]
        file['one member'] = np.array([(1,), (2,)], [('only', 'i4')])
        wide = np.dtype([(f'member{number}', 'i4') for number in range(30)])
        file['wide'] = np.array([tuple(range(30)), tuple(range(30, 60))], wide)
        text = np.dtype([('fixed', 'S4'), ('variable', h5py.string_dtype()), ('ragged', h5py.vlen_dtype('i2'))])
        table = np.zeros(2, text)
        table['fixed'] = [b'ab', b'cdef']
        table['variable'] = ['eins', 'zw\u00f6lf']
        table['ragged'] = [np.arange(3, dtype='i2'), np.arange(0, dtype='i2')]
        file.create_dataset('text', data=table)
        file.create_dataset('unwritten', (2, 2), dtype=outer)


@golden('types-compounds-latest.h5', 2)
def compounds_latest(name):
    with h5py.File(name, 'w', libver='latest') as file:
        record = np.dtype([('x', 'f4'), ('when', 'S4'), ('grid', 'u1', (2, 2))])
        values = np.zeros((2, 3), record)
        values['x'] = np.arange(6).reshape(2, 3)
        values['when'] = b'now'
        file['values'] = values
        file['type'] = record


@golden('types-arrays.h5', 1)
def arrays(name):
    with h5py.File(name, 'w') as file:
        for label, base, inner in (('one', 'i4', (3,)), ('three', '<u2', (2, 1, 3)), ('text', 'S3', (2,))):
            type = h5t.array_create(h5t.py_create(np.dtype(base)), inner)
            count = int(np.prod(inner))
            data = np.arange(2 * count).astype(base)
            dataset(file, label, type, data.tobytes(), (2,))
        nested = h5t.array_create(h5t.array_create(h5t.STD_I16BE, (2,)), (3,))
        dataset(file, 'array of arrays', nested, np.arange(12, dtype='>i2').tobytes(), (2,))
        record = h5t.py_create(np.dtype([('a', 'i2'), ('b', 'f4')]))
        dataset(file, 'of records', h5t.array_create(record, (2,)), np.arange(6, dtype='u2').tobytes() * 2, (2,))
        file.create_dataset('unwritten', (2,), dtype=np.dtype(('i4', (2, 2))))


@golden('types-variable-length.h5', 1)
def variable_length(name):
    with h5py.File(name, 'w') as file:
        ragged = file.create_dataset('ragged', (4,), dtype=h5py.vlen_dtype('<i4'))
        for number in range(3):
            ragged[number] = np.arange(number * 2)
        floats = file.create_dataset('floats', (2,), dtype=h5py.vlen_dtype('>f8'))
        floats[0] = [1.5, 2.5]
        long = file.create_dataset('long', (2,), dtype=h5py.vlen_dtype('u1'))
        long[0] = np.arange(200)
        long[1] = np.arange(3)
        records = h5t.vlen_create(h5t.py_create(np.dtype([('a', 'i4'), ('b', 'S2')])))
        records.commit(file.id, b'of records')
        h5t.vlen_create(h5t.vlen_create(h5t.STD_I8LE)).commit(file.id, b'of sequences')
        h5t.vlen_create(h5t.array_create(h5t.STD_I8LE, (2,))).commit(file.id, b'of arrays')
        h5t.array_create(h5t.vlen_create(h5t.STD_I8LE), (2,)).commit(file.id, b'array of')


@golden('types-references.h5', 1)
def references(name):
    with h5py.File(name, 'w') as file:
        values = file.create_dataset('group/values', data=np.arange(30).reshape(5, 6))
        line = file.create_dataset('line', data=np.arange(20))
        file['type'] = np.dtype('f4')
        objects = [values.ref, file['group'].ref, file['type'].ref, file['/'].ref, h5py.Reference()]
        file.create_dataset('objects', data=np.array(objects, dtype=object), dtype=h5py.ref_dtype)
        regions = [
            values.regionref[1:3, 2:4],
            line.regionref[2:18:4],
            line.regionref[[1, 5, 7]],
            values.regionref[...],
            h5py.RegionReference(),
        ]
        file.create_dataset('regions', data=np.array(regions, dtype=object), dtype=h5py.regionref_dtype)
        file.create_dataset('scalar', data=values.ref, dtype=h5py.ref_dtype)
        table = np.zeros(2, [('id', 'i4'), ('region', h5py.regionref_dtype)])
        table['region'] = regions[:2]
        file.create_dataset('records', data=table)
        file.attrs['object'] = values.ref
        file.attrs['region'] = values.regionref[0:2, :]
        points = np.zeros((5, 6), bool)
        points[0, 1] = points[3, 4] = points[4, 0] = True
        file.create_dataset('points', data=values.regionref[points], dtype=h5py.regionref_dtype)


@golden('types-references-standard.h5', 2)
def references_standard(name):
    """The references of HDF5 1.12 and later: to objects, to regions, to attributes."""
    with h5py.File(name, 'w', libver='latest') as file:
        values = file.create_dataset('group/values', data=np.arange(12).reshape(3, 4))
        values.attrs['unit'] = np.bytes_('metre')
        block = values.id.get_space()
        block.select_hyperslab((0, 1), (2, 2))
        points = values.id.get_space()
        points.select_elements(np.array([[0, 0], [2, 3]]))
        buffer = np.zeros(5 * 64, np.uint8)
        at = [c_void_p(buffer.ctypes.data + 64 * number) for number in range(5)]
        where = hid(file.id.id)
        call('H5Rcreate_object', where, b'/group/values', DEFAULT, at[0])
        call('H5Rcreate_object', where, b'/group', DEFAULT, at[1])
        call('H5Rcreate_region', where, b'/group/values', hid(block.id), DEFAULT, at[2])
        call('H5Rcreate_attr', where, b'/group/values', b'unit', DEFAULT, at[3])
        call('H5Rcreate_region', where, b'/group/values', hid(points.id), DEFAULT, at[4])
        create_dataset(where, b'references', predefined('STD_REF'), (5,), at[0])
        create_dataset(where, b'unwritten', predefined('STD_REF'), (2,))
        scalar = h5s.create(h5s.SCALAR)
        for label, each in ((b'region', at[2]), (b'attribute', at[3])):
            made = create('H5Acreate2', where, label, predefined('STD_REF'), hid(scalar.id), DEFAULT, DEFAULT)
            call('H5Awrite', made, predefined('STD_REF'), each)
            call('H5Aclose', made)


def create_dataset(where, name, type, shape, data=None):
    space = h5s.create_simple(shape)
    made = create('H5Dcreate2', where, name, type, hid(space.id), DEFAULT, DEFAULT, DEFAULT)
    if data is not None:
        call('H5Dwrite', made, type, hid(0), hid(0), DEFAULT, data)
    call('H5Dclose', made)


@golden('types-complex.h5', 2)
def complex_numbers(name):
    with h5py.File(name, 'w', libver='latest') as file:
        for label in ('COMPLEX_IEEE_F16LE', 'COMPLEX_IEEE_F32BE', 'COMPLEX_IEEE_F64LE', 'NATIVE_LDOUBLE_COMPLEX'):
            type = getattr(h5t, label)
            raw = {
                'COMPLEX_IEEE_F16LE': np.array([1, 2, -3, np.inf, 0.5, -0.0, np.nan, 1], '<f2'),
                'COMPLEX_IEEE_F32BE': np.array([1, 2, -3, -np.inf, 0.1, -0.0, np.nan, 1], '>f4'),
                'COMPLEX_IEEE_F64LE': np.array([1, 2, -3, 1e-300, 0.1, -0.0, np.nan, np.nan], '<f8'),
                'NATIVE_LDOUBLE_COMPLEX': np.array([1, 2, -3, 1e300, 0.1, -0.0, 7, -8], np.longdouble),
            }[label]
            dataset(file, label, type, raw.tobytes(), (4,))


@golden('types-small-floats.h5', 2)
def small_floats(name):
    """The floats of eight bits and fewer, and bfloat16, as HDF5 2 predefines them."""
    with h5py.File(name, 'w', libver='latest') as file:
        for label in ('BFLOAT16LE', 'BFLOAT16BE', 'F8E4M3', 'F8E5M2', 'F6E2M3', 'F6E3M2', 'F4E2M1'):
            type = predefined(f'FLOAT_{label}')
            size = call('H5Tget_size', type, result=c_size_t)
            raw = np.frombuffer(pattern(8 * size), np.uint8).copy()
            create_dataset(hid(file.id.id), label.encode(), type, (8,), c_void_p(raw.ctypes.data))


@golden('types-mixed.h5', 2)
def mixed(name):
    """Types of HDF5 2 inside others, and predefined types that are rarely met."""
    with h5py.File(name, 'w', libver='latest') as file:
        where = hid(file.id.id)
        single = predefined('COMPLEX_IEEE_F32LE')
        pair = create('H5Tarray_create2', single, 1, (c_ulonglong * 1)(2))
        numbers = np.arange(8, dtype='f4')
        create_dataset(where, b'arrays of complex', pair, (2,), c_void_p(numbers.ctypes.data))
        record = create('H5Tcreate', 6, c_size_t(24))
        for label, offset, member in (
            (b'complex', 0, 'COMPLEX_IEEE_F64BE'),
            (b'half', 16, 'IEEE_F16LE'),
            (b'brain', 18, 'FLOAT_BFLOAT16LE'),
            (b'eighth', 20, 'FLOAT_F8E5M2'),
        ):
            call('H5Tinsert', record, label, c_size_t(offset), predefined(member))
        raw = np.arange(48, dtype='u1')
        create_dataset(where, b'records', record, (2,), c_void_p(raw.ctypes.data))
        create_dataset(where, b'records unwritten', record, (2,))
        create_dataset(where, b'sequences of complex', create('H5Tvlen_create', single), (2,))
        create_dataset(where, b'sequences of references', create('H5Tvlen_create', predefined('STD_REF')), (2,))
        for label in ('STD_B16BE', 'NATIVE_LDOUBLE', 'UNIX_D64BE', 'FORTRAN_S1', 'VAX_F32', 'VAX_F64', 'IEEE_F16BE'):
            create_dataset(where, label.encode(), predefined(label), (3,))


main()
