/* audit_round.c: see audit_round.h. */
#include "audit_round.h"

#include "ensure.h"

#include <stdlib.h>
#include <string.h>

struct audit *audit_round_new(void) {
    struct audit *audit = calloc(1, sizeof *audit);
    ENSURE(audit != NULL);
    audit->arena = arena_new();
    audit->scratch = arena_new();
    audit->surveyed_at = INSTANT_DAWN;
    return audit;
}

void audit_round_drop_suspects(struct audit *audit) {
    for (size_t i = 0; i < audit->n_suspects; i++) {
        for (size_t k = 0; k < audit->suspects[i].n_asked; k++)
            free(audit->suspects[i].asked[k]);
        free(audit->suspects[i].asked);
        free(audit->suspects[i].subject);
    }
    free(audit->suspects);
    audit->suspects = NULL;
    audit->n_suspects = 0;
}

void audit_round_drop(struct audit *audit) {
    audit_round_drop_suspects(audit);
    audit->survey = audit_latest_free(audit->survey);
    audit->confirmation = audit_latest_free(audit->confirmation);
    audit_report_done(&audit->report);
    audit->n_subjects = audit->next_subject = 0;
    audit->begun = false;
    audit->cursor = audit->ticket = 0;
    audit->scan = (struct store_scan){0};
    audit->steps_done = 0;
}

struct audit *audit_round_free(struct audit *audit) {
    if (audit == NULL)
        return NULL;
    audit_round_drop(audit);
    (void) arena_free(audit->arena);
    (void) arena_free(audit->scratch);
    free(audit);
    return NULL;
}

struct audit_suspect *audit_round_suspect(struct audit *audit, const char *subject) {
    audit->suspects = reallocarray(audit->suspects, audit->n_suspects + 1, sizeof *audit->suspects);
    ENSURE(audit->suspects != NULL);
    struct audit_suspect *suspect = &audit->suspects[audit->n_suspects++];
    *suspect = (struct audit_suspect){.subject = strdup(subject)};
    ENSURE(suspect->subject != NULL);
    return suspect;
}
