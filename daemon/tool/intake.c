/* intake.c: see intake.h. A dead letter keeps the text of its line as it came, in base64 where that is not UTF-8, so
 * that it can be sent again after a fix. */
#include "intake.h"

#include "base64.h"
#include "ensure.h"
#include "tool.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>

int intake_open(const struct intake_options *options, const struct engine *engine, struct intake *ret_intake) {
    *ret_intake = (struct intake){.context = {engine_catalogue(engine), engine_zone(engine)}, .arena = arena_new()};
    int outcome = lines_open(options->path, &ret_intake->lines);
    if (outcome != 0)
        return tool_fail("cannot read %s: %s", options->path, strerror(-outcome));
    progress_init(&ret_intake->progress, lines_size(ret_intake->lines));
    if (options->deadletter == NULL)
        return TOOL_OK;
    ret_intake->deadletter = fopen(options->deadletter, "we");
    if (ret_intake->deadletter == NULL)
        return tool_fail("cannot write %s: %s", options->deadletter, strerror(errno));
    return TOOL_OK;
}

void intake_close(struct intake *intake) {
    progress_done(&intake->progress);
    (void) lines_close(intake->lines);
    (void) arena_free(intake->arena);
    if (intake->deadletter != NULL && fclose(intake->deadletter) != 0)
        (void) tool_fail("cannot write the dead letters: %s", strerror(errno));
    *intake = (struct intake){0};
}

int intake_next(struct intake *intake, struct decoded *ret_decoded) {
    for (;;) {
        int outcome = lines_next(intake->lines, &intake->line);
        if (outcome == LINES_END)
            return INTAKE_END;
        if (outcome < 0) {
            (void) tool_fail("cannot read on after line %ju: %s", (uintmax_t) intake->line.number, strerror(-outcome));
            return INTAKE_FAILED;
        }
        progress_show(&intake->progress, lines_bytes(intake->lines));
        arena_reset(intake->arena);
        struct refusal refusal;
        int class = decode_structured(&intake->context, intake->line.text, intake->line.length, intake->arena,
                                      ret_decoded, &refusal);
        if (class == DECODE_OK)
            return 0;
        intake_refuse(intake, decode_class(class), refusal.message, refusal.path);
    }
}

static void set_text(json_t *letter, const struct line *line) {
    json_t *text = json_stringn(line->text, line->length);
    if (text != NULL) {
        ENSURE(json_object_set_new(letter, "text", text) == 0);
    } else {
        CLEANUP(cleanup_free) char *coded = base64_encode(line->text, line->length);
        ENSURE(json_object_set_new(letter, "text_base64", json_string(coded)) == 0);
    }
    if (line->length_whole > line->length)
        ENSURE(json_object_set_new(letter, "bytes_whole", json_integer((json_int_t) line->length_whole)) == 0);
}

static void write_deadletter(struct intake *intake, const char *class, const char *message, const char *path) {
    json_t *letter = json_pack("{s:I,s:s,s:s,s:s}", "line", (json_int_t) intake->line.number, "class", class, "message",
                               message, "path", path);
    ENSURE(letter != NULL);
    set_text(letter, &intake->line);
    (void) json_dumpf(letter, intake->deadletter, JSON_COMPACT);
    (void) fputc('\n', intake->deadletter);
    json_decref(letter);
}

void intake_refuse(struct intake *intake, const char *class, const char *message, const char *path) {
    intake->n_refused++;
    progress_clear(&intake->progress);
    if (*path == '\0')
        fprintf(stderr, "line %ju: %s: %s\n", (uintmax_t) intake->line.number, class, message);
    else
        fprintf(stderr, "line %ju: %s: %s (%s)\n", (uintmax_t) intake->line.number, class, message, path);
    if (intake->deadletter != NULL)
        write_deadletter(intake, class, message, path);
}

static void taken(void *self, struct subject *subject, const struct fact *fact, int outcome) {
    (void) subject;
    (void) fact;
    if (outcome == RECORD_FULL)
        intake_refuse(self, "record_full", "the subject has as many events as a record holds", "$.subject");
}

void intake_take(struct intake *intake, const struct engine *engine, struct caseload *caseload,
                 const struct decoded *decoded) {
    caseload_take(caseload, engine, decoded->subject, &decoded->fact, (struct caseload_taker){taken, intake});
}
