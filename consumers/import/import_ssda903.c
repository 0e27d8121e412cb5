/* import_ssda903.c: the files of the return but for the episodes, and the order in which all are taken.
 *
 * Where a file gives no date, the one that its own definition implies is used, and no other:
 *   header, UASC   the day on which the child's first known episode began;
 *   OC2            31 March, the day as at which it is reported (domain catalogue, events.md section 5);
 *   OC3            the birthday in the reporting year: the file says what was so around it.
 * The dates of AD1 and of the placed-for-adoption file are those of the authority's decisions, whatever the columns are
 * called (return validation rules 522, 1003 and 118 name them so), and not of a placement. */
#include "import_ssda903.h"

#include "ensure.h"
#include "ssda903_cell.h"
#include "ssda903_episodes.h"
#include "ssda903_events.h"
#include "ssda903_rows.h"

#include <ctype.h>
#include <string.h>

struct import {
    const struct ssda903_return *returns;
    struct ssda903_events *events;
    struct ssda903_report *report;
};

static const char *code(const struct ssda903_row *row, size_t column) {
    return row->values[column].text;
}

/* An event of a row that has one date: `<file>-<date>` is the row's name. */
static void begin(const struct import *import, const char *type, const struct ssda903_row *row, const char *file,
                  struct date occurred) {
    char day[DATE_TEXT_MAX], name[96];
    snprintf(name, sizeof name, "%s-%s", file, date_format(occurred, day));
    ssda903_events_begin(import->events, type, code(row, SSDA903_CHILD), name, occurred);
}

/* A reference of the child's: `<child>-<date>`, and the code behind it where there is one. */
struct reference {
    char text[96];
};
static struct reference reference_of(const struct ssda903_row *row, size_t date, const char *suffix) {
    struct reference reference;
    char day[DATE_TEXT_MAX];
    snprintf(reference.text, sizeof reference.text, "%s-%s%s%s", code(row, SSDA903_CHILD),
             date_format(row->values[date].date, day), *suffix == '\0' ? "" : "-", suffix);
    return reference;
}

/* ---- the child ---- */

static bool is_one(const struct ssda903_value *value) {
    int number;
    return value->given && ssda903_cell_number(value->text, 1, &number) && number == 1;
}

/* SEX was 1 and 2 until the return of 2025. */
static const char *sex_of(const char *code) {
    if (strcmp(code, "1") == 0)
        return "M";
    return strcmp(code, "2") == 0 ? "F" : code;
}

static struct date first_day(const struct import *import, const struct ssda903_row *row, struct date otherwise) {
    struct date first;
    const struct ssda903_rows *episodes = &import->returns->of[SSDA903_EPISODES];
    return ssda903_episodes_first_day(episodes, code(row, SSDA903_CHILD), &first) ? first : otherwise;
}

static void take_header(const struct import *import, const struct ssda903_row *row) {
    const struct ssda903_value *mother = &row->values[HEADER_MOTHER], *child_born = &row->values[HEADER_MC_DOB];
    struct date born = row->values[HEADER_DOB].date;
    char name[64], day[DATE_TEXT_MAX];
    snprintf(name, sizeof name, "header-%s", date_format(born, day));
    ssda903_events_begin(import->events, "child.registered", code(row, SSDA903_CHILD), name,
                         first_day(import, row, born));
    ssda903_events_date(import->events, "date_of_birth", born);
    ssda903_events_text(import->events, "sex", sex_of(code(row, HEADER_SEX)));
    ssda903_events_text(import->events, "ethnicity", code(row, HEADER_ETHNIC));
    if (is_one(mother) && !child_born->given)
        ssda903_events_truth(import->events, "is_parent", true);
    if (!is_one(mother) || !child_born->given)
        return;
    begin(import, "child.updated", row, "mother", child_born->date);
    ssda903_events_truth(import->events, "is_parent", true);
}

static void take_uasc(const struct import *import, const struct ssda903_row *row) {
    struct date first;
    const struct ssda903_value *ceased = &row->values[UASC_DUC];
    const struct ssda903_rows *episodes = &import->returns->of[SSDA903_EPISODES];
    if (ssda903_episodes_first_day(episodes, code(row, SSDA903_CHILD), &first)) {
        ssda903_events_begin(import->events, "child.updated", code(row, SSDA903_CHILD), "uasc", first);
        ssda903_events_truth(import->events, "uasc", true);
    } else if (!ceased->given) {
        ssda903_rows_refuse(import->report, SSDA903_UASC, row, SSDA903_CHILD, "no episode says since when");
    }
    if (!ceased->given)
        return;
    begin(import, "child.updated", row, "uasc-ceased", ceased->date);
    ssda903_events_truth(import->events, "uasc", false);
}

