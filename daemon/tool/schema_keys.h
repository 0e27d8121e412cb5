/* schema_keys.h: objects that we write, as tables of their keys, from which their schemas are made. */
#ifndef WATCHKEEPER_SCHEMA_KEYS_H
#define WATCHKEEPER_SCHEMA_KEYS_H

#include "schema_parts.h"

enum schema_key_shape {
    KEY_TEXT,
    KEY_INSTANT,
    KEY_COUNT, /* a whole number, not negative */
    KEY_TRUTH, /* true, where it is there at all */
    KEY_TEXTS,
    KEY_STATE,   /* whatever can be said of an alert */
    KEY_BECAUSE, /* enum said_because */
    KEY_REFERENCE,
};
enum { KEY_REQUIRED = 1, KEY_NULLABLE = 2 };

struct schema_key {
    const char *name;
    enum schema_key_shape shape;
    unsigned need; /* KEY_REQUIRED, KEY_NULLABLE */
    const char *means;
    const char *reference; /* of KEY_REFERENCE: the definition; with a star before it: a list of it */
};

/* Tables end with a name of NULL. Adds the keys as properties. */
void schema_keys_add(json_t *object, const struct schema_key *keys, const struct schema_style *style);
/* An object of these keys; with strict, of no others. */
json_t *schema_keys_object(const char *description, const struct schema_key *keys, const struct schema_style *style);
json_t *schema_keys_count(void);

#endif
