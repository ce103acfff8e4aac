export const HELP = `Shows what is in HDF5 files as text.

  h5dump file.h5                          everything
  h5dump -H file.h5                       everything but the values
  h5dump -pH -d /path/dset file.h5        how a dataset is stored
  h5dump -d "/dset[0,0;;10,4]" file.h5    ten rows of four values
  h5dump -d /dset -b LE -o out.bin file.h5   the values as little-endian bytes

usage: h5dump [OPTIONS] FILE ...

What is dumped; each may be given many times, paths are from the root group
  -d, --dataset=PATH            a dataset; PATH[START;STRIDE;COUNT;BLOCK] a part of it
  -g, --group=PATH              a group and all in it
  -a, --attribute=PATH          an attribute; a slash in its name is written \\/
  -t, --datatype=PATH           a committed datatype; /#ADDRESS one without a name
  -l, --soft-link=PATH          what a link names
  -N, --any_path=PATH           whatever the path or the name fits
  -n, --contents [1]            only the paths of everything; 1 for those of attributes too
  -B, --superblock              the superblock and how file space is managed

A part of the dataset in front
  -s, --start=LIST              where it begins along each axis: 0,0
  -S, --stride=LIST             how far blocks are apart
  -c, --count=LIST              how many blocks
  -k, --block=LIST              how large blocks are
  --no-compact-subset           a bracket in a dataset's name is a part of the name
  -M, --packedbits=LIST         bits of integers as numbers: offset,length,...

What is shown of it
  -H, --header                  no values
  -A, --onlyattr [0]            values of attributes alone; 0 for no attributes at all
  -p, --properties              layout, filters, fill value, allocation time
  -i, --object-ids              numbers of objects
  -R, --region                  the values that region references select

How values are shown
  -y, --noindex                 no array indices
  -r, --string                  one-byte integers as text
  -e, --escape                  what cannot be printed is escaped
  --utf8                        UTF-8 in strings is printed as it is
  -m, --format=FORMAT           C's format for floating-point numbers: %.3f
  -L, --lformat=FORMAT          the same for long double: %.3Lf
  -w, --width=COLUMNS           columns of a line; 0 for no limit
  -q, --sort_by=WHAT            name or creation_order
  -z, --sort_order=WHAT         ascending or descending

Where it goes
  -o, --output=FILE             values into a file
  -O, --ddl=FILE                everything else into a file; without FILE nowhere
  -b, --binary=FORM             with -o: bytes; NATIVE, FILE, LE or BE
  --max-bytes=N                 stop after so many bytes of output

XML
  -x, --xml                     XML, described by a schema
  -u, --use-dtd                 XML, described by a document type definition
  -D, --xml-dtd=URI             where the schema or the definition is
  -X, --xml-ns=PREFIX           the prefix of names; ":" for none

Files
  -f, --filedriver, --vfd-name=NAME   sec2, core, stdio, split, multi, family, onion
  --vfd-value=N                 the same by the library's number
  --vfd-info=TEXT               what the driver is told
  --vds-view-first-missing      virtual datasets end where the first source is missing
  --vds-gap-size=N              missing source files that are passed over
  --filter-module=FILE          JavaScript module whose default export is a filter, or an array of them:
                                { id, name, decode(bytes, parameters, limit), encode?(bytes, parameters) }
  --page-buffer-size=N, --enable-error-stack   accepted, without effect

  -h, --help                    this text
  -V, --version                 the release whose output this follows
`
