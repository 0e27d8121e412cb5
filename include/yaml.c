/* yaml.c: from the text of a YAML document to our own plain tree; the only file that includes libfyaml.
 *
 * It reads the library's stream of events rather than its documents: an event has the place of its token, and anchors,
 * tags and aliases stand there as written, so that each can be refused by name and place before anything is resolved.
 * What is refused is told and stepped over (an alias reads as an empty scalar), so that one run names every mistake;
 * only a syntax error or too deep a nesting ends the reading. The readers over the tree are in yaml_read.c.
 *
 * The library prints its diagnostics to stderr unless it is given a fy_diag that collects them instead. */
#include "yaml.h"

#include "ensure.h"

#include <errno.h>
#include <libfyaml.h>
#include <stdlib.h>
#include <string.h>

struct reading {
    struct fy_parser *parser;
    struct arena *arena;
    struct yaml_problems *problems;
    const char *file;
    struct yaml_place last; /* of the newest piece, for one that has no token */
    bool stopped;           /* a syntax error or the depth limit: no more pieces */
};

/* What the tree needs of one event, so that the event can be freed at once. */
struct piece {
    enum fy_event_type type;
    struct yaml_place place;
    const char *text; /* of a scalar */
    bool quoted;
};

static void parser_destroyp(struct fy_parser **parser) {
    fy_parser_destroy(*parser);
}

static void diag_destroyp(struct fy_diag **diag) {
    fy_diag_destroy(*diag);
}

static struct yaml_place token_place(const struct reading *reading, struct fy_token *token) {
    const struct fy_mark *mark = token == NULL ? NULL : fy_token_start_mark(token);
    if (mark == NULL)
        return reading->last;
    return (struct yaml_place){reading->file, (unsigned) mark->line + 1, (unsigned) mark->column + 1};
}

/* The library's token of a quoted scalar, an anchor or an alias begins after its first character; a person looks at it.
 */
static struct yaml_place one_before(struct yaml_place place) {
    place.column -= place.column > 1;
    return place;
}

static void refuse(const struct reading *reading, struct yaml_place place, const char *what) {
    yaml_problem(reading->problems, place, "%s are not accepted", what);
}

static void refuse_decorations(const struct reading *reading, struct fy_event *event) {
    struct fy_token *anchor = fy_event_get_anchor_token(event), *tag = fy_event_get_tag_token(event);
    if (anchor != NULL)
        refuse(reading, one_before(token_place(reading, anchor)), "anchors");
    if (tag != NULL)
        refuse(reading, token_place(reading, tag), "tags");
}

static const char *scalar_text(const struct reading *reading, struct fy_token *token, struct yaml_place place) {
    size_t length = 0;
    const char *text = token == NULL ? NULL : fy_token_get_text(token, &length);
    if (text == NULL)
        return "";
    if (memchr(text, '\0', length) != NULL)
        yaml_problem(reading->problems, place, "a NUL character is not accepted");
    return arena_strndup(reading->arena, text, length);
}

static void fill_scalar(const struct reading *reading, struct fy_token *token, struct piece *piece) {
    enum fy_scalar_style style = token == NULL ? FYSS_PLAIN : fy_token_scalar_style(token);
    bool in_quotes = style == FYSS_SINGLE_QUOTED || style == FYSS_DOUBLE_QUOTED;
    if (in_quotes)
        piece->place = one_before(piece->place);
    piece->quoted = in_quotes || style == FYSS_LITERAL || style == FYSS_FOLDED;
    piece->text = scalar_text(reading, token, piece->place);
}

/* The next piece; once reading has stopped, only ends of the stream. */
static struct piece next_piece(struct reading *reading) {
    struct fy_event *event = reading->stopped ? NULL : fy_parser_parse(reading->parser);
    if (event == NULL) {
        reading->stopped = true;
        return (struct piece){.type = FYET_STREAM_END, .place = reading->last, .text = ""};
    }
    struct fy_token *token = fy_event_get_token(event);
    struct piece piece = {.type = event->type, .place = token_place(reading, token), .text = ""};
    refuse_decorations(reading, event);
    if (event->type == FYET_SCALAR) {
        fill_scalar(reading, token, &piece);
    } else if (event->type == FYET_ALIAS) {
        piece.place = one_before(piece.place);
        refuse(reading, piece.place, "aliases");
        piece.type = FYET_SCALAR;
    }
    reading->last = piece.place;
    fy_parser_event_free(reading->parser, event);
    return piece;
}

static const struct yaml *read_node(struct reading *reading, struct piece piece, unsigned depth);

static void read_items(struct reading *reading, struct yaml *sequence, unsigned depth) {
    size_t room = 0;
    for (;;) {
        struct piece piece = next_piece(reading);
        if (piece.type == FYET_SEQUENCE_END || reading->stopped)
            return;
        if (sequence->count == room) {
            room = room == 0 ? 4 : room * 2;
            sequence->items =
                arena_grow_array(reading->arena, sequence->items, sequence->count, room, sizeof *sequence->items);
        }
        sequence->items[sequence->count++] = read_node(reading, piece, depth + 1);
    }
}

