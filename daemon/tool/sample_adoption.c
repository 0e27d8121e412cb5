/* sample_adoption.c: the panels of an invented child whose plan is adoption, and what the agency decides after them.
 * Shares E. */
#include "sample_stories.h"
#include "sample_task.h"

static const struct sample_task decision = {"adoption.progressed", {1, 7}, {13, 30}, 0.8, false};

/* The match itself is always decided, sooner or later. */
static const struct sample_task panel_of_match = {"decision.made", {-7, -1}, {-40, -14}, 0.8, false};

void sample_adoption_tell(struct sample_child *child) {
    struct date horizon = sample_child_horizon(child);
    if (!date_before(child->authorised, horizon))
        return;
    struct date panel = sample_task_later(child, child->authorised, -75, -35);
    sample_task_note(child, panel, "decision.made",
                     "\"kind\":\"adoption_should_be_placed\",\"outcome\":\"agreed\",\"body\":\"adoption-panel\"");
    sample_task_tell(child, &decision, panel, "\"stage\":\"agency_decision\"");
    if (!date_before(child->matched, horizon))
        return;
    sample_task_tell(child, &panel_of_match, child->matched,
                     "\"kind\":\"adoption_match\",\"outcome\":\"agreed\",\"body\":\"adoption-panel\"");
    sample_task_note(child, child->matched, "adoption.progressed", "\"stage\":\"match_decided\"");
}
