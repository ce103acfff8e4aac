"""Files with the messages that libraries before HDF5 1.6 wrote, made out of one that a later library writes.

usage: old.py FOLDER

No library that can still be built writes these versions, so the messages are written here, byte by byte, in place of
the newer ones: modification times as text, fill values without times, and the layouts of versions 1 and 2.
"""

import os
import struct
import sys

import h5py
import numpy as np

os.chdir(sys.argv[1])

NIL, OLD_FILL, FILL, LAYOUT, OLD_TIME, TIME = 0x0000, 0x0004, 0x0005, 0x0008, 0x000E, 0x0012


def messages(data, address):
    """Type, flags and body of the messages of an object header of version 1, and where they are and end."""
    (size,) = struct.unpack_from('<I', data, address + 8)
    at, end = address + 16, address + 16 + size
    found = []
    while at < end:
        kind, length, flags = struct.unpack_from('<HHB', data, at)
        found.append((kind, flags, bytes(data[at + 8 : at + 8 + length])))
        at += 8 + length
    return found, address + 16, end


def rewrite(data, address, change):
    found, start, end = messages(data, address)
    out = b''
    count = 0
    for kind, flags, body in found:
        if kind == NIL:
            continue
        kind, body = change(kind, body)
        if kind is None:
            continue
        body += bytes(-len(body) % 8)
        out += struct.pack('<HHB3x', kind, len(body), flags) + body
        count += 1
    rest = end - start - len(out)
    if rest < 0 or 0 < rest < 8:
        raise RuntimeError(f'{rest} bytes left in an object header')
    if rest:
        out += struct.pack('<HHB3x', NIL, rest - 8, 0) + bytes(rest - 8)
        count += 1
    data[start:end] = out
    struct.pack_into('<H', data, address + 2, count)


def old_layout(version, shape, element, body):
    """Contiguous and chunked layouts of version 3, as version 1 or 2."""
    kind = body[1]
    if kind == 1:
        address, _size = struct.unpack_from('<QQ', body, 2)
        sizes = [*shape, element]
        return struct.pack('<BBB5xQ', version, len(shape), 1, address) + b''.join(
            struct.pack('<I', size) for size in sizes[: len(shape)]
        )
    if kind == 2:
        rank, address = struct.unpack_from('<BQ', body, 2)
        return struct.pack('<BBB5xQ', version, rank, 2, address) + body[11 : 11 + 4 * rank]
    (size,) = struct.unpack_from('<H', body, 2)
    dimensions = b''.join(struct.pack('<I', each) for each in shape)
    return struct.pack('<BBB5x', version, len(shape), 0) + dimensions + struct.pack('<I', size) + body[4 : 4 + size]


def write(name, version):
    with h5py.File(name, 'w', libver='earliest') as file:
        values = np.arange(6, dtype='<i4')
        contiguous = file.create_dataset('contiguous', data=values, track_times=True)
        chunked = file.create_dataset('chunked', data=values, chunks=(4,), track_times=True, fillvalue=7)
        unwritten = file.create_dataset('unwritten', (3,), '<i4', fillvalue=-5)
        plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        plist.set_layout(h5py.h5d.COMPACT)
        space = h5py.h5s.create_simple((6,))
        compact = h5py.Dataset(h5py.h5d.create(file.id, b'compact', h5py.h5t.STD_I32LE, space, plist))
        compact[...] = values
        places = [
            (h5py.h5o.get_info(dataset.id).addr, dataset.shape) for dataset in (contiguous, chunked, unwritten, compact)
        ]
    with open(name, 'rb') as raw:
        data = bytearray(raw.read())
    for address, shape in places:

        def change(kind, body, shape=shape):
            if kind == LAYOUT:
                return kind, old_layout(version, shape, 4, body)
            if kind == TIME:
                return OLD_TIME, b'19990102030405\0\0'
            if kind == FILL:
                return None, b''
            return kind, body

        rewrite(data, address, change)
    with open(name, 'wb') as raw:
        raw.write(data)


write('old-messages-layout-1.h5', 1)
write('old-messages-layout-2.h5', 2)
