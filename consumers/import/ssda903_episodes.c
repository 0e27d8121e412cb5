/* ssda903_episodes.c: R46, one child at a time, in order of DECOM.
 *
 * A row of the return is a stretch of one legal status in one placement. RNE says what changed when it began (S care, L
 * legal status, P placement, T placement with the same carer, B both, U both with the same carer); REC says what ended
 * it, X1 meaning only that another row follows. So a placement can run over several rows: it is named after the first
 * of them, and ends with the last. Real returns have gaps: a row that does not begin care, for a child whose care the
 * row before it has ended or who has no row before it, begins care all the same, at an unknown earlier date. Rows that
 * overlap are taken in order of DECOM; their ends are not weighed against each other. */
#include "ssda903_episodes.h"

#include "fact.h"

#include <string.h>

static const char *code(const struct ssda903_row *row, size_t column) {
    return row->values[column].text;
}

static char rne(const struct ssda903_row *row) {
    return *code(row, EPISODE_RNE);
}

static struct date begins(const struct ssda903_row *row) {
    return row->values[EPISODE_DECOM].date;
}

static bool ends_care(const struct ssda903_row *row) {
    return row->values[EPISODE_DEC].given && strcmp(code(row, EPISODE_REC), "X1") != 0;
}

static bool is_one_of(char code, const char *codes) {
    return strchr(codes, code) != NULL;
}

/* What is known of the child while walking through the rows. */
struct walk {
    const struct ssda903_row *rows;
    size_t count;
    struct ssda903_events *events;
    bool in_care;                      /* by the rows before: the last of them has not ended it */
    char placement[REFERENCE_MAX + 1]; /* that a row without a placement of its own goes on with */
};

/* `<DECOM>-<RNE>`: the row, as ids of events name it. */
struct row_name {
    char text[96];
};
static struct row_name name_of(const struct ssda903_row *row) {
    struct row_name name;
    char day[DATE_TEXT_MAX];
    snprintf(name.text, sizeof name.text, "%s-%c", date_format(begins(row), day), rne(row));
    return name;
}

static struct row_name end_name_of(const struct ssda903_row *row) {
    struct row_name name = name_of(row);
    size_t length = strlen(name.text);
    char end[DATE_TEXT_MAX];
    snprintf(name.text + length, sizeof name.text - length, "-%s-%.16s",
             date_format(row->values[EPISODE_DEC].date, end), code(row, EPISODE_REC));
    return name;
}

static void begin(struct walk *walk, const struct ssda903_row *row, const char *type) {
    ssda903_events_begin(walk->events, type, code(row, SSDA903_CHILD), name_of(row).text, begins(row));
}

static void start_care(struct walk *walk, const struct ssda903_row *row) {
    const char *status = code(row, EPISODE_LS);
    bool short_break = strcmp(status, "V3") == 0 || strcmp(status, "V4") == 0;
    begin(walk, row, "care.started");
    ssda903_events_text(walk->events, "legal_status", status);
    ssda903_events_text(walk->events, "arrangement", short_break ? "short_break" : "full");
    if (rne(row) != 'S')
        ssda903_events_truth(walk->events, "start_known", false);
    ssda903_events_text(walk->events, "need_code", code(row, EPISODE_CIN));
}

static void change_status(struct walk *walk, const struct ssda903_row *row) {
    begin(walk, row, "legal_status.changed");
    ssda903_events_text(walk->events, "legal_status", code(row, EPISODE_LS));
    ssda903_events_text(walk->events, "action", "made");
}

/* Child and DECOM; with the RNE behind it where another row of that day has begun a placement already, since two
 * placements under one reference would be read as one. */
static void name_placement(struct walk *walk, const struct ssda903_row *row) {
    char day[DATE_TEXT_MAX], reference[sizeof walk->placement];
    snprintf(reference, sizeof reference, "%.48s-%s", code(row, SSDA903_CHILD), date_format(begins(row), day));
    size_t length = strlen(reference);
    bool taken = strncmp(walk->placement, reference, length) == 0;
    snprintf(walk->placement, sizeof walk->placement, "%s", reference);
    if (taken)
        snprintf(walk->placement + length, sizeof walk->placement - length, "-%c", rne(row));
}

