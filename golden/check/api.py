"""Looks with h5py at the files that api.ts made, and compares them with what it says of them (JSON on standard input)."""

import json
import sys

import h5py
import numpy as np

wrong = []
looked = 0


def check(place, what, found, expected):
    global looked
    looked += 1
    if found != expected:
        wrong.append(f"{place}: {what} is {found!r}, not {expected!r}")


def plain(value):
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, np.ndarray):
        return [plain(each) for each in value.tolist()]
    if isinstance(value, list):
        return [plain(each) for each in value]
    return value.item() if isinstance(value, np.generic) else value


for told in json.load(sys.stdin):
    with h5py.File(told["file"], "r") as file:
        place = f"{told['file']}{told['path']}"
        found = file[told["path"]]
        if "names" in told:
            check(place, "names", sorted(found), told["names"])
        if "shape" in told:
            check(place, "shape", list(found.shape), told["shape"])
        if "values" in told:
            check(place, "values", plain(found[()]), told["values"])
        if "attributes" in told:
            check(place, "attributes", {name: plain(value) for name, value in found.attrs.items()}, told["attributes"])
        if "references" in told:
            check(place, "references", [file[each].name for each in found[()].ravel()], told["references"])
        if "sources" in told:
            sources = [[each.file_name, each.dset_name] for each in found.virtual_sources()]
            check(place, "sources", sources, told["sources"])
        if "external" in told:
            check(place, "external files", [list(each) for each in found.external or []], told["external"])
        if "scales" in told:
            check(place, "scales", [[each.name for each in axis.values()] for axis in found.dims], told["scales"])
            check(place, "labels", [axis.label for axis in found.dims], told["labels"])
            check(place, "being a scale", h5py.h5ds.is_scale(found.id), told["isScale"])
            if told["isScale"]:
                check(place, "the scale's name", plain(h5py.h5ds.get_scale_name(found.id)), told["scaleName"])

for line in wrong:
    print(line)
print(f"h5py {h5py.__version__} on HDF5 {h5py.version.hdf5_version}: {looked} facts, {len(wrong)} differences")
sys.exit(1 if wrong else 0)
