/* workload.h: the events that the benchmarks run on, and the rules they run under. */
#ifndef WATCHKEEPER_WORKLOAD_H
#define WATCHKEEPER_WORKLOAD_H

#include "decode.h"
#include "engine.h"

struct workload_line {
    const char *text;
    size_t length;
};
struct workload {
    struct arena *arena;
    struct engine *engine; /* with the statutory pack, unless another was asked for */
    struct decode_context context;
    size_t n_lines, n_bytes;
    struct workload_line *lines; /* in the order of the file */
};

/* Ends the program with status 2 and a message when the file or the rules cannot be read. */
struct workload workload_load(const char *path);
/* Under this pack (the path of a file) in place of the statutory one. */
struct workload workload_load_under(const char *path, const char *pack);
void workload_done(struct workload *workload);

/* The facts of the lines, in their order, feed and record events left out; decoded into the workload's arena. */
struct workload_fact {
    size_t child; /* place of the subject, from 0 */
    struct fact fact;
};
struct workload_facts {
    size_t count, n_children;
    struct workload_fact *list;
    const char **subjects; /* by child */
};
struct workload_facts workload_facts(struct workload *workload);
/* One empty record a child; free each with record_free() and the array with free(). */
struct record **workload_records(const struct workload_facts *facts);
void workload_records_free(const struct workload_facts *facts, struct record **records);

#endif
