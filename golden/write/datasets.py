"""Datasets: dataspaces, layouts, chunk indexes, filters, fill values."""

import h5py
import numpy as np
from h5py import h5d, h5p, h5s, h5t, h5z
from harness import call, golden, hid, main

FIVE = np.arange(35, dtype='<i4').reshape(5, 7)


def plist():
    return h5p.create(h5p.DATASET_CREATE)


def made(file, name, dcpl, type, shape, most=None, data=None):
    """A dataset made with a property list of its own; `data` is written where it is given."""
    space = h5s.create_simple(shape, most)
    dataset = h5py.Dataset(h5d.create(file.id, name.encode(), type, space, dcpl))
    if data is not None:
        dataset[...] = data
    return dataset


@golden('spaces.h5', 1)
def spaces(name):
    for libver in ('earliest', 'latest'):
        with h5py.File(name, 'w' if libver == 'earliest' else 'a', libver=libver) as file:
            group = file.create_group(libver)
            group['scalar'] = np.float64(2.5)
            group['null'] = h5py.Empty('f4')
            group['one'] = np.array([7])
            group['none'] = np.zeros(0)
            group['none in the middle'] = np.zeros((2, 0, 3))
            group['five dimensions'] = np.arange(32, dtype='u1').reshape(2, 2, 2, 2, 2)
            group.create_dataset('unlimited', data=np.arange(5), maxshape=(None,))
            group.create_dataset('may grow', data=np.arange(6).reshape(2, 3), maxshape=(10, None), chunks=(2, 2))
            group.create_dataset('fixed maximum', data=np.arange(4), maxshape=(4,))
            group.create_dataset('empty unlimited', (0,), maxshape=(None,), dtype='i4')
            group.create_dataset('thirty-two', data=np.zeros((1,) * 32, 'i1'))


@golden('layouts.h5', 1)
def layouts(name):
    for libver in ('earliest', 'latest'):
        with h5py.File(name, 'w' if libver == 'earliest' else 'a', libver=libver) as file:
            group = file.create_group(libver)
            dcpl = plist()
            dcpl.set_layout(h5d.COMPACT)
            made(group, 'compact', dcpl, h5t.STD_I16LE, (5, 7), data=FIVE)
            made(group, 'contiguous', plist(), h5t.STD_I16LE, (5, 7), data=FIVE)
            made(group, 'contiguous unwritten', plist(), h5t.STD_I16LE, (5, 7))
            early = plist()
            early.set_alloc_time(h5d.ALLOC_TIME_EARLY)
            made(group, 'contiguous early', early, h5t.STD_I16LE, (5, 7))
            group.create_dataset('chunked', data=FIVE, chunks=(2, 3))
            group.create_dataset('chunked unwritten', (5, 7), 'i4', chunks=(2, 3))
            partly = group.create_dataset('chunked in part', (20, 20), 'i4', chunks=(4, 5), fillvalue=-1)
            partly[9:11, 4:6] = 5


@golden('chunk-indexes.h5', 1)
def chunk_indexes(name):
    with h5py.File(name, 'w', libver='latest') as file:
        chunk_variety(file)


@golden('chunk-indexes-latest.h5', 2)
def chunk_indexes_latest(name):
    with h5py.File(name, 'w', libver='latest') as file:
        chunk_variety(file)


@golden('chunk-indexes-old.h5', 1)
def chunk_indexes_old(name):
    with h5py.File(name, 'w', libver='earliest') as file:
        chunk_variety(file)


