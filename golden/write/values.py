#!/usr/bin/env python3
"""Writes datasets of every filter, type class, chunk index and odd shape, and what they hold: golden/values.

Needs Debian's python3-h5py, python3-hdf5plugin, python3-tables, python3-netcdf4 and libzstd1. Beside each file NAME.h5
is NAME.npy, in which numpy.save put the elements of one dataset after the other, as the writer itself reads them, and
NAME.json with the datasets' paths in the same order; elements that NumPy has no array for are in the latter.
"""
import ctypes
import json
import os
import sys

import h5py
import hdf5plugin
import netCDF4
import numpy as np
import tables

FOLDER = sys.argv[1] if len(sys.argv) > 1 else 'golden/values'
random = np.random.default_rng(20)


class Values:
    """One file with what its datasets hold."""

    def __init__(self, name):
        self.path = os.path.join(FOLDER, name)
        self.entries = []
        self.arrays = open(self.path + '.npy', 'wb')

    def expect(self, path, values):
        """The elements as h5py has them; structured and plain arrays go to the .npy, others to the .json."""
        values = np.asarray(values)
        if values.dtype.hasobject or h5py.check_dtype(vlen=values.dtype):
            self.entries.append({'path': path, 'shape': values.shape, 'values': [plain(each) for each in values.ravel()]})
        else:
            self.entries.append({'path': path, 'at': self.arrays.tell()})
            np.save(self.arrays, values.view(bare(values.dtype)))

    def collect(self):
        """All datasets of the file, as h5py reads them."""
        with h5py.File(self.path + '.h5', 'r') as file:
            def visit(path, item):
                if isinstance(item, h5py.Dataset) and item.shape is not None and not skipped(item):
                    self.expect('/' + path, ZSTD['/' + path] if '/' + path in ZSTD else item[...])
            file.visititems(visit)
        self.close()

    def close(self):
        self.arrays.close()
        with open(self.path + '.json', 'w') as file:
            json.dump(self.entries, file, separators=(',', ':'))
            file.write('\n')


def bare(dtype):
    """The same without what h5py notes of it."""
    if dtype.names:
        fields = {name: dtype.fields[name][:2] for name in dtype.names}
        return np.dtype({'names': list(fields), 'formats': [bare(kind) for kind, _ in fields.values()],
                         'offsets': [at for _, at in fields.values()], 'itemsize': dtype.itemsize})
    if dtype.subdtype:
        return np.dtype((bare(dtype.subdtype[0]), dtype.subdtype[1]))
    return np.dtype(dtype.str)


def skipped(dataset):
    return h5py.check_dtype(ref=dataset.dtype) is not None


def plain(value):
    if isinstance(value, bytes):
        return value.decode('utf-8', 'surrogateescape')
    if isinstance(value, np.ndarray):
        return [plain(each) for each in value]
    return value.item() if isinstance(value, np.generic) else value


def numbers(dtype, shape):
    """Values that filters have something to do with: slowly growing, some of them far off."""
    dtype = np.dtype(dtype)
    count = int(np.prod(shape, dtype=int))
    base = np.cumsum(random.integers(-2, 4, count))
    if dtype.kind == 'f':
        values = base / 8
        values[random.random(count) < 0.02] *= -1000
        return values.astype(dtype).reshape(shape)
    info = np.iinfo(dtype)
    values = np.clip(base, info.min, info.max).astype(dtype)
    values[random.random(count) < 0.02] = info.max
    return values.reshape(shape)


RECORD = np.dtype([('id', '<u4'), ('at', '>f8'), ('inner', [('flag', 'i1'), ('pair', '<i2', (2,))]), ('name', 'S5')])


def elements(kind, shape):
    count = int(np.prod(shape, dtype=int))
    if kind == 'bool':
        return (random.random(shape) < 0.3)
    if kind == 'string':
        return np.array([b'abcdefgh'[:n] for n in random.integers(0, 8, count)], 'S7').reshape(shape)
    if kind == 'opaque':
        return np.frombuffer(random.bytes(5 * count), 'V5').reshape(shape)
    if kind == 'complex':
        return (numbers('f4', shape) + 1j * numbers('f4', shape)).astype('c8')
    if kind == 'compound':
        record = np.zeros(shape, RECORD)
        record['id'], record['at'] = numbers('u4', shape), numbers('f8', shape)
        record['inner']['flag'], record['inner']['pair'] = numbers('i1', shape), numbers('i2', shape + (2,))
        record['name'] = elements('string', shape)
        return record
    if kind == 'array':
        return numbers('<i2', shape + (2, 3))
    return numbers(kind, shape)