/* ---- reviews, missing episodes, workers ---- */

static void take_review(const struct import *import, const struct ssda903_row *row) {
    begin(import, "review.held", row, "review", row->values[REVIEW_DATE].date);
    ssda903_events_text(import->events, "review", reference_of(row, REVIEW_DATE, "").text);
    ssda903_events_text(import->events, "kind", "care");
    ssda903_events_text(import->events, "participation", code(row, REVIEW_CODE));
}

static void take_missing(const struct import *import, const struct ssda903_row *row) {
    const struct reference episode = reference_of(row, MISSING_START, code(row, MISSING_KIND));
    const struct ssda903_value *end = &row->values[MISSING_END];
    const char *child = code(row, SSDA903_CHILD);
    char name[128], day[DATE_TEXT_MAX];
    snprintf(name, sizeof name, "missing%s", episode.text + strlen(child));
    ssda903_events_begin(import->events, "missing.started", child, name, row->values[MISSING_START].date);
    ssda903_events_text(import->events, "episode", episode.text);
    ssda903_events_text(import->events, "kind", code(row, MISSING_KIND));
    if (!end->given)
        return;
    snprintf(name, sizeof name, "missing%s-%s", episode.text + strlen(child), date_format(end->date, day));
    ssda903_events_begin(import->events, "missing.ended", child, name, end->date);
    ssda903_events_text(import->events, "episode", episode.text);
}

static void take_worker(const struct import *import, const struct ssda903_row *row) {
    const struct ssda903_value *end = &row->values[WORKER_DEC];
    char file[64];
    snprintf(file, sizeof file, "worker-%s", code(row, WORKER_ID));
    begin(import, "worker.allocated", row, file, row->values[WORKER_DECOM].date);
    ssda903_events_text(import->events, "role", "social-worker");
    ssda903_events_text(import->events, "worker", code(row, WORKER_ID));
    if (!end->given)
        return;
    begin(import, "worker.ended", row, file, end->date);
    ssda903_events_text(import->events, "role", "social-worker");
    ssda903_events_text(import->events, "worker", code(row, WORKER_ID));
    ssda903_events_text(import->events, "reason", code(row, WORKER_REASON));
}

/* ---- permanence ---- */

/* PREV_PERM: P1 adoption, P2 special guardianship, P3 residence or child arrangements order. P4 (unknown) and Z1 (none)
 * are no order that could be named. */
static void take_permanence(const struct import *import, const struct ssda903_row *row) {
    static const char *const orders[][2] = {{"P1", "AO"}, {"P2", "SGO"}, {"P3", "CAO"}};
    const struct ssda903_value *granted = &row->values[PERMANENCE_DATE];
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
        if (!granted->given || strcmp(code(row, PERMANENCE_KIND), orders[i][0]) != 0)
            continue;
        begin(import, "legal_status.changed", row, "permanence", granted->date);
        ssda903_events_text(import->events, "legal_status", orders[i][1]);
        ssda903_events_text(import->events, "action", "made");
    }
}

static void progress(const struct import *import, const struct ssda903_row *row, const char *stage,
                     const struct ssda903_value *date) {
    begin(import, "adoption.progressed", row, stage, date->date);
    ssda903_events_text(import->events, "stage", stage);
}

static void take_ad1(const struct import *import, const struct ssda903_row *row) {
    if (row->values[AD1_DECIDED].given)
        progress(import, row, "agency_decision", &row->values[AD1_DECIDED]);
    if (!row->values[AD1_MATCHED].given)
        return;
    progress(import, row, "match_decided", &row->values[AD1_MATCHED]);
    if (row->values[AD1_FOSTER_CARE].given)
        ssda903_events_truth(import->events, "with_foster_carer", is_one(&row->values[AD1_FOSTER_CARE]));
}

static void take_placed(const struct import *import, const struct ssda903_row *row) {
    progress(import, row, "agency_decision", &row->values[PLACED_DECIDED]);
    if (row->values[PLACED_CEASED].given)
        progress(import, row, "decision_reversed", &row->values[PLACED_CEASED]);
}

/* ---- once a year ---- */

static bool year_end(const struct import *import, enum ssda903_kind kind, const struct ssda903_row *row,
                     struct date *ret_ends_on) {
    if (ssda903_rows_year_end(import->returns, row->year, ret_ends_on))
        return true;
    ssda903_rows_refuse(import->report, kind, row, SSDA903_CHILD,
                        "the year of the return is not known; name the file by it, as in 2025-%s.csv",
                        ssda903_columns_of(kind)->title);
    return false;
}

