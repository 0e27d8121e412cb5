/* rules_test_cover.h: which rules have been tested both ways: breached, and met (of a risk: raised, and cleared).
 *
 * What counts is what a test expects of the rules it names: an overdue duty or a raised risk is a breach, and of a duty
 * whose limit is unset, which is never late, that it is unknown. */
#ifndef WATCHKEEPER_RULES_TEST_COVER_H
#define WATCHKEEPER_RULES_TEST_COVER_H

#include "rules_test_file.h"

struct rules_test_covered {
    const char *id;     /* owned */
    const char *pack;   /* owned */
    const char *breach; /* the state in which it is breached */
    bool is_risk, breached, met;
};

struct rules_test_cover {
    size_t count;
    struct rules_test_covered *list;
};

void rules_test_cover_done(struct rules_test_cover *cover);
/* Every rule of the engine is to be tested; those known already stay as they are. */
void rules_test_cover_add(struct rules_test_cover *cover, const struct engine *engine);
void rules_test_cover_note(struct rules_test_cover *cover, const struct rules_test_case *test);
/* Names on stderr every rule that lacks one or the other; returns how many. */
size_t rules_test_cover_tell(const struct rules_test_cover *cover);

#endif