def chunk_variety(file):
    line = np.arange(90, dtype='i2')
    for label, filters in (('plain', {}), ('filtered', {'compression': 'gzip', 'shuffle': True})):
        group = file.create_group(label)
        group.create_dataset('single chunk', data=FIVE, chunks=(5, 7), **filters)
        group.create_dataset('single chunk unwritten', (5, 7), 'i4', chunks=(5, 7), **filters)
        group.create_dataset('fixed array', data=FIVE, chunks=(2, 3), **filters)
        group.create_dataset('fixed array in part', (50, 7), 'i4', chunks=(2, 3), **filters)[11:13, 2] = 3
        group.create_dataset('extensible array', data=line, chunks=(4,), maxshape=(None,), **filters)
        group.create_dataset('extensible array second', data=FIVE, chunks=(2, 3), maxshape=(5, None), **filters)
        group.create_dataset('b-tree', data=FIVE, chunks=(2, 3), maxshape=(None, None), **filters)
        group.create_dataset('b-tree empty', (0, 0), 'i4', chunks=(2, 3), maxshape=(None, None), **filters)
        group.create_dataset('extensible array empty', (0,), 'i4', chunks=(4,), maxshape=(None,), **filters)
    early = plist()
    early.set_chunk((2, 3))
    early.set_alloc_time(h5d.ALLOC_TIME_EARLY)
    made(file, 'implicit', early, h5t.STD_I32LE, (5, 7), data=FIVE)
    made(file, 'implicit unwritten', early, h5t.STD_I32LE, (5, 7))


@golden('chunk-indexes-large.h5', 1)
def chunk_indexes_large(name):
    """Indexes of more than one level: a paged fixed array, super blocks, deep B-trees."""
    with h5py.File(name, 'w', libver='latest') as file:
        paged = file.create_dataset('fixed array', (3000,), 'u1', chunks=(1,))
        for at in (0, 1, 1023, 1024, 2500, 2999):
            paged[at] = at % 250 + 1
        paged = file.create_dataset('fixed array filtered', (2100,), 'u1', chunks=(1,), fletcher32=True)
        for at in (5, 1500, 2099):
            paged[at] = 7
        grows = file.create_dataset('extensible array', (4000,), 'u1', chunks=(1,), maxshape=(None,))
        for at in (0, 3, 4, 20, 100, 700, 1999, 3999):
            grows[at] = at % 250 + 1
        tree = file.create_dataset('b-tree', (60, 60), 'u1', chunks=(1, 1), maxshape=(None, None))
        for at in range(60):
            tree[at, (at * 7) % 60] = at + 1


@golden('chunk-indexes-large-old.h5', 1)
def chunk_indexes_large_old(name):
    with h5py.File(name, 'w', libver='earliest') as file:
        tree = file.create_dataset('b-tree', (60, 60), 'u1', chunks=(1, 1), maxshape=(None, None))
        for at in range(0, 60):
            tree[at, (at * 7) % 60] = at + 1


@golden('chunk-edges.h5', 2)
def chunk_edges(name):
    """Partial chunks at the edges, filtered and left unfiltered."""
    with h5py.File(name, 'w', libver='latest') as file:
        for label, options in (('filtered', 0), ('unfiltered', 2)):
            for index, most in (('fixed', None), ('extensible', (h5s.UNLIMITED, 7)), ('tree', (h5s.UNLIMITED,) * 2)):
                dcpl = plist()
                dcpl.set_chunk((2, 3))
                dcpl.set_deflate(6)
                call('H5Pset_chunk_opts', hid(dcpl.id), options)
                made(file, f'{index} {label}', dcpl, h5t.STD_I32BE, (5, 7), most, FIVE)


@golden('chunk-filter-mask.h5', 1)
def filter_mask(name):
    """Chunks that some filters were left out of."""
    import zlib

    with h5py.File(name, 'w') as file:
        dataset = file.create_dataset('values', (6,), '<i2', chunks=(2,), compression='gzip', shuffle=True)
        dataset.id.write_direct_chunk((0,), np.array([1, 2], '<i2').tobytes(), 3)
        dataset.id.write_direct_chunk((2,), zlib.compress(np.array([3, 4], '<i2').tobytes()), 1)
        shuffled = np.array([5, 6], '<i2').view('u1').reshape(2, 2).T.tobytes()
        dataset.id.write_direct_chunk((4,), shuffled, 2)


