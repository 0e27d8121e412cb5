/* decode.c: one CloudEvent to one fact.
 *
 * Both content modes lead to the same three steps: the JSON is parsed, the attributes are checked (decode_envelope.c),
 * then the data (decode_data.c). Duplicate keys are refused as not JSON: which of the two was meant is anybody's guess.
 * Whole numbers are read as reals, so that one beyond 64 bits in a field that nobody asked for does not refuse the
 * event. */
#include "decode.h"

#include "decode_data.h"
#include "decode_envelope.h"
#include "decoding.h"
#include "ensure.h"

#include <jansson.h>
#include <string.h>
#include <strings.h>

const char *decode_class(int outcome) {
    static const char *const names[] = {
        [DECODE_OK] = "ok",
        [DECODE_TOO_LARGE] = "too_large",
        [DECODE_NOT_JSON] = "not_json",
        [DECODE_BAD_ENVELOPE] = "bad_envelope",
        [DECODE_BAD_DATE] = "bad_date",
        [DECODE_UNKNOWN_TYPE] = "unknown_type",
        [DECODE_BAD_SUBJECT] = "bad_subject",
        [DECODE_MISSING_FIELD] = "missing_field",
        [DECODE_BAD_VALUE] = "bad_value",
        [DECODE_END_BEFORE_START] = "end_before_start",
    };
    ENSURE(outcome >= 0 && (size_t) outcome < sizeof names / sizeof names[0]);
    return names[outcome];
}

static int check_size(struct decoding *decoding, size_t length) {
    if (length <= DECODE_SIZE_MAX)
        return 0;
    return decoding_refuse(decoding, DECODE_TOO_LARGE, "", "must not be larger than 1 MiB");
}

/* The library's own message quotes the text, so only its place is passed on. */
static int parse_json(struct decoding *decoding, const char *text, size_t length, json_t **ret_json) {
    json_error_t error;
    json_t *json = json_loadb(text, length, JSON_REJECT_DUPLICATES | JSON_DECODE_INT_AS_REAL | JSON_DECODE_ANY, &error);
    if (json == NULL)
        return decoding_refuse(
            decoding, DECODE_NOT_JSON, "",
            arena_printf(decoding->arena, "is not JSON at line %d, column %d", error.line, error.column));
    *ret_json = json;
    return 0;
}

static const char *get_text(const json_t *event, const char *name) {
    return json_string_value(json_object_get(event, name));
}

static int decode_event(struct decoding *decoding, const struct envelope *envelope, const json_t *data,
                        struct decoded *ret_decoded) {
    struct decoded decoded = {.subject = NULL};
    int outcome = decode_envelope(decoding, envelope, &decoded);
    if (outcome == 0)
        outcome = decode_data(decoding, data, &decoded.fact);
    if (outcome == 0)
        *ret_decoded = decoded;
    return outcome;
}

static int decode_text(struct decoding *decoding, const char *text, size_t length, struct decoded *ret_decoded) {
    CLEANUP(json_decrefp) json_t *event = NULL;
    int outcome = check_size(decoding, length);
    if (outcome == 0)
        outcome = parse_json(decoding, text, length, &event);
    if (outcome != 0)
        return outcome;
    if (!json_is_object(event))
        return decoding_refuse(decoding, DECODE_NOT_JSON, "", "must be a JSON object");
    struct envelope envelope = {
        .specversion = get_text(event, "specversion"),
        .id = get_text(event, "id"),
        .source = get_text(event, "source"),
        .type = get_text(event, "type"),
        .subject = get_text(event, "subject"),
        .time = get_text(event, "time"),
    };
    return decode_event(decoding, &envelope, json_object_get(event, "data"), ret_decoded);
}

int decode_structured(const struct decode_context *context, const char *text, size_t length, struct arena *arena,
                      struct decoded *ret_decoded, struct refusal *ret_refusal) {
    struct decoding decoding = {.context = context, .arena = arena};
    int outcome = decode_text(&decoding, text, length, ret_decoded);
    if (outcome != 0)
        *ret_refusal = decoding.refusal;
    return outcome;
}

static const struct header *find_header(const struct header *headers, size_t n_headers, const char *name) {
    for (size_t i = 0; i < n_headers; i++)
        if (strcasecmp(headers[i].name, name) == 0 && headers[i].value != NULL)
            return &headers[i];
    return NULL;
}

/* The media type in small letters without its parameters; NULL without the header. */
static const char *media_type(struct arena *arena, const struct header *headers, size_t n_headers) {
    const struct header *header = find_header(headers, n_headers, "content-type");
    if (header == NULL)
        return NULL;
    char *text = arena_strndup(arena, header->value, header->length);
    text += strspn(text, " \t");
    text[strcspn(text, "; \t")] = '\0';
    for (char *at = text; *at != '\0'; at++)
        if (*at >= 'A' && *at <= 'Z')
            *at = (char) (*at + ('a' - 'A'));
    return text;
}

static bool is_json_type(const char *type) {
    const char *subtype = strchr(type, '/');
    size_t length = strlen(type);
    return subtype != NULL &&
           (strcmp(subtype, "/json") == 0 || (length > 5 && strcmp(type + length - 5, "+json") == 0));
}

