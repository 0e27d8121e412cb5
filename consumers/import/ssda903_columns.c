/* ssda903_columns.c: see ssda903_columns.h. A file is recognised by the columns that no other file of the return has;
 * councils name their files as they like. */
#include "ssda903_columns.h"

#include "ensure.h"

#include <string.h>

#define CHILD_COLUMN                                                                                                   \
    { "CHILD", SSDA903_REFERENCE, SSDA903_NEEDED_CELL, .key = true }
#define NAMES(...)                                                                                                     \
    (const char *const[]) {                                                                                            \
        __VA_ARGS__, NULL                                                                                              \
    }
#define COLUMNS(array) .n_columns = sizeof(array) / sizeof *(array), .columns = (array)

static const struct ssda903_column header_columns[] = {
    CHILD_COLUMN,
    [HEADER_SEX] = {"SEX", SSDA903_CODE},
    [HEADER_DOB] = {"DOB", SSDA903_DATE, SSDA903_NEEDED_CELL},
    [HEADER_ETHNIC] = {"ETHNIC", SSDA903_CODE, .signature = true},
    [HEADER_MOTHER] = {"MOTHER", SSDA903_CODE},
    [HEADER_MC_DOB] = {"MC_DOB", SSDA903_DATE},
};
static const struct ssda903_column episode_columns[] = {
    CHILD_COLUMN,
    [EPISODE_DECOM] = {"DECOM", SSDA903_DATE, SSDA903_NEEDED_CELL, .key = true, .signature = true},
    [EPISODE_RNE] = {"RNE", SSDA903_CODE, SSDA903_NEEDED_CELL, .key = true, .signature = true},
    [EPISODE_LS] = {"LS", SSDA903_CODE, SSDA903_NEEDED_CELL},
    [EPISODE_CIN] = {"CIN", SSDA903_CODE},
    [EPISODE_PLACE] = {"PLACE", SSDA903_CODE, SSDA903_NEEDED_CELL},
    [EPISODE_PROVIDER] = {"PLACE_PROVIDER", SSDA903_CODE},
    [EPISODE_DEC] = {"DEC", SSDA903_DATE, SSDA903_NEEDED_COLUMN},
    [EPISODE_REC] = {"REC", SSDA903_CODE, SSDA903_NEEDED_COLUMN},
    [EPISODE_REASON] = {"REASON_PLACE_CHANGE", SSDA903_CODE},
    [EPISODE_URN] = {"URN", SSDA903_CODE},
};
static const struct ssda903_column review_columns[] = {
    CHILD_COLUMN,
    [REVIEW_DATE] = {"REVIEW", SSDA903_DATE, SSDA903_NEEDED_CELL, .key = true, .signature = true},
    [REVIEW_CODE] = {"REVIEW_CODE", SSDA903_CODE},
};
static const struct ssda903_column missing_columns[] = {
    CHILD_COLUMN,
    [MISSING_START] = {"MIS_START", SSDA903_DATE, SSDA903_NEEDED_CELL, .key = true, .signature = true},
    [MISSING_KIND] = {"MISSING", SSDA903_CODE, SSDA903_NEEDED_CELL, .key = true},
    [MISSING_END] = {"MIS_END", SSDA903_DATE, SSDA903_NEEDED_COLUMN},
};
static const struct ssda903_column oc2_columns[] = {
    CHILD_COLUMN,
    [OC2_SDQ_SCORE] = {"SDQ_SCORE", SSDA903_CODE, SSDA903_NEEDED_COLUMN, .signature = true},
    [OC2_SDQ_REASON] = {"SDQ_REASON", SSDA903_CODE},
};
static const struct ssda903_column oc3_columns[] = {
    CHILD_COLUMN,
    [OC3_DOB] = {"DOB", SSDA903_DATE, SSDA903_NEEDED_CELL},
    [OC3_IN_TOUCH] = {"IN_TOUCH", SSDA903_CODE, SSDA903_NEEDED_COLUMN, .signature = true},
    [OC3_ACTIV] = {"ACTIV", SSDA903_CODE, SSDA903_NEEDED_COLUMN},
    [OC3_ACCOM] = {"ACCOM", SSDA903_CODE, SSDA903_NEEDED_COLUMN},
};
static const struct ssda903_column uasc_columns[] = {
    CHILD_COLUMN,
    [UASC_DUC] = {"DUC", SSDA903_DATE, .signature = true},
};
static const struct ssda903_column permanence_columns[] = {
    CHILD_COLUMN,
    [PERMANENCE_KIND] = {"PREV_PERM", SSDA903_CODE, SSDA903_NEEDED_CELL, .key = true, .signature = true},
    [PERMANENCE_DATE] = {"DATE_PERM", SSDA903_DATE, SSDA903_NEEDED_COLUMN, .key = true},
};
static const struct ssda903_column ad1_columns[] = {
    CHILD_COLUMN,
    [AD1_DECIDED] = {"DATE_INT", SSDA903_DATE, SSDA903_NEEDED_COLUMN, .signature = true},
    [AD1_MATCHED] = {"DATE_MATCH", SSDA903_DATE, SSDA903_NEEDED_COLUMN, .signature = true},
    [AD1_FOSTER_CARE] = {"FOSTER_CARE", SSDA903_CODE},
};
static const struct ssda903_column placed_columns[] = {
    CHILD_COLUMN,
    [PLACED_DECIDED] = {"DATE_PLACED", SSDA903_DATE, SSDA903_NEEDED_CELL, .key = true, .signature = true},
    [PLACED_CEASED] = {"DATE_PLACED_CEASED", SSDA903_DATE},
};
static const struct ssda903_column worker_columns[] = {
    CHILD_COLUMN,
    [WORKER_ID] = {"SW_ID", SSDA903_REFERENCE, SSDA903_NEEDED_CELL, .key = true, .signature = true},
    [WORKER_DECOM] = {"SW_DECOM", SSDA903_DATE, SSDA903_NEEDED_CELL, .key = true, .signature = true},
    [WORKER_DEC] = {"SW_DEC", SSDA903_DATE, SSDA903_NEEDED_COLUMN},
    [WORKER_REASON] = {"SW_REASON", SSDA903_CODE},
};

