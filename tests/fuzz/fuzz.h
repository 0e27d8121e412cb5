/* fuzz.h: what the targets of tests/fuzz share.
 *
 * A target is one file, fuzz_<target>.c, that hands bytes from nowhere to one surface of the product. It asserts with
 * ENSURE only what must hold for any bytes; crashes, leaks, undefined behaviour and time are watched from outside. */
#ifndef WATCHKEEPER_FUZZ_H
#define WATCHKEEPER_FUZZ_H

#include "arena.h"
#include "decode.h"
#include "engine.h"
#include "yaml.h"

#include <stddef.h>
#include <stdint.h>

/* The target; libFuzzer's own name for it. Always returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FUZZ_RULES WATCHKEEPER_SOURCE_DIR "/rules"
#define FUZZ_FACTS WATCHKEEPER_SOURCE_DIR "/tests/fuzz/facts.jsonl" /* an invented child */

/* The product's own rules, read once; they live as long as the process. */
const struct engine *fuzz_engine(void);
struct decode_context fuzz_decode_context(void);

/* Emptied at each call: one input's memory. */
struct arena *fuzz_arena(void);
/* No problems yet; messages live in the arena. */
struct yaml_problems *fuzz_problems(struct arena *arena);

/* Up to but without the separator line; the rest behind it. A text is the bytes up to the first NUL. */
struct fuzz_part {
    const char *text; /* NUL-terminated, in the arena */
    size_t length;
};
/* The next part of the input: up to a line "====" or the end. False when nothing is left. */
bool fuzz_next_part(const uint8_t **data, size_t *size, struct arena *arena, struct fuzz_part *ret_part);
/* The same, up to the end of a line. */
bool fuzz_next_line(const uint8_t **data, size_t *size, struct arena *arena, struct fuzz_part *ret_part);

/* A file of that content, in memory. Returns its path; fuzz_close_file() ends it. */
struct fuzz_file {
    int descriptor;
    char path[32];
};
struct fuzz_file fuzz_open_file(const void *data, size_t size);
void fuzz_close_file(struct fuzz_file *file);

/* A folder of this process below $TMPDIR, made once and removed at its end; NULL-terminated path. */
const char *fuzz_folder(void);
/* Puts a file into it, or takes one out (data NULL). The name must have no slash. */
void fuzz_put(const char *name, const void *data, size_t size);

/* Applies the facts and derives at some instants, as the daemon does: for what decoding lets through. */
void fuzz_derive(const struct engine *engine, const struct fact *facts, size_t n_facts, struct arena *arena);

#endif
