/* datafile.h: the head that every file of dated facts has (clock changes, bank holidays, school terms), and readers of
 * dates in it.
 *
 *     version: 2025b          which release of the facts
 *     source: ...             where they are from
 *     from: 1968-01-01        the span that the file speaks for, both days included
 *     to: 2100-12-31
 *     transitions: [...]      its one list of rows */
#ifndef WATCHKEEPER_DATAFILE_H
#define WATCHKEEPER_DATAFILE_H

#include "timebase.h"
#include "yaml.h"

struct datafile {
    struct yaml_reader reader;
    const struct yaml *root;
    const char *version;
    struct date from, to;
    size_t n_rows;
    const struct yaml *const *rows; /* each a mapping */
};

struct datafile_form {
    const char *list;        /* the key of the rows */
    const char *const *keys; /* every key of the file, NULL-terminated */
};

/* Reads the file; its rows live in the problems' arena. Returns 0, -errno or YAML_WRONG. On 0 mistakes of the head or
 * of rows may have been told as well (the count has risen): the rows that can be read are given all the same, so that
 * their mistakes are told too. */
MUST_CHECK int datafile_load(const char *path, struct datafile_form form, struct yaml_problems *problems,
                             struct datafile *ret_file);
/* The same of a file that has been parsed: for a reader that must look before it knows the form. */
MUST_CHECK int datafile_read(const struct yaml *root, struct datafile_form form, struct yaml_problems *problems,
                             struct datafile *ret_file);

/* The value of a required key of a row; false with the problem told. */
bool datafile_date(const struct datafile *file, const struct yaml *row, const char *key, struct date *ret_date);
bool datafile_instant(const struct datafile *file, const struct yaml *row, const char *key,
                      struct instant *ret_instant);

#endif
