"""What netCDF-4 writes: dimensions as scales, unlimited ones, groups, types of its own. usage: netcdf_files.py FOLDER"""

import os
import sys

import netCDF4
import numpy as np

os.chdir(sys.argv[1])

with netCDF4.Dataset('netcdf-grid.nc', 'w') as file:
    file.title = 'a grid'
    file.createDimension('time', None)
    file.createDimension('lat', 3)
    file.createDimension('lon', 4)
    file.createDimension('no variable', 5)
    time = file.createVariable('time', 'f8', ('time',), chunksizes=(4,))
    time.units = 'days since 2000-01-01'
    file.createVariable('lat', 'f4', ('lat',))[:] = [-10, 0, 10]
    file.createVariable('lon', 'f4', ('lon',))[:] = np.arange(4)
    temperature = file.createVariable('temperature', 'i2', ('time', 'lat', 'lon'), zlib=True, fill_value=-999, chunksizes=(1, 3, 4))
    temperature.set_auto_maskandscale(False)
    temperature.valid_range = np.array([-500, 500], 'i2')
    temperature[0:2] = np.arange(24).reshape(2, 3, 4)
    time[:] = [0, 1]

with netCDF4.Dataset('netcdf-types.nc', 'w') as file:
    record = file.createCompoundType(np.dtype([('x', 'f4'), ('n', 'i4')]), 'record')
    colour = file.createEnumType(np.int8, 'colour', {'red': 1, 'green': 2})
    ragged = file.createVLType(np.int16, 'ragged')
    group = file.createGroup('inner')
    group.createDimension('n', 2)
    group.createVariable('records', record, ('n',))[:] = np.array([(1, 2), (3, 4)], 'f4,i4').view([('x', 'f4'), ('n', 'i4')])
    group.createVariable('colours', colour, ('n',), fill_value=1)[:] = [1, 2]
    group.createVariable('sequences', ragged, ('n',))[0] = np.arange(3, dtype='i2')
    texts = group.createVariable('texts', str, ('n',))
    texts[0] = 'one'
    group.createVariable('scalar', 'u8')[...] = 7
    group.createVariable('characters', 'S1', ('n',))[:] = np.array([b'a', b'b'])