static const struct ssda903_file_type file_types[SSDA903_KINDS] = {
    [SSDA903_HEADER] = {"header", NAMES("header"), COLUMNS(header_columns), .unread = NAMES("UPN", "UUPN")},
    [SSDA903_EPISODES] = {"episodes", NAMES("episodes"), COLUMNS(episode_columns),
                          .unread = NAMES("HOME_POST", "PL_POST", "HOME_LA", "PL_LA", "PL_LOCATION", "PL_DISTANCE")},
    [SSDA903_REVIEWS] = {"reviews", NAMES("reviews"), COLUMNS(review_columns), .unread = NAMES("DOB")},
    [SSDA903_MISSING] = {"missing", NAMES("missing"), COLUMNS(missing_columns), .unread = NAMES("DOB")},
    [SSDA903_OC2] = {"oc2", NAMES("oc2"), .key_by_year = true, COLUMNS(oc2_columns),
                     .unread =
                         NAMES("DOB", "CONVICTED", "HEALTH_CHECK", "IMMUNISATIONS", "TEETH_CHECK", "HEALTH_ASSESSMENT",
                               "SUBSTANCE_MISUSE", "INTERVENTION_RECEIVED", "INTERVENTION_OFFERED")},
    [SSDA903_OC3] = {"oc3", NAMES("oc3"), .key_by_year = true, COLUMNS(oc3_columns), .unread = NAMES("")},
    [SSDA903_UASC] = {"uasc", NAMES("uasc"), COLUMNS(uasc_columns), .unread = NAMES("SEX", "DOB")},
    [SSDA903_PREVIOUS_PERMANENCE] = {"previous permanence",
                                     NAMES("previous_permanence", "previous-permanence", "prev_perm", "prevperm"),
                                     COLUMNS(permanence_columns), .unread = NAMES("DOB", "LA_PERM")},
    [SSDA903_AD1] = {"adoption (AD1)", NAMES("ad1"), COLUMNS(ad1_columns),
                     .unread = NAMES("DOB", "NB_ADOPTR", "SEX_ADOPTR", "LS_ADOPTR")},
    [SSDA903_PLACED_ADOPTION] = {"placed for adoption",
                                 NAMES("placed_adoption", "placed-adoption", "placedadoption", "should_be_placed"),
                                 COLUMNS(placed_columns), .unread = NAMES("DOB", "REASON_PLACED_CEASED")},
    [SSDA903_SOCIAL_WORKER] = {"social worker episodes",
                               NAMES("social_worker", "social-worker", "sw_episodes", "swepisodes"),
                               COLUMNS(worker_columns), .unread = NAMES("DOB")},
};

const struct ssda903_file_type *ssda903_columns_of(enum ssda903_kind kind) {
    ENSURE(kind < SSDA903_KINDS);
    return &file_types[kind];
}

static bool has_signature(const struct csv_table *table, const struct ssda903_file_type *type) {
    for (size_t i = 0; i < type->n_columns; i++)
        if (type->columns[i].signature && csv_table_column(table, type->columns[i].name) < 0)
            return false;
    return true;
}

static bool ends_with(const char *text, const char *end) {
    size_t length = strlen(text), end_length = strlen(end);
    return length >= end_length && strcmp(text + length - end_length, end) == 0;
}

static bool named(const char *stem, const struct ssda903_file_type *type) {
    for (const char *const *name = type->names; *name != NULL; name++)
        if (ends_with(stem, *name))
            return true;
    return false;
}

enum ssda903_kind ssda903_columns_recognise(const struct csv_table *table, const char *stem) {
    for (int kind = 0; kind < SSDA903_KINDS; kind++)
        if (has_signature(table, &file_types[kind]))
            return (enum ssda903_kind) kind;
    for (int kind = 0; kind < SSDA903_KINDS; kind++)
        if (named(stem, &file_types[kind]))
            return (enum ssda903_kind) kind;
    return SSDA903_KINDS;
}

bool ssda903_columns_known(enum ssda903_kind kind, const char *column) {
    const struct ssda903_file_type *type = ssda903_columns_of(kind);
    for (size_t i = 0; i < type->n_columns; i++)
        if (strcmp(type->columns[i].name, column) == 0)
            return true;
    for (const char *const *unread = type->unread; *unread != NULL; unread++)
        if (strcmp(*unread, column) == 0)
            return true;
    return false;
}
