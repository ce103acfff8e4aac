"""What only XML tells: fill values of each type and time, and names with the characters that XML reserves."""

import h5py
import numpy as np
from h5py import h5d, h5p, h5s, h5t
from harness import golden, main

TIMES = {'when allocated': h5d.FILL_TIME_ALLOC, 'never': h5d.FILL_TIME_NEVER, 'if set': h5d.FILL_TIME_IFSET}


def filled(group, name, type, time, fill=None):
    properties = h5p.create(h5p.DATASET_CREATE)
    properties.set_fill_time(time)
    if fill is not None:
        properties.set_fill_value(fill)
    h5d.create(group.id, name.encode(), type, h5s.create_simple((3,)), properties)


def string_type(size):
    type = h5t.C_S1.copy()
    type.set_size(size)
    return type


def opaque_type():
    type = h5t.create(h5t.OPAQUE, 6)
    type.set_tag(b'five & <one>')
    return type


def enum_type():
    type = h5t.enum_create(h5t.STD_I32BE)
    for number, label in enumerate((b'R<D', b'GR&N', b'BL"E')):
        type.enum_insert(label, number)
    return type


def record_type():
    type = h5t.create(h5t.COMPOUND, 12)
    type.insert(b"it's", 0, h5t.STD_I32LE)
    type.insert(b'x>y', 4, h5t.IEEE_F64LE)
    return type


@golden('xml-fill-values.h5', 2)
def fill_values(name):
    """Numbers of at least four bytes: of shorter ones, h5dump shows what is in memory behind them."""
    with h5py.File(name, 'w') as file:
        for label, time in TIMES.items():
            group = file.create_group(label)
            filled(group, 'int32 big', h5t.STD_I32BE, time, np.array(-7, '>i4'))
            filled(group, 'int64', h5t.STD_I64LE, time, np.array(-(2**33) - 5, '<i8'))
            filled(group, 'uint32', h5t.STD_U32LE, time, np.array(2**32 - 2, '<u4'))
            filled(group, 'uint64 big', h5t.STD_U64BE, time, np.array(2**40 + 77, '>u8'))
            filled(group, 'float32', h5t.IEEE_F32LE, time, np.array(1.5e30, '<f4'))
            filled(group, 'float32 big', h5t.IEEE_F32BE, time, np.array(-1.5, '>f4'))
            filled(group, 'float64', h5t.IEEE_F64LE, time, np.array(3.14159, '<f8'))
            filled(group, 'float64 big', h5t.IEEE_F64BE, time, np.array(2.71828, '>f8'))
            filled(group, 'negative nan', h5t.IEEE_F32LE, time, np.array(-np.nan, '<f4'))
            filled(group, 'infinity', h5t.IEEE_F32LE, time, np.array(-np.inf, '<f4'))
            filled(group, 'bits', h5t.STD_B32BE, time)
            filled(group, 'opaque', opaque_type(), time)
            filled(group, 'enum', enum_type(), time)
            filled(group, 'record', record_type(), time)
            filled(group, 'array', h5t.array_create(h5t.STD_I32LE, (2, 3)), time)
            filled(group, 'string', string_type(5), time)
            filled(group, 'time', h5t.UNIX_D32LE, time)
            filled(group, 'complex', h5t.COMPLEX_IEEE_F32LE, time)
            if time != h5d.FILL_TIME_NEVER:
                filled(group, 'text', string_type(h5t.VARIABLE), time)
                filled(group, 'sequence', h5t.vlen_create(h5t.STD_I16LE), time)


@golden('xml-names.h5', 2)
def names(name):
    """Objects, links, attributes, members and values that XML has to escape, and links to them."""
    with h5py.File(name, 'w') as file:
        file['a&b<c>"d\'e'] = np.arange(4)
        file['soft<'] = h5py.SoftLink('/a&b<c>"d\'e')
        file['nowhere'] = h5py.SoftLink('no&where')
        file['external&'] = h5py.ExternalLink('o&t.h5', '/x<y')
        file['through external'] = h5py.SoftLink('external&')
        group = file.create_group('g<1>')
        group['sub/values'] = np.arange(5.0)
        group['relative'] = h5py.SoftLink('sub/values')
        group['itself'] = h5py.SoftLink('itself')
        group['again'] = group['sub']
        group['sub/back'] = group
        file['through soft'] = h5py.SoftLink('g<1>/relative')
        file['root'] = h5py.SoftLink('/')
        file['root again'] = file['/']
        file['\u00e9t\u00e9'] = np.dtype('<f4')
        file['t&2'] = file['\u00e9t\u00e9']
        file.create_dataset('uses', (2,), dtype=file['t&2']).attrs.create('t', [1, 2], dtype=file['t&2'])
        file['gone'] = np.dtype('<i2')
        file.create_dataset('uses gone', data=np.arange(3, dtype='<i2'), dtype=file['gone'])
        del file['gone']
        file['unknown'] = np.dtype('<i8')
        file['uses'].attrs.create('unknown', 3, dtype=file['unknown'])
        del file['unknown']
        targets = [file['g<1>/sub/values'], file['g<1>'], file['/'], file['a&b<c>"d\'e']]
        references = [target.ref for target in targets] + [h5py.Reference()]
        file.create_dataset('references', data=references, dtype=h5py.ref_dtype)
        file.attrs.create('r&', references[:2], dtype=h5py.ref_dtype)
        file.attrs['region'] = targets[0].regionref[1:3]
        file.attrs['nothing'] = h5py.Empty('<f4')
        file.attrs['text'] = 'h\u00e9llo <&>"\'\\ \n\t \x01x'
        file.attrs.create('fields', np.array([b'a\0b', b'<c>'], 'S4'))
        texts = file.create_dataset('texts', (3,), dtype=h5py.string_dtype())
        texts[1] = "it's"


main()