@golden('filters.h5', 1)
def filters(name):
    with h5py.File(name, 'w') as file:
        data = np.arange(200, dtype='<i4').reshape(20, 10) % 17
        file.create_dataset('deflate', data=data, chunks=(7, 4), compression='gzip', compression_opts=9)
        file.create_dataset('shuffle', data=data, chunks=(7, 4), shuffle=True)
        file.create_dataset('fletcher32', data=data, chunks=(7, 4), fletcher32=True)
        file.create_dataset('all three', data=data, chunks=(7, 4), shuffle=True, compression='gzip', fletcher32=True)
        file.create_dataset('scale offset', data=data, chunks=(7, 4), scaleoffset=0)
        file.create_dataset('scale offset float', data=data / 3, chunks=(7, 4), scaleoffset=2)
        file.create_dataset('lzf', data=data, chunks=(7, 4), compression='lzf')
        nbit = plist()
        nbit.set_chunk((7, 4))
        call('H5Pset_nbit', hid(nbit.id))
        type = h5t.STD_I32LE.copy()
        type.set_precision(17)
        made(file, 'nbit', nbit, type, (20, 10), data=data)
        unknown = plist()
        unknown.set_chunk((7, 4))
        unknown.set_filter(33000, h5z.FLAG_OPTIONAL, (1, 2, 3))
        made(file, 'not registered', unknown, h5t.STD_I32LE, (20, 10))
        text = file.create_dataset('texts', data=['a', 'b' * 30, ''] * 4, dtype=h5py.string_dtype(), chunks=(5,), compression='gzip')
        text.attrs['note'] = 'variable-length data behind a filter'


@golden('fill-values.h5', 1)
def fill_values(name):
    for libver in ('earliest', 'latest'):
        with h5py.File(name, 'w' if libver == 'earliest' else 'a', libver=libver) as file:
            group = file.create_group(libver)
            group.create_dataset('default', (3,), 'i4')
            group.create_dataset('integer', (3,), '>i4', fillvalue=-7)
            group.create_dataset('float', (2, 2), 'f8', fillvalue=np.nan)
            group.create_dataset('text', (2,), 'S6', fillvalue=b'none')
            record = np.dtype([('a', 'i2'), ('b', 'f4')])
            group.create_dataset('record', (2,), record, fillvalue=np.array((1, 2.5), record))
            group.create_dataset('array', (2,), np.dtype(('i2', (2,))))
            chunked = group.create_dataset('chunks in part', (10,), 'u2', chunks=(3,), fillvalue=9)
            chunked[4] = 1
            for label, when in (('when allocated', h5d.FILL_TIME_ALLOC), ('if set', h5d.FILL_TIME_IFSET)):
                for early in (False, True):
                    dcpl = plist()
                    dcpl.set_fill_time(when)
                    dcpl.set_fill_value(np.array(5, 'i4'))
                    dcpl.set_alloc_time(h5d.ALLOC_TIME_EARLY if early else h5d.ALLOC_TIME_LATE)
                    made(group, f'{label} {"early" if early else "late"}', dcpl, h5t.STD_I32LE, (3,))
            undefined = plist()
            call('H5Pset_fill_value', hid(undefined.id), hid(h5t.STD_I32LE.id), None)
            made(group, 'undefined', undefined, h5t.STD_I32LE, (3,))