ENUM = h5py.enum_dtype({'RED': 0, 'GREEN': 1, 'BLUE': 42}, basetype='>i2')
INTEGERS = ['i1', 'u1', '<i2', '>u2', '<i4', '>u4', '<i8', '>i8', '<u8']
FLOATS = ['<f2', '<f4', '>f8']
KINDS = INTEGERS + FLOATS + ['bool', 'string', 'opaque', 'complex', 'compound', 'array', 'enum']


def create(file, path, kind, shape=(13, 17), chunks=(5, 7), **options):
    if kind == 'enum':
        data, dtype = random.choice([0, 1, 42], shape).astype('>i2'), ENUM
    elif kind == 'array':
        data, dtype = elements(kind, shape), np.dtype(('<i2', (2, 3)))
    else:
        data = elements(kind, shape)
        dtype = data.dtype
    dataset = file.create_dataset(path, shape, dtype, chunks=chunks, **options)
    dataset[...] = data


def filtered():
    values = Values('filters')
    with h5py.File(values.path + '.h5', 'w', libver='latest') as file:
        for kind in KINDS:
            name = kind.replace('<', 'little-').replace('>', 'big-')
            create(file, 'gzip/' + name, kind, compression='gzip', compression_opts=9)
            create(file, 'shuffle-gzip-fletcher32/' + name, kind, compression='gzip', shuffle=True, fletcher32=True)
            create(file, 'lzf/' + name, kind, compression='lzf')
            create(file, 'lz4/' + name, kind, **hdf5plugin.LZ4(nbytes=64))
            create(file, 'bzip2/' + name, kind, **hdf5plugin.BZip2())
            create(file, 'blosc/' + name, kind, **hdf5plugin.Blosc(cname=random.choice(['lz4', 'zlib', 'zstd', 'blosclz', 'lz4hc']), shuffle=int(random.integers(0, 3))))
        for kind in INTEGERS + FLOATS[1:]:
            name = kind.replace('<', 'little-').replace('>', 'big-')
            create(file, 'szip-nn/' + name, kind, compression='szip', compression_opts=('nn', 8))
            create(file, 'szip-ec/' + name, kind, compression='szip', compression_opts=('ec', 16), shuffle=True)
            create(file, 'scaleoffset/' + name, kind, scaleoffset=3 if 'f' in kind else 0)
            nbit(file, 'nbit/' + name, kind)
        for kind in ['<f4', '<f8', '<i4']:
            create(file, 'zfp/' + kind[1:], kind, **(hdf5plugin.Zfp(reversible=True) if kind != '<f4' else hdf5plugin.Zfp(accuracy=0.01)))
        for kind in ['<i4', '>f8', 'compound']:
            zstd(file, 'zstd/' + kind.strip('<>'), kind)
    values.collect()


def nbit(file, path, kind):
    data = elements(kind, (13, 17))
    plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    plist.set_chunk((5, 7))
    plist.set_filter(5, h5py.h5z.FLAG_OPTIONAL, ())
    links = h5py.h5p.create(h5py.h5p.LINK_CREATE)
    links.set_create_intermediate_group(True)
    stored = h5py.h5t.py_create(data.dtype).copy()
    if data.dtype.kind in 'iu' and data.dtype.itemsize > 1:
        # Fewer bits than there are, from bit 1 on.
        stored.set_precision(8 * data.dtype.itemsize - 3)
        stored.set_offset(1)
        data = np.clip(data, 0, 200)
    dataset = h5py.Dataset(h5py.h5d.create(file.id, path.encode(), stored, h5py.h5s.create_simple(data.shape), plist, links))
    dataset.id.write(h5py.h5s.ALL, h5py.h5s.ALL, np.ascontiguousarray(data))


