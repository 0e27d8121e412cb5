/* pack_read.h: what the parts of reading a pack share; nobody else includes it. Each tells every problem it finds and
 * reads on. */
#ifndef WATCHKEEPER_PACK_READ_H
#define WATCHKEEPER_PACK_READ_H

#include "pack.h"
#include "pack_language.h"

struct pack_reader {
    struct yaml_reader yaml;
    struct yaml_problems *problems;
    const struct pack_context *context;
    struct arena *arena;
    struct pack *pack;
    struct named_spans *spans; /* of this pack so far, and of those loaded before */
    const char *each;          /* what `each` stands for in filters, or NULL */
};

/* The parts of the file. */
void pack_ladder_read_all(const struct pack_reader *reader, const struct yaml *node);
/* The ladder named by `late`, of this pack or one loaded before; NULL when there is none, told if one is named. */
const struct ladder *pack_ladder_find(const struct pack_reader *reader, const struct yaml *mapping);
void pack_span_read_all(const struct pack_reader *reader, const struct yaml *node);
/* One clock, or one for each value of `each`: as many as pack_duty_count() says. */
size_t pack_duty_count(const struct yaml *node);
void pack_duty_read(const struct pack_reader *reader, const struct yaml *node, struct clock *clocks);
/* Rules of packs loaded before, by id, that this one switches on. */
void pack_duty_switch_on(const struct pack_reader *reader, const struct yaml *node);
void pack_risk_read(const struct pack_reader *reader, const struct yaml *node, struct risk *risk);

/* The parts of a duty. */
/* Bits of the openers added to the clock. */
uint32_t pack_opener_read_all(const struct pack_reader *reader, const struct yaml *node, struct clock *clock);
/* Each: a type with conditions, or the long form. Returns how many there are. */
size_t pack_meet_read_all(const struct pack_reader *reader, const struct yaml *node, enum scope_kind scope,
                          struct meet *meets);
/* `met_by`, and what follows from it for the clock. */
void pack_meet_read(const struct pack_reader *reader, const struct yaml *node, struct clock *clock);
/* `limit` and `lead` of a row whose clock has its openers. */
void pack_limit_read(const struct pack_reader *reader, const struct yaml *node, const struct clock *clock,
                     struct rule *row);

/* A scalar, or the scalars and mappings of a sequence. */
struct pack_items {
    size_t count;
    const struct yaml *const *list;
    const struct yaml *single;
};
void pack_read_items(const struct yaml *node, struct pack_items *ret_items);

bool pack_read_is_scalar(const struct pack_reader *reader, const struct yaml *node, const char *what);
const char *pack_read_text(const struct pack_reader *reader, const struct yaml *parent, const char *key, bool required);
/* Tells every key that is none of the section, or of those beside it. */
void pack_read_known_keys(const struct pack_reader *reader, const struct yaml *node,
                          const struct language_section *section);
/* The place of the word among those given, and false with the problem told when it is none; `what` names the kind. */
bool pack_read_word(const struct pack_reader *reader, const struct yaml *node, const char *what,
                    const char *const words[], int *ret_choice);
/* Among the codes of a section. */
bool pack_read_choice(const struct pack_reader *reader, const struct yaml *node, const struct language_section *codes,
                      int *ret_choice);
/* Of a key that may be missing: then the first of them. */
int pack_read_choice_key(const struct pack_reader *reader, const struct yaml *mapping, const char *key,
                         const struct language_section *codes);
/* Of the key `scope`, which may be missing; a duty's may also be a named span. */
enum scope_kind pack_read_duty_scope(const struct pack_reader *reader, const struct yaml *mapping,
                                     const struct named_span **ret_span);
enum scope_kind pack_read_scope(const struct pack_reader *reader, const struct yaml *mapping,
                                enum scope_kind otherwise);

const struct expression *pack_read_condition(const struct pack_reader *reader, const struct yaml *node,
                                             enum scope_kind scope); /* of NULL: NULL */
bool pack_read_filter(const struct pack_reader *reader, const struct yaml *node, struct filter *ret_filter);
size_t pack_read_filters(const struct pack_reader *reader, const struct yaml *node, struct filter *filters, size_t max);
bool pack_read_limit(const struct pack_reader *reader, const struct yaml *node, struct limit *ret_limit);
bool pack_read_limit_in(const struct pack_reader *reader, const struct yaml *node, unsigned units,
                        struct limit *ret_limit); /* of those units (limit.h); without: UNITS_PLAIN */
/* Of a key that may be missing: then ret_limit stays as it is. */
void pack_read_limit_key(const struct pack_reader *reader, const struct yaml *parent, const char *key,
                         struct limit *ret_limit);
void pack_read_limit_key_in(const struct pack_reader *reader, const struct yaml *parent, const char *key,
                            unsigned units, struct limit *ret_limit);

/* What duties and risks have in common: id, title, law, owner, in_force, the text of `when`. */
void pack_read_face(const struct pack_reader *reader, const struct yaml *node, struct rule *rule);
/* What the lists show: the node as it was written, on one line; NULL of NULL. */
const char *pack_read_written(const struct pack_reader *reader, const struct yaml *node);

#endif
