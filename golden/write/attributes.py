"""Attributes: compact and dense, of every shape and many types."""

import h5py
import numpy as np
from h5py import h5a, h5s, h5t
from harness import golden, main


@golden('attributes-compact.h5', 1)
def compact(name):
    with h5py.File(name, 'w', libver='earliest') as file:
        variety(file)
        variety(file.create_dataset('values', data=np.arange(3)))


@golden('attributes-compact-latest.h5', 2)
def compact_latest(name):
    with h5py.File(name, 'w', libver='latest') as file:
        variety(file)
        file['type'] = np.dtype('i4')
        variety(file['type'])


def variety(target):
    attrs = target.attrs
    attrs['scalar'] = np.int16(-3)
    attrs['vector'] = np.arange(30, dtype='u8')
    attrs['matrix'] = np.arange(12, dtype='f4').reshape(3, 4) / 7
    attrs['null'] = h5py.Empty('i4')
    attrs['null text'] = h5py.Empty('S10')
    attrs['fixed text'] = np.bytes_('fixed')
    attrs['fixed texts'] = np.array([b'one', b'three', b''])
    attrs['variable text'] = 'caf\u00e9'
    attrs['variable ascii'] = b'bytes'
    attrs.create('variable texts', ['a', 'bc', '', 'd\u00e9f'], dtype=h5py.string_dtype())
    attrs['record'] = np.array([(1, 2.5, b'ab')], dtype=[('i', '<i4'), ('f', '>f8'), ('s', 'S2')])
    attrs['bool'] = True
    attrs['reference'] = target.ref
    attrs['region'] = target.file['/'].ref
    attrs['caf\u00e9'] = 1
    attrs['with "quotes" and\ttab'] = 2
    attrs['opaque'] = np.void(b'\x01\x02\x03\xff')
    attrs.create('ragged', np.array([np.arange(3, dtype='i4'), np.arange(1, dtype='i4')], dtype=object),
                 dtype=h5py.vlen_dtype('i4'))


@golden('attributes-dense.h5', 1)
def dense(name):
    with h5py.File(name, 'w', libver='latest') as file:
        for number in range(20):
            file.attrs[f'attribute {number:02d}'] = np.arange(number % 5, dtype='i4')
        file.attrs.create('last', 'text')
        dataset = file.create_dataset('values', data=np.arange(3))
        for number in range(12):
            dataset.attrs[f'name {number}'] = f'value {number}'


@golden('attributes-dense-huge.h5', 1)
def dense_huge(name):
    """An attribute of more than 64 KiB is in dense storage, a huge object of the heap."""
    with h5py.File(name, 'w', libver='latest') as file:
        file.attrs['big'] = np.zeros(16400, 'i4')
        file.attrs['small'] = np.arange(4, dtype='i4')


@golden('attributes-dense-latest.h5', 2)
def dense_latest(name):
    with h5py.File(name, 'w', libver='latest', track_order=True) as file:
        for number in range(15):
            file.attrs[f'{(number * 7) % 15:02d}'] = number
        for number in range(3):
            file.attrs[f'tiny{number}'] = np.int8(number)


@golden('attributes-creation-order.h5', 1)
def creation_order(name):
    with h5py.File(name, 'w', libver='latest') as file:
        for label, count in (('few', 5), ('many', 24)):
            group = file.create_group(label, track_order=True)
            for number in range(count):
                group.attrs[f'{(number * 5) % count:02d}'] = np.uint8(number)
        del file['many'].attrs['05']


@golden('attributes-shared-type.h5', 1)
def shared_type(name):
    """Attributes and datasets of committed datatypes."""
    for libver in ('earliest', 'latest'):
        with h5py.File(name, 'w' if libver == 'earliest' else 'a', libver=libver) as file:
            group = file.create_group(libver)
            group['record'] = np.dtype([('x', 'f4'), ('y', 'f4')])
            group['text'] = h5py.string_dtype('utf-8', 6)
            group['record'].attrs['note'] = 'a committed type'
            group.attrs.create('point', np.array([(1, 2)], 'f4,f4').view([('x', 'f4'), ('y', 'f4')]), dtype=group['record'])
            group.create_dataset('points', (3,), dtype=group['record'])
            group['points'].attrs.create('label', np.bytes_('abc'), dtype=group['text'])


@golden('attributes-version-1.h5', 1)
def space_kinds(name):
    with h5py.File(name, 'w') as file:
        for label, space in (
            ('scalar', h5s.create(h5s.SCALAR)),
            ('null', h5s.create(h5s.NULL)),
            ('one', h5s.create_simple((1,))),
            ('none', h5s.create_simple((0,))),
            ('four dimensions', h5s.create_simple((2, 1, 2, 2))),
        ):
            attribute = h5a.create(file.id, label.encode(), h5t.STD_I32BE, space)
            shape = space.get_simple_extent_dims() if space.get_simple_extent_type() == h5s.SIMPLE else ()
            if label != 'null':
                attribute.write(np.arange(int(np.prod(shape)), dtype='>i4').reshape(shape))


main()