static void take_oc2(const struct import *import, const struct ssda903_row *row) {
    const struct ssda903_value *score = &row->values[OC2_SDQ_SCORE], *reason = &row->values[OC2_SDQ_REASON];
    struct date ends_on;
    int number;
    if ((!score->given && !reason->given) || !year_end(import, SSDA903_OC2, row, &ends_on))
        return;
    begin(import, "sdq.completed", row, "oc2", ends_on);
    if (score->given && ssda903_cell_number(score->text, 40, &number))
        ssda903_events_number(import->events, "score", number);
    ssda903_events_text(import->events, "reason_none", reason->text);
}

/* ACCOM is a letter and, behind it, 1 for suitable or 2 for unsuitable. Anything else is kept as it stands. */
static void record_accommodation(const struct import *import, const char *code) {
    static const char kinds[] = "BCDEGHKRSTUVWXYZ";
    bool known = strlen(code) == 2 && strchr(kinds, code[0]) != NULL && (code[1] == '1' || code[1] == '2');
    const char kind[] = {code[0], '\0'};
    ssda903_events_text(import->events, "accommodation", known ? kind : code);
    if (known)
        ssda903_events_text(import->events, "suitable", code[1] == '1' ? "yes" : "no");
}

static struct date birthday_in_year(struct date born, struct date ends_on) {
    int born_year, year, month, day;
    date_to_civil(born, &born_year, &month, &day);
    date_to_civil(ends_on, &year, &month, &day);
    struct date birthday = date_birthday(born, year - born_year);
    return date_before(ends_on, birthday) ? date_birthday(born, year - born_year - 1) : birthday;
}

static void take_oc3(const struct import *import, const struct ssda903_row *row) {
    struct date ends_on;
    if (!year_end(import, SSDA903_OC3, row, &ends_on))
        return;
    struct date birthday = birthday_in_year(row->values[OC3_DOB].date, ends_on);
    if (row->values[OC3_ACTIV].given) {
        begin(import, "activity.recorded", row, "oc3", birthday);
        ssda903_events_text(import->events, "activity", code(row, OC3_ACTIV));
    }
    if (row->values[OC3_ACCOM].given) {
        begin(import, "accommodation.recorded", row, "oc3", birthday);
        record_accommodation(import, code(row, OC3_ACCOM));
    }
    if (row->values[OC3_IN_TOUCH].given) {
        begin(import, "contact.made", row, "oc3", birthday);
        ssda903_events_text(import->events, "by_role", "personal-adviser");
        ssda903_events_text(import->events, "kind", "birthday_window");
        ssda903_events_text(import->events, "in_touch", code(row, OC3_IN_TOUCH));
    }
}

/* ---- all files ---- */

static void take_all(const struct import *import) {
    static void (*const take[SSDA903_KINDS])(const struct import *, const struct ssda903_row *) = {
        [SSDA903_HEADER] = take_header,
        [SSDA903_REVIEWS] = take_review,
        [SSDA903_MISSING] = take_missing,
        [SSDA903_OC2] = take_oc2,
        [SSDA903_OC3] = take_oc3,
        [SSDA903_UASC] = take_uasc,
        [SSDA903_PREVIOUS_PERMANENCE] = take_permanence,
        [SSDA903_AD1] = take_ad1,
        [SSDA903_PLACED_ADOPTION] = take_placed,
        [SSDA903_SOCIAL_WORKER] = take_worker,
    };
    for (int kind = 0; kind < SSDA903_KINDS; kind++) {
        const struct ssda903_rows *rows = &import->returns->of[kind];
        if (kind == SSDA903_EPISODES)
            ssda903_episodes_events(rows, import->events);
        for (size_t i = 0; take[kind] != NULL && i < rows->count; i++)
            take[kind](import, &rows->list[i]);
    }
}

static bool is_authority(const char *code) {
    return strlen(code) == 9 && isupper((unsigned char) code[0]) && strspn(code + 1, "0123456789") == 8;
}

int import_ssda903(const struct import_ssda903_options *options, struct import_ssda903_result *ret_result) {
    if (!is_authority(options->authority))
        return IMPORT_SSDA903_BAD_AUTHORITY;
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    CLEANUP(ssda903_events_freep) struct ssda903_events *events = ssda903_events_new(options->authority, options->zone);
    struct ssda903_report report = {.to = options->problems};
    struct ssda903_return returns;
    int outcome = ssda903_rows_read(options->folder, arena, &report, &returns);
    if (outcome < 0)
        return outcome;
    if (returns.n_files == 0)
        return IMPORT_SSDA903_NO_FILES;
    take_all(&(struct import){&returns, events, &report});
    outcome = ssda903_events_write(events, options->out);
    if (outcome == 0)
        *ret_result = (struct import_ssda903_result){ssda903_events_count(events), report.n_refused};
    return outcome;
}
