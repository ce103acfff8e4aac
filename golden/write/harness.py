"""What the writing scripts share: a registry of files, each written by one function under one version of HDF5.

A script ends with `main()`. Run as `python SCRIPT FOLDER [NAME ...]`, it writes the files (all, or those named) that
the HDF5 library behind this Python's h5py is meant to write.
"""

import ctypes
import os
import sys

import h5py

MAJOR = h5py.version.hdf5_version_tuple[0]
_registry = []


def golden(name, hdf5=None):
    """Registers a function that writes FOLDER/name; `hdf5` is the major version that must write it."""

    def register(function):
        if hdf5 is None or hdf5 == MAJOR:
            _registry.append((name, function))
        return function

    return register


def main():
    os.chdir(sys.argv[1])
    only = sys.argv[2:]
    for name, function in _registry:
        if only and name not in only:
            continue
        if os.path.exists(name):
            os.remove(name)
        function(name)


def _loaded():
    for line in open('/proc/self/maps'):
        path = line.split()[-1]
        if 'libhdf5' in path and '_hl' not in path:
            return ctypes.CDLL(path)
    raise RuntimeError('h5py has loaded no HDF5 library')


def call(function, *arguments, result=ctypes.c_int):
    """Calls the HDF5 library that h5py has loaded, for what h5py does not offer. Identifiers are wrapped by `hid`."""
    entry = getattr(_loaded(), function)
    entry.restype = result
    value = entry(*arguments)
    if isinstance(value, int) and value < 0:
        raise RuntimeError(f'{function} failed')
    return value


def hid(number):
    return ctypes.c_int64(number)


def create(function, *arguments):
    """Calls what returns an identifier."""
    return hid(call(function, *arguments, result=ctypes.c_int64))


def predefined(name):
    """The identifier of a predefined datatype: STD_REF."""
    call('H5open')
    return hid(ctypes.c_int64.in_dll(_loaded(), f'H5T_{name}_g').value)