static int compare_keys(const void *left, const void *right) {
    const struct yaml_pair *a = *(const struct yaml_pair *const *) left;
    const struct yaml_pair *b = *(const struct yaml_pair *const *) right;
    int order = strcmp(a->key, b->key);
    return order != 0 ? order : (a > b) - (a < b);
}

/* Sorted, equal keys are neighbours: a mapping of many keys costs n log n, whatever it was made of. */
static void refuse_duplicate_keys(const struct reading *reading, const struct yaml *mapping) {
    const struct yaml_pair **sorted = ARENA_ARRAY(reading->arena, const struct yaml_pair *, mapping->count);
    for (size_t i = 0; i < mapping->count; i++)
        sorted[i] = &mapping->pairs[i];
    if (mapping->count > 1)
        qsort(sorted, mapping->count, sizeof(const struct yaml_pair *), compare_keys);
    const struct yaml_pair *first = mapping->count > 0 ? sorted[0] : NULL;
    for (size_t i = 1; i < mapping->count; i++) {
        if (strcmp(sorted[i]->key, first->key) == 0)
            yaml_problem(reading->problems, sorted[i]->key_place, "the key \"%s\" is given twice, first in line %u",
                         sorted[i]->key, first->key_place.line);
        else
            first = sorted[i];
    }
}

static void read_pairs(struct reading *reading, struct yaml *mapping, unsigned depth) {
    struct yaml_pair *pairs = NULL;
    size_t room = 0;
    for (;;) {
        struct piece key = next_piece(reading);
        if (key.type == FYET_MAPPING_END || reading->stopped)
            break;
        if (key.type != FYET_SCALAR) {
            yaml_problem(reading->problems, key.place, "a key must be a plain word, not a list or a mapping");
            (void) read_node(reading, key, depth + 1);
        }
        const struct yaml *value = read_node(reading, next_piece(reading), depth + 1);
        if (key.type != FYET_SCALAR)
            continue;
        if (mapping->count == room) {
            room = room == 0 ? 4 : room * 2;
            pairs = arena_grow_array(reading->arena, pairs, mapping->count, room, sizeof *pairs);
            mapping->pairs = pairs;
        }
        pairs[mapping->count++] = (struct yaml_pair){key.text, key.place, value};
    }
    refuse_duplicate_keys(reading, mapping);
}

/* Never NULL: what cannot be read any more is an empty scalar, and the reading has stopped with a problem told. */
static const struct yaml *read_node(struct reading *reading, struct piece piece, unsigned depth) {
    struct yaml *node = ARENA_NEW(reading->arena, struct yaml);
    *node = (struct yaml){.kind = YAML_SCALAR, .place = piece.place, .quoted = piece.quoted, .text = piece.text};
    if (piece.type != FYET_SEQUENCE_START && piece.type != FYET_MAPPING_START)
        return node;
    if (depth >= YAML_DEPTH_MAX) {
        if (!reading->stopped)
            yaml_problem(reading->problems, piece.place, "nested deeper than %d levels", YAML_DEPTH_MAX);
        reading->stopped = true;
        return node;
    }
    node->text = NULL;
    node->kind = piece.type == FYET_SEQUENCE_START ? YAML_SEQUENCE : YAML_MAPPING;
    if (node->kind == YAML_SEQUENCE)
        read_items(reading, node, depth);
    else
        read_pairs(reading, node, depth);
    return node;
}

static const struct yaml *read_document(struct reading *reading) {
    const struct yaml *root = NULL;
    for (;;) {
        struct piece piece = next_piece(reading);
        if (piece.type == FYET_STREAM_END)
            return root;
        if (piece.type == FYET_DOCUMENT_START && root != NULL) {
            yaml_problem(reading->problems, piece.place, "a second document: one file holds one");
            return root;
        }
        if (piece.type == FYET_SCALAR || piece.type == FYET_SEQUENCE_START || piece.type == FYET_MAPPING_START)
            root = read_node(reading, piece, 0);
    }
}

static void discard_output(struct fy_diag *diag, void *user, const char *text, size_t length) {
    (void) diag, (void) user, (void) text, (void) length;
}

static struct fy_diag *new_diag(void) {
    struct fy_diag_cfg config;
    fy_diag_cfg_default(&config);
    config.fp = NULL;
    config.output_fn = discard_output;
    config.colorize = false;
    struct fy_diag *diag = fy_diag_create(&config);
    ENSURE(diag != NULL);
    fy_diag_set_collect_errors(diag, true);
    return diag;
}

