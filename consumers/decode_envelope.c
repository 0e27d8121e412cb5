/* decode_envelope.c: what must be right about the attributes of an event before its data are looked at. */
#include "decode_envelope.h"

#include <string.h>

enum { ID_MAX = 128 };

static int check_text(struct decoding *decoding, const char *text, const char *path) {
    if (text == NULL)
        return decoding_refuse(decoding, DECODE_BAD_ENVELOPE, path, "is missing or not a text");
    if (text[0] == '\0')
        return decoding_refuse(decoding, DECODE_BAD_ENVELOPE, path, "must not be empty");
    return 0;
}

static int check_attributes(struct decoding *decoding, const struct envelope *envelope) {
    if (envelope->specversion == NULL || strcmp(envelope->specversion, "1.0") != 0)
        return decoding_refuse(decoding, DECODE_BAD_ENVELOPE, "$.specversion", "must be the text \"1.0\"");
    const struct {
        const char *text, *path;
    } attributes[] = {
        {envelope->id, "$.id"},           {envelope->source, "$.source"}, {envelope->type, "$.type"},
        {envelope->subject, "$.subject"}, {envelope->time, "$.time"},
    };
    for (size_t i = 0; i < sizeof attributes / sizeof attributes[0]; i++) {
        int outcome = check_text(decoding, attributes[i].text, attributes[i].path);
        if (outcome != 0)
            return outcome;
    }
    if (decoding_characters(envelope->source) > DECODE_SOURCE_MAX)
        return decoding_refuse(decoding, DECODE_BAD_ENVELOPE, "$.source",
                               arena_printf(decoding->arena, "must have at most %d characters", DECODE_SOURCE_MAX));
    if (decoding_characters(envelope->id) > ID_MAX)
        return decoding_refuse(decoding, DECODE_BAD_ENVELOPE, "$.id", "must have 1 to 128 characters");
    return 0;
}

static bool is_reference(const char *text) {
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~:-";
    size_t length = strlen(text);
    return length >= 1 && length <= REFERENCE_MAX && strspn(text, allowed) == length;
}

static bool is_allowed_kind(const struct decoding *decoding, const struct event_type *type, const char *kind) {
    const struct catalogue *catalogue = decoding->context->catalogue;
    for (size_t i = 0; i < catalogue->n_subject_kinds; i++)
        if (strcmp(catalogue->subject_kinds[i], kind) == 0)
            return event_type_allows(type, kind);
    return false;
}

static int check_subject(struct decoding *decoding, const struct event_type *type, const char *subject) {
    const char *slash = strchr(subject, '/');
    if (slash == NULL)
        return decoding_refuse(decoding, DECODE_BAD_SUBJECT, "$.subject", "must be a kind, a slash and a reference");
    if (!is_allowed_kind(decoding, type, arena_strndup(decoding->arena, subject, (size_t) (slash - subject))))
        return decoding_refuse(decoding, DECODE_BAD_SUBJECT, "$.subject",
                               "must be of a kind that the type of the event allows");
    if (!is_reference(slash + 1))
        return decoding_refuse(decoding, DECODE_BAD_SUBJECT, "$.subject",
                               "must have a reference of 1 to 64 of A-Z a-z 0-9 . _ ~ : -");
    return 0;
}

int decode_envelope(struct decoding *decoding, const struct envelope *envelope, struct decoded *ret_decoded) {
    int outcome = check_attributes(decoding, envelope);
    if (outcome != 0)
        return outcome;
    struct instant recorded_at;
    if (instant_parse(envelope->time, &recorded_at) != 0)
        return decoding_refuse(decoding, DECODE_BAD_DATE, "$.time",
                               "must be a time that exists, of RFC 3339 with an offset");
    const struct event_type *type = catalogue_find(decoding->context->catalogue, envelope->type);
    if (type == NULL)
        return decoding_refuse(decoding, DECODE_UNKNOWN_TYPE, "$.type", "is not a type of the event catalogue");
    outcome = check_subject(decoding, type, envelope->subject);
    if (outcome != 0)
        return outcome;
    ret_decoded->subject = arena_strdup(decoding->arena, envelope->subject);
    ret_decoded->fact.type = type;
    ret_decoded->fact.source = arena_strdup(decoding->arena, envelope->source);
    ret_decoded->fact.id = arena_strdup(decoding->arena, envelope->id);
    ret_decoded->fact.recorded_at = recorded_at;
    return 0;
}
