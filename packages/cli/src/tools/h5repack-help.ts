export const HELP = `Writes a file anew: without the space that was freed, in other layouts, with other filters.

  h5repack old.h5 new.h5                            as it is, each object once, next to each other
  h5repack -f SHUF -f GZIP=6 old.h5 new.h5          all datasets shuffled and compressed
  h5repack -f /a,/b:NONE old.h5 new.h5              two of them without filters
  h5repack -l /a:CHUNK=100x100 old.h5 new.h5        other chunks
  h5repack --in-place -f GZIP=9 file.h5             the file itself, replaced when the new one is complete

usage: h5repack [OPTIONS] SOURCE NEW
       h5repack [OPTIONS] --in-place FILE

Filters and layouts (for all datasets, or for those named before a colon)
  -f, --filter=[NAMES:]FILTER      GZIP=LEVEL (1-9), SHUF, FLET, NBIT, SZIP=PIXELS,NN|EC, SOFF=FACTOR,IN|DS,
                                   UD=NUMBER,OPTIONAL(0|1),COUNT,VALUES, NONE; several make a pipeline
  -l, --layout=[NAMES:]LAYOUT      CHUNK=SIZExSIZE..., COMPA, CONTI
  -e, --file=FILE                  a file with -f and -l options
  -m, --minimum=BYTES              smaller datasets stay as they are
  -n, --native                     elements as the processor has them
  --keep-prefilters                keep shuffling where only a compression of bytes is asked for, such as GZIP (SZIP, NBIT and
                                   SOFF look for elements, and shuffled ones are none)

The new file
  -L, --latest                     the newest forms of everything
  -j, --low=N, -k, --high=N        oldest and newest release that it is for: 0 earliest, 1 1.8, 2 1.10, 3 1.12, 4 1.14, 5 2.0
  -c, --compact=N, -d, --indexed=N  most links in a group's header, and fewest outside of it
  -s, --ssize=BYTES[:KIND]         share messages (dspace, dtype, fill, pline, attr) from that size on
  -u, --ublock=FILE, -b, --block=BYTES  what comes before the file, and room for it
  -t, --threshold=BYTES, -a, --alignment=BYTES  larger things at multiples of the alignment
  -M, --metadata_block_size=BYTES  blocks that descriptions are put in
  -S, --fs_strategy=FSM_AGGR|PAGE|AGGR|NONE, -P, --fs_persist=0|1, -T, --fs_threshold=BYTES, -G, --fs_pagesize=BYTES
                                   how the file manages its space

What is copied
  --merge                          what soft and external links lead to, instead of them
  --prune                          no soft and external links (with --merge: none that lead nowhere)
  --drop=PATH                      all but this; may be given again
  -q, --sort_by=name|creation_order, -z, --sort_order=ascending|descending

How it goes
  --in-place                       replace the file: when the new one is complete, it takes the name. It has the old one's mode,
                                   and its owner where you may give files away; its times are new, and extended attributes
                                   and access lists are not copied. Other hard links keep the old file; a symbolic link
                                   stays, and what it leads to is replaced. It is locked meanwhile, and refused where others
                                   have it locked
  --dry-run                        tell what would become of each dataset and how large the file, and write none
  --verify                         read both files and compare them before the new one is there
  --jobs=N                         threads that decode and encode; as many as there are processors where nothing is said
  --max-memory=BYTES               what elements may take in memory (K, M, G); 256M where nothing is said
  -v, --verbose[=2]                name each object, with 2 how long it took; as -v 2 too
  --src-vfd-name=NAME, --src-vfd-value=N, --src-vfd-info=N  file driver of the source; of onion, the revision
  --dst-vfd-name=NAME, --dst-vfd-value=N  file driver of the new file: split, multi, family (NEW as part%05d.h5), ...
  --dst-vfd-info=BYTES             size of the members of a family (K, M, G); 100M where nothing is said
  --page-buffer-size=N, --enable-error-stack   accepted, without effect
  -i, --infile=SOURCE, -o, --outfile=NEW  the files by name
  -h, --help, -V, --version
`
