#!/usr/bin/env python3
"""Records what the HDF5 library makes of numbers of each type as each other type: golden/values/conversions.json.

Needs h5py on HDF5 2.2 (half precision as a native type, complex numbers). Elements are converted one by one, since
the library's general way carries a flag over from one element to the next. Where NumPy has both types, a dataset's
astype is checked to give the same. Types are recorded as encoded datatype messages, elements in hexadecimal. `open` lists the elements whose result is not recorded as right:

- a floating-point number beyond the integer type, between native types (a NaN as well, of the widest one): C leaves
  that undefined
- a number of one byte that is wider as an integer of more than one byte but not of two: its higher bits are lost
- a negative fraction as a signed integer by the general way: the lowest integer instead of 0
- an integer beyond the target's largest number by the general way: a NaN instead of infinity
- integers of one size that differ in both sign and byte order: wrapped instead of clipped
- a number that rounds up to the next power of two where it is subnormal in the target, by the general way
"""
import json
import sys
from fractions import Fraction

import h5py
import numpy as np
from h5py import h5t


def floating(size, order, fields, bias, norm=h5t.NORM_IMPLIED, precision=None):
    base = (h5t.IEEE_F64LE if size <= 8 else h5t.IEEE_F128LE).copy()
    base.set_fields(*fields)
    base.set_precision(precision or 8 * size)
    base.set_size(size)
    base.set_ebias(bias)
    base.set_norm(norm)
    base.set_order(order)
    return base


def integer(size, offset, precision, signed, order, low=h5t.PAD_ZERO, high=h5t.PAD_ZERO):
    kind = (h5t.STD_I64LE if signed else h5t.STD_U64LE).copy()
    kind.set_precision(precision)
    kind.set_size(size)
    kind.set_offset(offset)
    kind.set_order(order)
    kind.set_pad(low, high)
    return kind


TYPES = {}
for code in ['i1', 'u1', 'i2', 'u2', 'i4', 'u4', 'i8', 'u8', 'f2', 'f4', 'f8']:
    for order in '<>':
        if code[1] != '1' or order == '<':
            TYPES[order + code] = h5t.py_create(np.dtype(order + code))
LE, BE = h5t.ORDER_LE, h5t.ORDER_BE
TYPES['ldouble'] = h5t.NATIVE_LDOUBLE
TYPES['f128'] = h5t.IEEE_F128LE
TYPES['bfloat16'] = floating(2, LE, (15, 7, 8, 0, 7), 127)
TYPES['>bfloat16'] = floating(2, BE, (15, 7, 8, 0, 7), 127)
TYPES['e4m3'] = floating(1, LE, (7, 3, 4, 0, 3), 7)
TYPES['e5m2'] = floating(1, LE, (7, 2, 5, 0, 2), 15)
TYPES['i3'] = integer(3, 0, 24, True, LE)
TYPES['>u5'] = integer(5, 0, 40, False, BE)
TYPES['i4 of 17 bits'] = integer(4, 5, 17, True, LE, h5t.PAD_ONE, h5t.PAD_ZERO)
TYPES['>u2 of 11 bits'] = integer(2, 3, 11, False, BE, h5t.PAD_ZERO, h5t.PAD_ONE)
TYPES['i16'] = integer(16, 0, 128, True, LE)
NATIVE = {'<' + c for c in ['i1', 'u1', 'i2', 'u2', 'i4', 'u4', 'i8', 'u8', 'f2', 'f4', 'f8']} | {'ldouble'}

INTEGERS = sorted({s * (2**n + d) for n in [0, 3, 7, 8, 10, 11, 15, 16, 17, 24, 25, 31, 32, 40, 53, 54, 63, 64] for d in (-1, 0, 1) for s in (1, -1)})
DOUBLES = [0.0, -0.0, 0.3, -0.3, 0.5, -0.5, 0.75, 1.5, -1.5, 2.5, 3.5, 254.5, 255.5, -128.5, -129.0, 448.0, 449.0, 464.0, 480.0,
           65504.0, 65519.0, 65520.0, 65535.9, 1e5, -1e5, 2.0**-14, 2.0**-24, 2.0**-25, 3 * 2.0**-26, 2.0**-9, 2.0**-10, 2.0**-17,
           1 + 2.0**-8, 1 + 3 * 2.0**-8, 1 + 2.0**-11, 1 + 3 * 2.0**-11, 1 + 2.0**-24, 1 + 3 * 2.0**-24, 1.9999999999,
           2.0**31, 2.0**31 - 0.5, -2.0**31 - 0.5, 2.0**53, 2.0**63, -2.0**63, 2.0**64, -2.0**64, 1e30, -1e30,
           3.4028234663852886e38, 3.4028235e38, 3.40282357e38, 1e39, -1e39, 1e-45, 1e-40, 7e-46, 1e-46, 5e-324, 1.7e308,
           float('inf'), float('-inf'), float('nan')]


def convert(source, target, element):
    data = np.zeros(max(source.get_size(), target.get_size()), 'u1')
    data[:len(element)] = np.frombuffer(element, 'u1')
    h5t.convert(source, target, 1, data)
    return data[:target.get_size()].tobytes()


def isinteger(kind):
    return isinstance(kind, h5t.TypeIntegerID)


