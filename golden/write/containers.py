"""Files by how they begin and how their space is kept: superblocks, user blocks, sizes, file space, drivers."""

import ctypes

import h5py
import numpy as np
from h5py import h5f, h5p
from harness import call, golden, hid, main


def fill(file):
    file['group/values'] = np.arange(6, dtype='i4')
    file['values'] = np.arange(4, dtype='f8')
    file['chunks'] = np.zeros(0)
    del file['chunks']
    file.create_dataset('chunks', data=np.arange(40, dtype='i2'), chunks=(16,), maxshape=(None,))
    file.attrs['title'] = np.bytes_('container')
    file['soft'] = h5py.SoftLink('/group/values')


def created(name, fcpl, libver=(h5f.LIBVER_EARLIEST, h5f.LIBVER_LATEST), fapl=None):
    fapl = fapl or h5p.create(h5p.FILE_ACCESS)
    fapl.set_libver_bounds(*libver)
    fapl.set_fclose_degree(h5f.CLOSE_STRONG)
    with h5py.File(h5f.create(name.encode(), h5f.ACC_TRUNC, fcpl, fapl)) as file:
        fill(file)


def fcpl():
    return h5p.create(h5p.FILE_CREATE)


@golden('superblock-0.h5', 1)
def superblock_0(name):
    with h5py.File(name, 'w', libver='earliest') as file:
        fill(file)


@golden('superblock-1.h5', 1)
def superblock_1(name):
    plist = fcpl()
    call('H5Pset_istore_k', hid(plist.id), 7)
    call('H5Pset_sym_k', hid(plist.id), 4, 2)
    created(name, plist)


@golden('superblock-2.h5', 1)
def superblock_2(name):
    created(name, fcpl(), (h5f.LIBVER_V18, h5f.LIBVER_V18))


@golden('superblock-3.h5', 1)
def superblock_3(name):
    with h5py.File(name, 'w', libver='latest') as file:
        fill(file)


@golden('superblock-3-latest.h5', 2)
def superblock_latest(name):
    with h5py.File(name, 'w', libver='latest') as file:
        fill(file)


@golden('superblock-v200.h5', 2)
def superblock_v200(name):
    with h5py.File(name, 'w', libver=('v200', 'v200')) as file:
        fill(file)


@golden('superblock-swmr.h5', 1)
def superblock_swmr(name):
    with h5py.File(name, 'w', libver='latest') as file:
        fill(file)
        file.swmr_mode = True


@golden('user-block-512.h5', 1)
def user_block_512(name):
    with h5py.File(name, 'w', userblock_size=512) as file:
        fill(file)
    with open(name, 'r+b') as raw:
        raw.write(b'a user block of 512 bytes')


@golden('user-block-2048.h5', 2)
def user_block_2048(name):
    with h5py.File(name, 'w', userblock_size=2048, libver='latest') as file:
        fill(file)
    with open(name, 'r+b') as raw:
        raw.write(b'a user block of 2048 bytes')


def sizes(offset, length):
    @golden(f'sizes-{offset}-{length}.h5', 1)
    def write(name):
        plist = fcpl()
        plist.set_sizes(offset, length)
        created(name, plist)

    @golden(f'sizes-{offset}-{length}-latest.h5', 2)
    def write_latest(name):
        plist = fcpl()
        plist.set_sizes(offset, length)
        created(name, plist, (h5f.LIBVER_LATEST, h5f.LIBVER_LATEST))


for offset, length in ((2, 2), (4, 4), (2, 4), (8, 4), (4, 8)):
    sizes(offset, length)


def space(label, strategy, persist, threshold, page=None):
    @golden(f'space-{label}.h5', 1)
    def write(name):
        plist = fcpl()
        plist.set_file_space_strategy(strategy, persist, threshold)
        if page:
            plist.set_file_space_page_size(page)
        created(name, plist)
        with h5py.File(name, 'r+') as file:
            del file['values']


space('fsm-persist', h5f.FSPACE_STRATEGY_FSM_AGGR, True, 1)
space('page-persist', h5f.FSPACE_STRATEGY_PAGE, True, 1, 512)
space('page', h5f.FSPACE_STRATEGY_PAGE, False, 1, 1024)
space('aggregate', h5f.FSPACE_STRATEGY_AGGR, False, 1)
space('none', h5f.FSPACE_STRATEGY_NONE, False, 1)


@golden('space-fsm-persist-user-block.h5', 1)
def space_behind_user_block(name):
    """Sections of many sizes, a few too small to be kept track of, behind a user block."""
    plist = fcpl()
    plist.set_userblock(512)
    plist.set_file_space_strategy(h5f.FSPACE_STRATEGY_FSM_AGGR, True, 24)
    created(name, plist)
    with h5py.File(name, 'r+') as file:
        for number in range(24):
            file[f'numbers{number:02d}'] = np.arange(1 + number * number, dtype='i1')
    with h5py.File(name, 'r+') as file:
        for number in range(0, 24, 2):
            del file[f'numbers{number:02d}']


@golden('space-page-persist-latest.h5', 2)
def space_pages_latest(name):
    plist = fcpl()
    plist.set_file_space_strategy(h5f.FSPACE_STRATEGY_PAGE, True, 8)
    plist.set_file_space_page_size(1024)
    created(name, plist, (h5f.LIBVER_LATEST, h5f.LIBVER_LATEST))
    with h5py.File(name, 'r+', libver='latest') as file:
        file['more'] = np.arange(300, dtype='i4')
        file.create_group('left')
        del file['values']
        del file['group']


@golden('tree-levels.h5', 1)
def tree_levels(name):
    """Version 1 B-trees of several levels, as their nodes have little room."""
    plist = fcpl()
    call('H5Pset_sym_k', hid(plist.id), ctypes.c_uint(1), ctypes.c_uint(1))
    call('H5Pset_istore_k', hid(plist.id), 1)
    created(name, plist)
    with h5py.File(name, 'r+') as file:
        for number in range(20):
            file[f'group/link{number:02d}'] = h5py.SoftLink('/values')
        file.create_dataset('many chunks', data=np.arange(24, dtype='i2'), chunks=(2,))


@golden('driver-split-m.h5', 1)
def split(name):
    stem = name[: -len('-m.h5')]
    with h5py.File(stem, 'w', driver='split', meta_ext=b'-m.h5', raw_ext=b'-r.h5') as file:
        fill(file)


@golden('driver-family-00000.h5', 1)
def family(name):
    with h5py.File('driver-family-%05d.h5', 'w', driver='family', memb_size=2048) as file:
        fill(file)


@golden('driver-core.h5', 1)
def core(name):
    with h5py.File(name, 'w', driver='core', block_size=4096) as file:
        fill(file)


@golden('aligned.h5', 1)
def aligned(name):
    access = h5p.create(h5p.FILE_ACCESS)
    access.set_alignment(64, 512)
    created(name, fcpl(), fapl=access)


main()
