/* rules_test_cover.c: see rules_test_cover.h. */
#include "rules_test_cover.h"

#include "ensure.h"
#include "pack.h"
#include "text.h"

#include <string.h>

void rules_test_cover_done(struct rules_test_cover *cover) {
    for (size_t i = 0; i < cover->count; i++) {
        free((char *) cover->list[i].id);
        free((char *) cover->list[i].pack);
    }
    free(cover->list);
    *cover = (struct rules_test_cover){0};
}

static struct rules_test_covered *find(const struct rules_test_cover *cover, const char *id) {
    for (size_t i = 0; i < cover->count; i++)
        if (strcmp(cover->list[i].id, id) == 0)
            return &cover->list[i];
    return NULL;
}

/* A duty whose limit nobody has set is never late: unknown is all that it can be until it is met (R36). */
static bool is_unset(const struct rule *rule) {
    size_t n_unset = 0;
    for (size_t i = 0; i < rule->n_limits; i++)
        n_unset += rule->limits[i].kind == LIMIT_UNSET;
    return n_unset > 0 && n_unset == rule->n_limits;
}

static const char *breach_of(const struct rule *rule) {
    return rule->face.is_risk ? "raised" : is_unset(rule) ? "unknown" : "overdue";
}

void rules_test_cover_add(struct rules_test_cover *cover, const struct engine *engine) {
    for (size_t i = 0; i < engine_n_rules(engine); i++) {
        const struct rule *rule = engine_rule(engine, i);
        const struct rule_face *face = &rule->face;
        if (find(cover, face->id) != NULL)
            continue;
        cover->list = reallocarray(cover->list, cover->count + 1, sizeof *cover->list);
        ENSURE(cover->list != NULL);
        cover->list[cover->count++] = (struct rules_test_covered){.id = text_copy(face->id),
                                                                  .pack = text_copy(face->pack),
                                                                  .is_risk = face->is_risk,
                                                                  .breach = breach_of(rule)};
    }
}

static bool starts(const char *text, const char *word) {
    size_t length = strlen(word);
    return strncmp(text, word, length) == 0 && (text[length] == '\0' || text[length] == ' ' || text[length] == ',');
}

static void note(struct rules_test_covered *covered, const struct rules_test_expectation *expectation) {
    if (expectation->what != RULES_TEST_STATE)
        return;
    const char *expected = expectation->expected;
    covered->breached = covered->breached || starts(expected, covered->breach);
    covered->met = covered->met || starts(expected, covered->is_risk ? "cleared" : "met");
}

void rules_test_cover_note(struct rules_test_cover *cover, const struct rules_test_case *test) {
    for (size_t i = 0; i < test->n_rules; i++) {
        struct rules_test_covered *covered = find(cover, test->rules[i]);
        for (size_t j = 0; covered != NULL && j < test->n_expectations; j++)
            if (strcmp(test->expectations[j].rule, test->rules[i]) == 0)
                note(covered, &test->expectations[j]);
    }
}

size_t rules_test_cover_tell(const struct rules_test_cover *cover) {
    size_t n_lacking = 0;
    for (size_t i = 0; i < cover->count; i++) {
        const struct rules_test_covered *covered = &cover->list[i];
        if (covered->breached && covered->met)
            continue;
        n_lacking++;
        const char *met = covered->is_risk ? "cleared" : "met";
        fprintf(stderr, "%s: %s: no test expects it to be %s%s%s\n", covered->pack, covered->id,
                covered->breached ? met : covered->breach, covered->breached || covered->met ? "" : ", and none to be ",
                covered->breached || covered->met ? "" : met);
    }
    return n_lacking;
}
