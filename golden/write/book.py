"""The examples of Collette's "Python and HDF5", made anew."""

import h5py
import numpy as np
from harness import golden, main


@golden('book-demo.h5', 1)
def demo(name):
    with h5py.File(name, 'w') as file:
        file.create_group('group')
        file.create_group('group/subgroup')
        file['array'] = np.arange(100).reshape(10, 10)
        file['scalar'] = 42
        file['group/subarray'] = np.linspace(0, 1, 8, dtype='f4')


@golden('book-attributes.h5', 1)
def attributes(name):
    with h5py.File(name, 'w') as file:
        dataset = file.create_dataset('dataset', (100,))
        dataset.attrs['title'] = 'Dataset from third round of experiments'
        dataset.attrs['sample_rate'] = 100e6
        dataset.attrs['run_id'] = 144
        dataset.attrs['fixed'] = np.string_('This is fixed') if hasattr(np, 'string_') else np.bytes_('This is fixed')
        dataset.attrs['unicode'] = 'Caf\u00e9 \u03a9 \u20ac'
        dataset.attrs.create('two byte int', 190, dtype='i2')
        dataset.attrs['ones'] = np.ones((2, 3), '>i2')
        dataset.attrs['names'] = np.array(['first', 'second', 'tr\u00e9s'], dtype=h5py.string_dtype())
        dataset.attrs['empty'] = h5py.Empty('f4')


@golden('book-dust.h5', 1)
def dust(name):
    random = np.random.RandomState(12)
    with h5py.File(name, 'w') as file:
        for number in range(3):
            experiment = file.create_group(f'experiment{number}')
            experiment.attrs['date'] = f'2013-0{number + 3}-14'
            experiment.attrs['velocity'] = 3.5 + number
            experiment.attrs['mass'] = np.float32(1e-15 * (number + 1))
            experiment.attrs['comment'] = 'dust accelerator run'
            for axis in ('detector0', 'detector1'):
                values = random.randint(-2000, 2000, 24).astype('i2')
                dataset = experiment.create_dataset(axis, data=values, chunks=(8,), compression='gzip')
                dataset.attrs['sampling rate'] = 10e6
                dataset.attrs['unit'] = 'mV'
            impact = np.array(
                [(1, b'ok', 12.5, True), (2, b'noise', -1, False)],
                dtype=[('id', 'u4'), ('state', 'S6'), ('charge', 'f8'), ('kept', '?')],
            )
            experiment['impacts'] = impact
        file['latest'] = h5py.SoftLink('/experiment2')


@golden('book-complex.h5', 1)
def complex_numbers(name):
    with h5py.File(name, 'w') as file:
        file['single'] = np.array([1 + 2j, -1.5 + 0.25j], 'c8')
        file['double'] = np.array([[1 + 2j, 3 - 4j], [0, 1e-300j]])
        file.attrs['i'] = 1j


@golden('book-bool.h5', 1)
def booleans(name):
    with h5py.File(name, 'w') as file:
        file['mask'] = np.array([True, False, True])
        file['scalar'] = np.bool_(True)
        file.attrs['flag'] = False


main()
