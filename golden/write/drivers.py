#!/usr/bin/env python3
"""Writes small files with the drivers that keep a file in several parts: golden/drivers.

Needs h5py on HDF5 2.2; the file format of the oldest and of the latest library.
"""
import ctypes
import os
import sys

import h5py
import numpy as np

folder = sys.argv[1] if len(sys.argv) > 1 else 'golden/drivers'
os.makedirs(folder, exist_ok=True)


def fill(file):
    values = np.arange(60, dtype='>i4').reshape(6, 10)
    file['numbers'] = values
    file.create_dataset('chunks', data=values, chunks=(4, 4), compression='gzip')
    file['group/text'] = np.array(['a', 'bc', ''], dtype=h5py.string_dtype())
    file['group'].attrs['about'] = 'a group'
    refs = file.create_dataset('references', (2,), dtype=h5py.ref_dtype)
    refs[0] = file['group'].ref
    refs[1] = file['numbers'].ref


for libver in ['earliest', 'latest']:
    for driver, name, options in [
        ('family', 'family-%s-%%02d.h5' % libver, {'memb_size': 2048}),
        ('split', 'split-%s' % libver, {'meta_ext': b'-m.h5', 'raw_ext': b'-r.h5'}),
    ]:
        with h5py.File(os.path.join(folder, name), 'w', libver=libver, driver=driver, **options) as file:
            fill(file)

# What h5py has no call for.
library = ctypes.CDLL(next(line.split()[-1] for line in open('/proc/self/maps') if 'libhdf5' in line and '_hl' not in line))
fapl = h5py.h5p.create(h5py.h5p.FILE_ACCESS)
library.H5Pset_fapl_multi.argtypes = [ctypes.c_int64] + [ctypes.c_void_p] * 4 + [ctypes.c_bool]
library.H5Pset_fapl_multi(fapl.id, None, None, None, None, True)
with h5py.File(h5py.h5f.create(os.path.join(folder, 'multi').encode(), h5py.h5f.ACC_TRUNC, fapl=fapl)) as file:
    fill(file)


class OnionInfo(ctypes.Structure):
    _fields_ = [('version', ctypes.c_uint8), ('backing', ctypes.c_int64), ('page_size', ctypes.c_uint32), ('target', ctypes.c_int),
                ('revision', ctypes.c_uint64), ('force_write', ctypes.c_uint8), ('flags', ctypes.c_uint8), ('comment', ctypes.c_char * 256)]


BACKING = h5py.h5p.create(h5py.h5p.FILE_ACCESS)
BACKING.set_fapl_sec2()


def onion(comment):
    plist = h5py.h5p.create(h5py.h5p.FILE_ACCESS)
    library.H5Pset_fapl_onion.argtypes = [ctypes.c_int64, ctypes.c_void_p]
    info = OnionInfo(1, BACKING.id, 64, 0, 2**64 - 1, 0, 0, comment)
    assert library.H5Pset_fapl_onion(plist.id, ctypes.byref(info)) >= 0
    return plist


path = os.path.join(folder, 'onion.h5')
with h5py.File(path, 'w') as file:
    file['numbers'] = np.arange(8, dtype='<i4')
if os.path.exists(path + '.onion'):
    os.remove(path + '.onion')
for revision in [1, 2, 3]:
    with h5py.File(h5py.h5f.open(path.encode(), h5py.h5f.ACC_RDWR, fapl=onion(b'revision %d' % revision))) as file:
        file['numbers'][:] = np.arange(8, dtype='<i4') * 10**revision
        file['of %d' % revision] = revision