def zstd(file, path, kind):
    library = ctypes.CDLL('libzstd.so.1')
    library.ZSTD_compress.restype = ctypes.c_size_t
    data = elements(kind, (10, 14))
    plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    plist.set_chunk((5, 7))
    plist.set_filter(32015, h5py.h5z.FLAG_OPTIONAL, (3,))
    links = h5py.h5p.create(h5py.h5p.LINK_CREATE)
    links.set_create_intermediate_group(True)
    dataset = h5py.Dataset(h5py.h5d.create(file.id, path.encode(), h5py.h5t.py_create(data.dtype, logical=True), h5py.h5s.create_simple(data.shape), plist, links))
    for row in (0, 5):
        for column in (0, 7):
            chunk = data[row:row + 5, column:column + 7].tobytes()
            target = ctypes.create_string_buffer(len(chunk) + 200)
            size = library.ZSTD_compress(target, ctypes.c_size_t(len(target)), chunk, ctypes.c_size_t(len(chunk)), 3)
            dataset.id.write_direct_chunk((row, column), target.raw[:size])
    ZSTD['/' + path] = data


ZSTD = {}


def shapes():
    values = Values('shapes')
    with h5py.File(values.path + '.h5', 'w') as file:
        for rank in range(33):
            shape = tuple(2 if axis < 7 else 1 for axis in range(rank))
            data = numbers('<i2', shape)
            file.create_dataset('rank/contiguous-%d' % rank, data=data)
            if rank > 0:
                chunks = tuple(2 if axis % 2 == 0 and axis < 7 else 1 for axis in range(rank))
                file.create_dataset('rank/chunked-%d' % rank, data=data, chunks=chunks, compression='gzip' if rank % 3 == 0 else None)
        file.create_dataset('zero/contiguous', (0,), 'f8')
        file.create_dataset('zero/plane', (3, 0), 'i4')
        file.create_dataset('zero/chunked', (0, 4), '>i2', maxshape=(None, 4), chunks=(2, 2))
        file.create_dataset('zero/strings', (0,), h5py.string_dtype())
        file.create_dataset('one-element-chunks', data=numbers('>i4', (6, 5)), chunks=(1, 1), compression='gzip')
        file.create_dataset('chunk-larger', data=numbers('<f4', (3, 4)), chunks=(10, 10), maxshape=(None, None), compression='lzf')
        file.create_dataset('chunk-larger-along-one', data=numbers('<f4', (30, 4)), chunks=(7, 10), maxshape=(None, None))
        file.create_dataset('whole-chunk', data=numbers('u1', (12, 12)), chunks=(12, 12), shuffle=True)
        grown = file.create_dataset('grown', data=numbers('i4', (6, 6)), chunks=(4, 4), maxshape=(None, 10), fillvalue=-7)
        grown.resize((9, 10))
        shrunk = file.create_dataset('shrunk', data=numbers('i4', (9, 9)), chunks=(4, 4), maxshape=(None, None), fillvalue=5)
        shrunk.resize((5, 5))
        shrunk.resize((8, 8))
        sparse = file.create_dataset('sparse', (40, 40), '>f4', chunks=(8, 8), fillvalue=1.5)
        sparse[10:12, 30:] = 3
        file.create_dataset('never-written', (5, 5), 'S4', fillvalue=b'ab')
        file.create_dataset('scalar-string', data=np.bytes_(b'text'))
        file.create_dataset('scalar-record', data=elements('compound', ()))
        file.create_dataset('strings', data=['a', '', 'öäü', 'x' * 300], dtype=h5py.string_dtype())
        file.create_dataset('strings-chunked', data=np.array([['a', 'b'], ['c', ''], ['', 'f']], object), dtype=h5py.string_dtype(), chunks=(2, 1), compression='gzip')
        # Of the machine's order: this h5py does not turn the bytes of sequences round.
        ragged = file.create_dataset('ragged', (4,), h5py.vlen_dtype(np.dtype('<i4')), chunks=(3,))
        for i in range(4):
            ragged[i] = np.arange(i * 3)
        file.create_dataset('enum', data=np.array([0, 42, 1], '>i2'), dtype=ENUM)
        compact = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        compact.set_layout(h5py.h5d.COMPACT)
        data = numbers('>u2', (7, 3))
        h5py.Dataset(h5py.h5d.create(file.id, b'compact', h5py.h5t.py_create(data.dtype), h5py.h5s.create_simple(data.shape), compact))[...] = data
    values.collect()


