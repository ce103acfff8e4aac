"""What PyTables writes: tables, arrays of every kind, nodes with its attributes. usage: tables_files.py FOLDER"""

import os
import sys

import numpy as np
import tables

os.chdir(sys.argv[1])


class Particle(tables.IsDescription):
    name = tables.StringCol(16, pos=0)
    lati = tables.Int32Col(pos=1)
    pressure = tables.Float32Col(shape=(2, 3), pos=2)
    temperature = tables.Float64Col(pos=3)
    kept = tables.BoolCol(pos=4)
    colour = tables.EnumCol({'red': 0, 'green': 1}, 'red', base='uint8', pos=5)

    class position(tables.IsDescription):
        x = tables.Float64Col(pos=0)
        y = tables.Float64Col(pos=1)


with tables.open_file('pytables-table.h5', 'w', title='A table') as file:
    group = file.create_group('/', 'detector', 'Detector information')
    table = file.create_table(group, 'readout', Particle, 'Readout example', chunkshape=4)
    row = table.row
    for number in range(6):
        row['name'] = f'Particle {number}'
        row['lati'] = number
        row['pressure'] = np.arange(6).reshape(2, 3) * number
        row['temperature'] = number**2 / 3
        row['kept'] = number % 2 == 0
        row['position/x'] = number / 2
        row.append()
    table.flush()
    table.cols.lati.create_index()
    table.attrs.note = 'pickled below'
    table.attrs.pickled = {'a': 1}

with tables.open_file('pytables-arrays.h5', 'w') as file:
    file.create_array('/', 'array', np.arange(6).reshape(2, 3), 'An array')
    file.create_array('/', 'text', b'text')
    file.create_array('/', 'complex', np.array([1 + 2j, 3j]))
    filters = tables.Filters(complevel=5, complib='zlib', shuffle=True, fletcher32=True)
    file.create_carray('/', 'carray', obj=np.eye(4), chunkshape=(2, 2), filters=filters)
    extendable = file.create_earray('/', 'earray', tables.Int16Atom(), (0, 2), chunkshape=(3, 2))
    extendable.append(np.arange(8).reshape(4, 2))
    ragged = file.create_vlarray('/', 'vlarray', tables.Float32Atom(), chunkshape=2)
    ragged.append([1, 2, 3])
    ragged.append([])
    texts = file.create_vlarray('/', 'texts', tables.VLUnicodeAtom(), chunkshape=2)
    texts.append('caf\u00e9')
    file.create_soft_link('/', 'soft', '/array')
    file.create_external_link('/', 'external', 'pytables-table.h5:/detector')
    blosc = tables.Filters(complevel=5, complib='blosc')
    file.create_carray('/', 'blosc', obj=np.arange(64), filters=blosc)