/* Header values are bytes: only UTF-8 without NUL is a text. Two headers of one name leave open which one counts. */
static int read_attribute(struct decoding *decoding, const struct header *header, const char *path,
                          const char **attribute) {
    if (*attribute != NULL)
        return decoding_refuse(decoding, DECODE_BAD_ENVELOPE, path, "is given by two headers");
    CLEANUP(json_decrefp) json_t *text = json_stringn(header->value, header->length);
    if (text == NULL || memchr(header->value, '\0', header->length) != NULL)
        return decoding_refuse(decoding, DECODE_BAD_ENVELOPE, path, "must be UTF-8 text");
    *attribute = arena_strndup(decoding->arena, header->value, header->length);
    return 0;
}

static int read_headers(struct decoding *decoding, const struct header *headers, size_t n_headers,
                        struct envelope *envelope) {
    const struct {
        const char *header, *path;
        const char **attribute;
    } wanted[] = {
        {"ce_specversion", "$.specversion", &envelope->specversion},
        {"ce_id", "$.id", &envelope->id},
        {"ce_source", "$.source", &envelope->source},
        {"ce_type", "$.type", &envelope->type},
        {"ce_subject", "$.subject", &envelope->subject},
        {"ce_time", "$.time", &envelope->time},
    };
    for (size_t i = 0; i < n_headers; i++)
        for (size_t j = 0; headers[i].value != NULL && j < sizeof wanted / sizeof wanted[0]; j++) {
            if (strcasecmp(headers[i].name, wanted[j].header) != 0)
                continue;
            int outcome = read_attribute(decoding, &headers[i], wanted[j].path, wanted[j].attribute);
            if (outcome != 0)
                return outcome;
        }
    return 0;
}

static size_t message_size(const struct header *headers, size_t n_headers, size_t length) {
    for (size_t i = 0; i < n_headers; i++)
        length += headers[i].length;
    return length;
}

static int decode_parts(struct decoding *decoding, const struct header *headers, size_t n_headers, const char *data,
                        size_t length, struct decoded *ret_decoded) {
    int outcome = check_size(decoding, message_size(headers, n_headers, length));
    if (outcome != 0)
        return outcome;
    const char *type = media_type(decoding->arena, headers, n_headers);
    if (type != NULL && !is_json_type(type))
        return decoding_refuse(decoding, DECODE_BAD_ENVELOPE, "$.datacontenttype", "must be a JSON media type");
    if (data == NULL || length == 0)
        return decoding_refuse(decoding, DECODE_BAD_ENVELOPE, "$.data",
                               "is missing: a message without a value is a tombstone, not an event");
    CLEANUP(json_decrefp) json_t *json = NULL;
    outcome = parse_json(decoding, data, length, &json);
    struct envelope envelope = {.id = NULL};
    if (outcome == 0)
        outcome = read_headers(decoding, headers, n_headers, &envelope);
    if (outcome == 0)
        outcome = decode_event(decoding, &envelope, json, ret_decoded);
    return outcome;
}

int decode_binary(const struct decode_context *context, const struct header *headers, size_t n_headers,
                  const char *data, size_t length, struct arena *arena, struct decoded *ret_decoded,
                  struct refusal *ret_refusal) {
    struct decoding decoding = {.context = context, .arena = arena};
    int outcome = decode_parts(&decoding, headers, n_headers, data, length, ret_decoded);
    if (outcome != 0)
        *ret_refusal = decoding.refusal;
    return outcome;
}

static int refuse_content_type(size_t length, struct arena *arena, struct refusal *ret_refusal) {
    struct decoding decoding = {.arena = arena};
    int outcome = check_size(&decoding, length);
    if (outcome == 0)
        outcome = decoding_refuse(&decoding, DECODE_BAD_ENVELOPE, "",
                                  "must have the content-type application/cloudevents+json, or ce_ headers");
    *ret_refusal = decoding.refusal;
    return outcome;
}

static int check_headers(struct decoding *decoding, const struct header *headers, size_t n_headers) {
    if (n_headers > DECODE_HEADERS_MAX)
        return decoding_refuse(decoding, DECODE_TOO_LARGE, "",
                               arena_printf(decoding->arena, "must not have more than %d headers", DECODE_HEADERS_MAX));
    return check_size(decoding, message_size(headers, n_headers, 0));
}

int decode_message(const struct decode_context *context, const struct header *headers, size_t n_headers,
                   const char *value, size_t length, struct arena *arena, struct decoded *ret_decoded,
                   struct refusal *ret_refusal) {
    static const char structured[] = "application/cloudevents";
    struct decoding decoding = {.arena = arena};
    if (check_headers(&decoding, headers, n_headers) != 0) {
        *ret_refusal = decoding.refusal;
        return DECODE_TOO_LARGE;
    }
    const char *type = media_type(arena, headers, n_headers);
    bool attributes = find_header(headers, n_headers, "ce_specversion") != NULL;
    bool announced = type != NULL && strncmp(type, structured, strlen(structured)) == 0;
    if (announced ? strcmp(type + strlen(structured), "+json") == 0 : type == NULL && !attributes)
        return decode_structured(context, value == NULL ? "" : value, value == NULL ? 0 : length, arena, ret_decoded,
                                 ret_refusal);
    if (announced || !attributes)
        return refuse_content_type(length, arena, ret_refusal);
    return decode_binary(context, headers, n_headers, value, length, arena, ret_decoded, ret_refusal);
}