def indexes():
    """Each way to find chunks, with and without filters."""
    for libver in ['earliest', 'latest']:
        values = Values('indexes-' + libver)
        with h5py.File(values.path + '.h5', 'w', libver=libver) as file:
            for filters in [{}, {'compression': 'gzip'}]:
                end = '-filtered' if filters else ''
                file.create_dataset('single' + end, data=numbers('i4', (5, 6)), chunks=(5, 6), **filters)
                file.create_dataset('fixed' + end, data=numbers('i4', (11, 13)), chunks=(3, 4), **filters)
                file.create_dataset('fixed-many' + end, data=numbers('u1', (60, 40)), chunks=(1, 2), **filters)
                file.create_dataset('extensible' + end, data=numbers('i2', (50, 13)), chunks=(3, 4), maxshape=(None, 13), **filters)
                file.create_dataset('extensible-second' + end, data=numbers('i2', (13, 50)), chunks=(4, 3), maxshape=(13, None), **filters)
                file.create_dataset('extensible-many' + end, data=numbers('u1', (1500,)), chunks=(1,), maxshape=(None,), **filters)
                file.create_dataset('tree' + end, data=numbers('>i4', (23, 29)), chunks=(3, 4), maxshape=(None, None), **filters)
                file.create_dataset('tree-many' + end, data=numbers('u1', (40, 40)), chunks=(1, 1), maxshape=(None, None), **filters)
                file.create_dataset('tree-rank-3' + end, data=numbers('<f8', (5, 6, 7)), chunks=(2, 3, 4), maxshape=(None, None, 7), **filters)
            plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
            plist.set_chunk((3, 4))
            plist.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
            data = numbers('>i4', (11, 13))
            h5py.Dataset(h5py.h5d.create(file.id, b'implicit', h5py.h5t.py_create(data.dtype), h5py.h5s.create_simple(data.shape), plist))[...] = data
        values.collect()


def pytables():
    values = Values('pytables')
    with tables.open_file(values.path + '.h5', 'w') as file:
        for library in ['zlib', 'lzo', 'bzip2', 'blosc', 'blosc:lz4', 'blosc:zstd']:
            for shuffle in [False, True]:
                filters = tables.Filters(complevel=5, complib=library, shuffle=shuffle, fletcher32=shuffle)
                end = library.replace(':', '_') + ('_shuffle' if shuffle else '')
                file.create_carray('/', 'carray_' + end, obj=numbers('<i4', (20, 15)), chunkshape=(6, 5), filters=filters)
                array = file.create_earray('/', 'earray_' + end, tables.Float32Atom(), (0, 5), chunkshape=(4, 5), filters=filters)
                array.append(numbers('f4', (17, 5)))
        table = file.create_table('/', 'table', np.dtype([('id', '<u4'), ('at', '<f8'), ('name', 'S5')]), filters=tables.Filters(5, 'zlib'))
        rows = elements('compound', (40,))
        table.append([(row['id'], row['at'], row['name']) for row in rows])
        table.flush()
        file.create_array('/', 'bools', np.array([True, False, True]))
        ragged = file.create_vlarray('/', 'ragged', tables.Int16Atom())
        for i in range(4):
            ragged.append(np.arange(i))
        # As PyTables reads them; h5py has no LZO.
        for node in file.walk_nodes('/', 'Array'):
            if node._v_name != 'ragged' and node._v_name != 'bools':
                values.expect(node._v_pathname, node.read())
        values.expect('/table', table.read())
    values.close()


def netcdf():
    values = Values('netcdf')
    with netCDF4.Dataset(values.path + '.h5', 'w') as file:
        file.createDimension('x', 20)
        file.createDimension('y', 15)
        file.createDimension('t', None)
        for kind in ['i1', 'u1', 'i2', 'u2', 'i4', 'u4', 'i8', 'u8', 'f4', 'f8']:
            file.createVariable('plain_' + kind, kind, ('x', 'y'))[:] = numbers(kind, (20, 15))
            file.createVariable('zlib_' + kind, kind, ('t', 'y'), zlib=True, shuffle=True, fletcher32=True, chunksizes=(4, 6))[:] = numbers(kind, (9, 15))
        file.createVariable('rounded', 'f4', ('x', 'y'), zlib=True, least_significant_digit=2)[:] = numbers('f4', (20, 15)) / 3
        file.createVariable('text', 'S1', ('x',))[:] = np.array(list('abcdefghijklmnopqrst'), 'S1')
        words = file.createVariable('words', str, ('y',))
        words[:] = np.array(['word %d' % i for i in range(15)], object)
    values.collect()


os.makedirs(FOLDER, exist_ok=True)


def main():
    filtered()
    shapes()
    indexes()
    pytables()
    netcdf()


main()
