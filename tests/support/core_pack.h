/* core_pack.h: the statutory pack cut down to the core rules, whose statements the tests of records, pipelines and
 * stores count. A further rule of the pack changes nothing for them. */
#ifndef WATCHKEEPER_CORE_PACK_H
#define WATCHKEEPER_CORE_PACK_H

/* Writes it and returns its path, for engine_paths.packs; removed when the program ends. Ends the program where it
 * cannot. */
const char *core_pack_path(void);

#endif
