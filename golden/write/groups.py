"""Groups and links: every storage of links, every kind of link."""

import os
import shutil

import h5py
import numpy as np
from h5py import h5g, h5o
from harness import golden, main


def with_links(name, count, libver, label='link'):
    with h5py.File(name, 'w', libver=libver) as file:
        file['target'] = np.int32(1)
        for number in range(count):
            file[f'{label}{number:03d}'] = file['target']


@golden('links-symbol-table.h5', 1)
def symbol_table(name):
    with_links(name, 40, 'earliest')


@golden('links-compact.h5', 1)
def compact(name):
    with_links(name, 5, 'latest')


@golden('links-dense.h5', 1)
def dense(name):
    with_links(name, 60, 'latest')


@golden('links-dense-indirect.h5', 2)
def dense_indirect(name):
    """A heap with an indirect root block: names long enough to outgrow the direct blocks of the first row."""
    with h5py.File(name, 'w', libver='latest') as file:
        for number in range(120):
            file[f'link{number:04d}-{"x" * 90}'] = h5py.SoftLink(f'/somewhere/{number}')


@golden('links-dense-huge.h5', 1)
def dense_huge(name):
    """Links too long for the heap's blocks, which are kept as objects of their own."""
    with h5py.File(name, 'w', libver='latest') as file:
        for number in range(9):
            file[f'short{number}'] = h5py.SoftLink('/short')
        for number in range(3):
            file[f'long{number}'] = h5py.SoftLink('/' + 'abcdefgh' * 600)


@golden('links-creation-order.h5', 1)
def creation_order(name):
    with h5py.File(name, 'w', libver='latest') as file:
        for label, count in (('few', 4), ('many', 30)):
            group = file.create_group(label, track_order=True)
            for number in range(count):
                group.create_group(f'{(number * 7) % count:02d}')
        for number in range(0, 30, 3):
            del file[f'many/{number:02d}']


@golden('links-every-kind.h5', 1)
def every_kind(name):
    with h5py.File('links-external-target.h5', 'w') as other:
        other['inside/values'] = np.arange(3)
        other['back'] = h5py.ExternalLink(name, '/group')
        other.create_group('empty')
        other['type'] = np.dtype('i2')
    with h5py.File(name, 'w') as file:
        group = file.create_group('group')
        group['values'] = np.arange(4.0)
        group['type'] = np.dtype([('a', 'i4'), ('b', 'f8')])
        file['hard'] = group['values']
        file['soft to dataset'] = h5py.SoftLink('/group/values')
        file['soft to group'] = h5py.SoftLink('group')
        file['soft to soft'] = h5py.SoftLink('soft to dataset')
        file['soft to type'] = h5py.SoftLink('/group/type')
        file['soft dangling'] = h5py.SoftLink('/nowhere')
        file['soft to itself'] = h5py.SoftLink('/soft to itself')
        target = 'links-external-target.h5'
        file['external to dataset'] = h5py.ExternalLink(target, '/inside/values')
        file['external to group'] = h5py.ExternalLink(target, 'inside')
        file['external to root'] = h5py.ExternalLink(target, '/')
        file['external to type'] = h5py.ExternalLink(target, '/type')
        file['external and back'] = h5py.ExternalLink(target, '/back/values')
        file['external dangling'] = h5py.ExternalLink(target, '/nowhere')
        file['external without file'] = h5py.ExternalLink('missing.h5', '/x')
        file['external to itself'] = h5py.ExternalLink(name, '/external to itself')


@golden('links-cycle.h5', 1)
def cycle(name):
    with h5py.File(name, 'w') as file:
        one = file.create_group('one')
        two = one.create_group('two')
        two['back to one'] = one
        two['root'] = file['/']
        one['self'] = one
        two['three/values'] = np.arange(2)
        file['zwei'] = two
        file['values'] = file['one/two/three/values']
        two['soft up'] = h5py.SoftLink('/one')


@golden('links-names.h5', 1)
def names(name):
    with h5py.File(name, 'w') as file:
        for each in (
            'caf\u00e9', '\u65e5\u672c\u8a9e', 'tab\there', 'line\nfeed', 'quote"s', "apostrophe's", 'back\\slash',
            'percent%d', 'a name that is longer than the column of twenty-four', 'exactly twenty-four char', ' leading',
            'trailing ', 'bell\x07', 'del\x7f', '-dash', '\U0001f600', '...', 'semi;colon', 'brace{}', 'dollar$x',
        ):
            file.create_group(each)
        h5g.create(file.id, b'latin-1 \xe9\xff')
        file['caf\u00e9/\u00fcber'] = np.arange(2)
        file['soft caf\u00e9'] = h5py.SoftLink('/caf\u00e9/\u00fcber')
        file['soft\tcontrol'] = h5py.SoftLink('/line\nfeed')


@golden('links-deep.h5', 1)
def deep(name):
    with h5py.File(name, 'w', libver='latest') as file:
        group = file
        for number in range(40):
            group = group.create_group(f'd{number}')
        group['end'] = np.uint8(1)


@golden('object-comments.h5', 1)
def comments(name):
    with h5py.File(name, 'w') as file:
        file.create_group('group')
        file['values'] = np.arange(3)
        file['type'] = np.dtype('f4')
        h5o.set_comment(file.id, b'the root\'s comment', obj_name=b'/')
        h5o.set_comment(file.id, b'a group\'s "comment"\nin two lines', obj_name=b'group')
        h5o.set_comment(file.id, 'caf\u00e9 100%'.encode(), obj_name=b'values')
        h5o.set_comment(file.id, b'a type', obj_name=b'type')


@golden('object-reference-count.h5', 1)
def reference_count(name):
    with h5py.File(name, 'w', libver='latest') as file:
        file['a'] = np.arange(3)
        for number in range(12):
            file[f'b{number}'] = file['a']
        group = file.create_group('group')
        group['x'] = np.int8(3)
        file['same group'] = group
        group['same group again'] = group
        file['type'] = np.dtype('i8')
        group['same type'] = file['type']


@golden('object-times.h5', 1)
def times(name):
    for libver in ('earliest', 'latest'):
        with h5py.File(name, 'w' if libver == 'earliest' else 'a', libver=libver) as file:
            for tracked in (True, False):
                file.create_dataset(f'{libver}-{tracked}', data=np.arange(2), track_times=tracked)


@golden('object-header-continuation.h5', 1)
def continuation(name):
    for libver in ('earliest', 'latest'):
        with h5py.File(name, 'w' if libver == 'earliest' else 'a', libver=libver) as file:
            dataset = file.create_dataset(libver, data=np.arange(2))
            for number in range(7):
                dataset.attrs[f'attribute {number}'] = np.arange(20, dtype='i4')
            del dataset.attrs['attribute 3']
            dataset.attrs['later'] = 'text'


@golden('group-empty.h5', 1)
def empty(name):
    h5py.File(name, 'w').close()


@golden('group-empty-latest.h5', 2)
def empty_latest(name):
    h5py.File(name, 'w', libver='latest').close()


@golden('file-left-open.h5', 1)
def left_open(name):
    """What a writer that was cut off leaves: the file's consistency flags are set."""
    with h5py.File('left-open.tmp', 'w', libver='latest') as file:
        file['values'] = np.arange(3)
        file.flush()
        shutil.copy('left-open.tmp', name)
    os.remove('left-open.tmp')


main()
