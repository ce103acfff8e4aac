export const HELP = `Compares two HDF5 files, or objects in them.

  h5diff one.h5 two.h5                    what both have, by name
  h5diff -v one.h5 two.h5 /data           one object of both, difference by difference
  h5diff -r one.h5 two.h5 /a /b           an object of each
  h5diff one.h5 two.h5 '/a[0;;10]' '/b[5;;10]'   parts of datasets: start; stride; count; block
  h5diff --rtol 1e-6 one.h5 two.h5        numbers that are close enough are the same

usage: h5diff [OPTIONS] FILE1 FILE2 [OBJECT1 [OBJECT2]]

What is printed
  (nothing of these)           how many differences each object has, where it has some
  -r, --report                 each difference
  -v, --verbose                all that is compared, each difference, and warnings
  -v1, -v2, -v3                besides how many attributes there are; their names; the files' names
  -q, --quiet                  nothing; the exit status tells
  -c, --compare                what cannot be compared, and why
  --only-differences           with -v or -r: nothing of what is the same
  --json                       one JSON document

When elements differ
  -d, --delta=D                where |a-b| > D
  -p, --relative=R             where |(b-a)/a| > R
  -e, --use-system-epsilon     where |a-b| > the machine's epsilon
  --rtol=R, --atol=A           where |a-b| > A + R*|b|, as NumPy's isclose; what is not given is 0
  --nan-equal                  with these: NaN is the same as NaN
  -N, --nan                    NaNs are compared as numbers, bit by bit
  -n, --count=N                no more than N differences of each array

What is compared
  -l, --follow-symlinks        what soft and external links lead to, instead of the links
  -x, --no-dangling-links      with -l: links that lead nowhere are errors
  -E, --exclude-path=PATH      without an object and all below it; may be given more than once
  -A, --exclude-attribute=PATH without the attributes of an object; may be given more than once
  --ignore-path=GLOB           without paths of this pattern and all below them (** goes through slashes)
  --ignore-attr=GLOB           without attributes whose names are of this pattern
  --structure-only             names, types and shapes, but no elements
  -C, --no-compact-subset      brackets in names of objects are part of the name

Other
  --vfd-name-1=NAME, --vfd-name-2=NAME   file driver: sec2, stdio, core, family, split, multi or onion
  --vfd-value-1=N, --vfd-value-2=N       the same by the library's number
  --vfd-info-1=N, --vfd-info-2=N         with onion: the revision
  --filter-module=FILE         JavaScript module whose default export is a filter, or an array of them
  --page-buffer-size=N, --enable-error-stack, -S   accepted, without effect
  -h, --help                   this text
  -V, --version                the release whose output this follows

Exit status: 0 nothing differs, 1 something does, 2 something went wrong.
`