static void start_placement(struct walk *walk, const struct ssda903_row *row) {
    name_placement(walk, row);
    begin(walk, row, "placement.started");
    ssda903_events_text(walk->events, "placement", walk->placement);
    ssda903_events_text(walk->events, "placement_type", code(row, EPISODE_PLACE));
    ssda903_events_text(walk->events, "location", "unknown"); /* postcodes are addresses: they are not read */
    ssda903_events_text(walk->events, "provider", code(row, EPISODE_PROVIDER));
    ssda903_events_text(walk->events, "urn", code(row, EPISODE_URN));
    if (is_one_of(rne(row), "TU"))
        ssda903_events_truth(walk->events, "same_carer", true);
}

static void end_row(struct walk *walk, size_t i) {
    const struct ssda903_row *row = &walk->rows[i];
    bool goes_on = !ends_care(row) && i + 1 < walk->count && rne(&walk->rows[i + 1]) == 'L';
    if (!row->values[EPISODE_DEC].given || goes_on)
        return;
    struct date end = row->values[EPISODE_DEC].date;
    struct row_name name = end_name_of(row);
    const char *child = code(row, SSDA903_CHILD);
    ssda903_events_begin(walk->events, "placement.ended", child, name.text, end);
    ssda903_events_text(walk->events, "placement", walk->placement);
    ssda903_events_text(walk->events, "reason", code(row, EPISODE_REASON));
    if (!ends_care(row))
        return;
    ssda903_events_begin(walk->events, "care.ended", child, name.text, end);
    ssda903_events_text(walk->events, "reason", code(row, EPISODE_REC));
}

static void take_row(struct walk *walk, size_t i) {
    const struct ssda903_row *row = &walk->rows[i];
    bool starts_care = rne(row) == 'S' || !walk->in_care;
    if (starts_care)
        start_care(walk, row);
    walk->in_care = !ends_care(row);
    if (is_one_of(rne(row), "LBU"))
        change_status(walk, row);
    if (starts_care || rne(row) != 'L')
        start_placement(walk, row);
    end_row(walk, i);
}

/* Rows are sorted by child and DECOM; of one day, S comes first. */
static int by_start(const void *left, const void *right) {
    const struct ssda903_row *a = left, *b = right;
    if (begins(a).day != begins(b).day)
        return begins(a).day < begins(b).day ? -1 : 1;
    if ((rne(a) == 'S') != (rne(b) == 'S'))
        return rne(a) == 'S' ? -1 : 1;
    return (rne(a) > rne(b)) - (rne(a) < rne(b));
}

void ssda903_episodes_events(const struct ssda903_rows *episodes, struct ssda903_events *events) {
    for (size_t from = 0, to; from < episodes->count; from = to) {
        const char *child = code(&episodes->list[from], SSDA903_CHILD);
        for (to = from + 1; to < episodes->count && strcmp(code(&episodes->list[to], SSDA903_CHILD), child) == 0; to++)
            ;
        qsort(&episodes->list[from], to - from, sizeof *episodes->list, by_start);
        struct walk walk = {.rows = &episodes->list[from], .count = to - from, .events = events};
        for (size_t i = 0; i < walk.count; i++)
            take_row(&walk, i);
    }
}

static int compare_child(const void *child, const void *row) {
    return strcmp(child, code(row, SSDA903_CHILD));
}

bool ssda903_episodes_first_day(const struct ssda903_rows *episodes, const char *child, struct date *ret_first) {
    if (episodes->count == 0)
        return false;
    const struct ssda903_row *found =
        bsearch(child, episodes->list, episodes->count, sizeof *episodes->list, compare_child);
    if (found == NULL)
        return false;
    while (found > episodes->list && compare_child(child, found - 1) == 0)
        found--;
    *ret_first = begins(found);
    return true;
}