@golden('allocation-times.h5', 1)
def allocation_times(name):
    with h5py.File(name, 'w', libver='latest') as file:
        times = {'early': h5d.ALLOC_TIME_EARLY, 'late': h5d.ALLOC_TIME_LATE, 'incremental': h5d.ALLOC_TIME_INCR}
        for label, time in times.items():
            for value in (None, 7):
                dcpl = plist()
                dcpl.set_chunk((5,))
                dcpl.set_alloc_time(time)
                if value is not None:
                    dcpl.set_fill_value(np.array(value, 'i4'))
                made(file, label if value is None else f'{label} {value}', dcpl, h5t.STD_I32LE, (10,), data=np.arange(10))
        late = plist()
        late.set_chunk((5,))
        late.set_alloc_time(h5d.ALLOC_TIME_LATE)
        late.set_fill_time(h5d.FILL_TIME_ALLOC)
        made(file, 'late when allocated', late, h5t.STD_I32LE, (10,), data=np.arange(10))
        for label in ('early', 'late'):
            virtual = plist()
            virtual.set_virtual(h5s.create_simple((10,)), b'.', b'/late', h5s.create_simple((10,)))
            virtual.set_alloc_time(times[label])
            made(file, f'virtual {label}', virtual, h5t.STD_I32LE, (10,))


@golden('external-storage.h5', 1)
def external(name):
    with h5py.File(name, 'w') as file:
        dcpl = plist()
        dcpl.set_external(b'external-storage-1.bin', 0, 16)
        dcpl.set_external(b'external-storage-2.bin', 8, 24)
        made(file, 'two files', dcpl, h5t.STD_I32LE, (10,), data=np.arange(10))
        dcpl = plist()
        dcpl.set_external(b'external-storage-1.bin', 16, h5s.UNLIMITED)
        made(file, 'one unlimited', dcpl, h5t.STD_I32LE, (3,), (h5s.UNLIMITED,), data=np.arange(3))



@golden('virtual.h5', 1)
def virtual(name):
    for number in range(2):
        with h5py.File(f'virtual-source-{number}.h5', 'w') as file:
            file.create_dataset('data', data=np.arange(4) + 10 * number, maxshape=(None,))
    with h5py.File(name, 'w', libver='latest') as file:
        layout = h5py.VirtualLayout((3, 4), 'i8', maxshape=(None, 4))
        for number in range(3):
            layout[number] = h5py.VirtualSource(f'virtual-source-{number}.h5', 'data', (4,))
        file.create_virtual_dataset('rows', layout, fillvalue=-1)
        file['local'] = np.arange(5)
        layout = h5py.VirtualLayout((5,), 'i8')
        layout[0:3] = h5py.VirtualSource('.', 'local', (5,))[1:4]
        file.create_virtual_dataset('same file', layout)
        file.create_virtual_dataset('no mappings', h5py.VirtualLayout((2,), 'i4'))


@golden('values-wide.h5', 1)
def values_wide(name):
    """Values that fill lines in different ways."""
    with h5py.File(name, 'w') as file:
        file['bytes'] = np.arange(256, dtype='u1')
        file['signed bytes'] = np.arange(-5, 60, dtype='i1')
        file['text as bytes'] = np.frombuffer(b'The quick brown fox jumps\nover "the" lazy dog \x00\x01\xe9 aaaaaaaaaaaaaaaaaaaaa end', 'u1')
        file['long rows'] = np.arange(90, dtype='i8').reshape(3, 30) * 123456789
        file['short rows'] = np.arange(24, dtype='f4').reshape(12, 2) / 3
        file['cube'] = np.arange(60, dtype='i2').reshape(3, 4, 5)
        file['one value'] = np.float32(1 / 3)
        file['doubles'] = np.array([1 / 3, 1e22, 1e-7, 123456, 1234567, 100000, 1e5 + 0.5, -0.0])


@golden('chunk-sizes.h5', 1)
def chunk_sizes(name):
    with h5py.File(name, 'w') as file:
        for label, chunk in (('small', (1, 1)), ('large', (400, 300)), ('exact', (5, 7))):
            file.create_dataset(label, data=FIVE, chunks=chunk, maxshape=(None, None), compression='gzip')
        file.create_dataset('text chunks', data=np.array([b'abc', b'de']), chunks=(1,))


main()
