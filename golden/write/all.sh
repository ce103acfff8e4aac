#!/usr/bin/env bash
# Writes all files of golden/files into a folder. The other folders of golden have a program each, which is run by itself:
# filters.py, compressors.py, values.py, conversions.py, storage.py and drivers.py (golden/README.md says what they need).
#
#   PYTHON_1_10=/usr/bin/python3 PYTHON_2_2=... golden/write/all.sh FOLDER
#
# PYTHON_1_10 has h5py on HDF5 1.10, PyTables and netCDF4; PYTHON_2_2 has h5py on HDF5 2.2; h5cc compiles against
# HDF5 1.10. What is stored as time of writing differs from run to run, and with it what is recorded of the files.
set -euo pipefail
folder=$(mkdir -p "$1" && cd "$1" && pwd)
cd "$(dirname "$0")"
export PYTHONDONTWRITEBYTECODE=1 PYTHONWARNINGS=ignore
for script in book containers groups attributes datatypes datasets corners xml diff; do
  "$PYTHON_1_10" "$script.py" "$folder"
  "$PYTHON_2_2" "$script.py" "$folder"
done
for script in tables_files netcdf_files old; do "$PYTHON_1_10" "$script.py" "$folder"; done
program=$(mktemp -d)
trap 'rm -r "$program"' EXIT
h5cc -o "$program/files" "$PWD/files.c"
"$program/files" "$folder"