/* The library tells the same place more than once as the error travels up: the first says most. */
static void tell_syntax_errors(const struct reading *reading, struct fy_diag *diag) {
    struct yaml_place told = {reading->file, 0, 0};
    const struct fy_diag_error *error;
    for (void *at = NULL; (error = fy_diag_errors_iterate(diag, &at)) != NULL;) {
        struct yaml_place place = {reading->file, error->line > 0 ? (unsigned) error->line : 1,
                                   error->column > 0 ? (unsigned) error->column : 1};
        if (place.line != told.line || place.column != told.column)
            yaml_problem(reading->problems, place, "%s", error->msg);
        told = place;
    }
    if (told.line == 0 && fy_parser_get_stream_error(reading->parser))
        yaml_problem(reading->problems, reading->last, "this is not YAML");
}

/* Bytes of the UTF-8 character at the start of the text, 0 when there is none (also for NUL). Overlong forms and
 * surrogates need no refusal here: nothing is decided by them. */
static size_t utf8_length(const unsigned char *text, size_t length) {
    static const struct {
        unsigned char first, last;
        size_t length;
    } leads[] = {{0x01, 0x7f, 1}, {0xc2, 0xdf, 2}, {0xe0, 0xef, 3}, {0xf0, 0xf4, 4}};
    size_t wanted = 0;
    for (size_t i = 0; i < sizeof leads / sizeof leads[0]; i++)
        if (text[0] >= leads[i].first && text[0] <= leads[i].last)
            wanted = leads[i].length;
    if (wanted > length)
        return 0;
    for (size_t i = 1; i < wanted; i++)
        if ((text[i] & 0xc0) != 0x80)
            return 0;
    return wanted;
}

/* The library takes a broken character for the end of the text, without a word. */
static bool check_utf8(const struct reading *reading, const char *text, size_t length) {
    struct yaml_place place = reading->last;
    for (size_t at = 0, step; at < length; at += step) {
        step = utf8_length((const unsigned char *) text + at, length - at);
        if (step == 0) {
            yaml_problem(reading->problems, place, "not a character of UTF-8 text");
            return false;
        }
        place.column++;
        if (text[at] == '\n')
            place = (struct yaml_place){place.file, place.line + 1, 1};
    }
    return true;
}

static int parse(const char *name, const char *text, size_t length, struct arena *arena, struct yaml_problems *problems,
                 const struct yaml **ret_root) {
    size_t told_before = problems->count;
    struct reading reading = {.arena = arena, .problems = problems, .file = arena_strdup(arena, name)};
    reading.last = (struct yaml_place){reading.file, 1, 1};
    if (!check_utf8(&reading, text, length))
        return YAML_WRONG;
    CLEANUP(diag_destroyp) struct fy_diag *diag = new_diag();
    CLEANUP(parser_destroyp)
    struct fy_parser *parser =
        fy_parser_create(&(struct fy_parse_cfg){.flags = FYPCF_DEFAULT_PARSE | FYPCF_JSON_NONE, .diag = diag});
    ENSURE(parser != NULL);
    reading.parser = parser;
    ENSURE(fy_parser_set_string(parser, text, length) == 0);
    const struct yaml *root = read_document(&reading);
    tell_syntax_errors(&reading, diag);
    if (root == NULL && problems->count == told_before)
        yaml_problem(problems, reading.last, "the file is empty");
    if (problems->count != told_before)
        return YAML_WRONG;
    *ret_root = root;
    return 0;
}

static int refuse_file(struct yaml_problems *problems, const char *name, int error) {
    struct yaml_place place = {arena_strdup(problems->arena, name), 0, 0};
    if (error == EFBIG)
        yaml_problem(problems, place, "larger than %d bytes", YAML_SIZE_MAX);
    else
        yaml_problem(problems, place, "cannot be read: %s", strerror(error));
    return -error;
}

int yaml_parse(const char *name, const char *text, struct arena *arena, struct yaml_problems *problems,
               const struct yaml **ret_root) {
    size_t length = strnlen(text, YAML_SIZE_MAX + 1);
    if (length > YAML_SIZE_MAX)
        return refuse_file(problems, name, EFBIG);
    return parse(name, text, length, arena, problems, ret_root);
}

int yaml_load(const char *path, struct arena *arena, struct yaml_problems *problems, const struct yaml **ret_root) {
    CLEANUP(cleanup_fclose) FILE *file = fopen(path, "re");
    if (file == NULL)
        return refuse_file(problems, path, errno);
    CLEANUP(cleanup_free) char *text = malloc(YAML_SIZE_MAX + 1);
    ENSURE(text != NULL);
    errno = 0;
    size_t length = fread(text, 1, YAML_SIZE_MAX + 1, file);
    if (ferror(file))
        return refuse_file(problems, path, errno != 0 ? errno : EIO);
    if (length > YAML_SIZE_MAX)
        return refuse_file(problems, path, EFBIG);
    return parse(path, text, length, arena, problems, ret_root);
}