def elements(kind):
    """Different elements of a type, near its ends and near those of the others."""
    if isinteger(kind):
        return sorted({convert(h5t.STD_I64LE, kind, int(n).to_bytes(8, 'little', signed=True)) if -2**63 <= n < 2**63
                       else convert(h5t.STD_U64LE, kind, int(n % 2**64).to_bytes(8, 'little')) for n in INTEGERS if n < 2**64})
    found = {convert(h5t.IEEE_F64LE, kind, np.float64(x).tobytes()) for x in DOUBLES}
    if kind.get_size() > 8:
        # Between doubles: halfway, and a little beside that.
        for text in ['1.00000000000000011102230246251565404', '1.0000000000000001110223024625156540424', '1e400', '1e-400',
                     '9223372036854775807.5', '18446744073709551615', '65519.9999999999999', '3.40282346638528859811704183484516925441e38']:
            found.add(convert(h5t.NATIVE_LDOUBLE, kind, np.longdouble(text).tobytes()[:10].ljust(16, b'\0')))
    return sorted(found)


def value(kind, element):
    """The number, exactly; a string where it is none."""
    if isinteger(kind):
        wide = convert(kind, TYPES['i16'], element)
        return Fraction(int.from_bytes(wide, 'little', signed=True))
    number = int.from_bytes(convert(kind, h5t.IEEE_F128LE, element), 'little')
    exponent, mantissa = (number >> 112) & 0x7fff, number & (2**112 - 1)
    if exponent == 0x7fff:
        return 'inf' if mantissa == 0 else 'nan'
    whole = mantissa + (2**112 if exponent else 0)
    return (-1) ** (number >> 127) * Fraction(whole) * Fraction(2) ** (max(exponent, 1) - 16383 - 112)


def limits(kind):
    """Bits of the mantissa, the exponent of the smallest normal number, and the largest number."""
    _, _, esize, _, msize = kind.get_fields()
    bits = msize if kind.get_norm() == h5t.NORM_IMPLIED else msize - 1
    least = 1 - kind.get_ebias()
    largest = (2 - Fraction(1, 2**bits)) * Fraction(2) ** (2**esize - 2 - kind.get_ebias())
    return bits, least, largest


def bounds(kind):
    bits = kind.get_precision()
    return (0, 2**bits - 1) if kind.get_sign() == h5t.SGN_NONE else (-2**(bits - 1), 2**(bits - 1) - 1)


def wraps(source, target):
    same = all(getattr(source, get)() == getattr(target, get)() for get in ['get_size', 'get_precision', 'get_offset'])
    return same and source.get_order() != target.get_order()


def left_open(source, target, native, number):
    if number == 'nan':
        return native and source.get_size() == 16 and target.get_size() == 2
    if isinteger(target):
        if isinteger(source):
            low, high = bounds(target)
            return wraps(source, target) and not low <= number <= high
        if source.get_size() == target.get_precision() // 8 and number != 'inf' and abs(number) >= 2**(8 * source.get_size()):
            return True
        if source.get_size() == 2 and native and (number == 'inf' or number < 0):
            return True
        if number == 'inf':
            return not native and target.get_offset() != 0 or native and target.get_size() == 8
        if native:
            bound = 2**target.get_precision() if target.get_sign() == h5t.SGN_NONE else 2**(target.get_precision() - 1)
            return target.get_size() >= 4 and abs(number) >= bound
        return target.get_sign() == h5t.SGN_2 and -1 < number < 0 or number < 0 and target.get_offset() != 0
    if number == 'inf' or number == 0:
        return False
    bits, least, largest = limits(target)
    if isinteger(source):
        return not native and abs(number) > largest
    # Subnormal in the target, and rounded to a number with a bit more.
    if not native and abs(number) < Fraction(2) ** least:
        unit = Fraction(2) ** (least - bits)
        scaled = abs(number) / unit
        rounded = int(scaled + Fraction(1, 2))
        return rounded > 0 and rounded & (rounded - 1) == 0 and scaled != rounded
    return False


def check_astype(file, source, target, elements, results, opened):
    """A dataset's astype gives the same, where NumPy has both types."""
    if source[0] not in '<>' or target[0] not in '<>' or ' ' in source + target or source == '>bfloat16' or target == '>bfloat16':
        return
    if '5' in source + target:
        return
    dataset = file.create_dataset(f'{source} {target}', data=np.frombuffer(elements, source))
    found = dataset.astype(target)[...]
    expected = np.frombuffer(results, target)
    for i in range(len(expected)):
        same = found[i].tobytes() == expected[i].tobytes() or (found[i] != found[i] and expected[i] != expected[i])
        # A dataset is converted many elements at a time, of which one may change the next (see above).
        assert same or i in opened or np.dtype(source).kind == 'f' and np.dtype(target).kind == 'f', (source, target, i)


def main(path):
    scratch = h5py.File('scratch', 'w', driver='core', backing_store=False)
    sources = {name: elements(kind) for name, kind in TYPES.items()}
    cases = []
    for source, kind in TYPES.items():
        numbers = [value(kind, element) for element in sources[source]]
        for target, other in TYPES.items():
            native = source in NATIVE and target in NATIVE
            results = [convert(kind, other, element) for element in sources[source]]
            opened = [i for i, number in enumerate(numbers) if source != target and left_open(kind, other, native, number)]
            check_astype(scratch, source, target, b''.join(sources[source]), b''.join(results), opened)
            cases.append([source, target, b''.join(results).hex(), opened])
    with open(path, 'w') as file:
        json.dump({
            'types': {name: kind.encode().hex() for name, kind in TYPES.items()},
            'elements': {name: b''.join(found).hex() for name, found in sources.items()},
            'cases': cases,
        }, file, separators=(',', ':'))
        file.write('\n')


main(sys.argv[1] if len(sys.argv) > 1 else 'golden/values/conversions.json')
