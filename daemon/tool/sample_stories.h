/* sample_stories.h: the parts of an invented life in care, told in this order (sample_child.h). */
#ifndef WATCHKEEPER_SAMPLE_STORIES_H
#define WATCHKEEPER_SAMPLE_STORIES_H

struct sample_child;

/* Care begins, and under which order or agreement; decides whether and when the child is placed for adoption. */
void sample_status_tell(struct sample_child *child);
/* Where the child lives: fills child->stays. */
void sample_placements_tell(struct sample_child *child);
/* Care reviews, and adoption reviews once placed; sets child->first_review. */
void sample_reviews_tell(struct sample_child *child);
void sample_visits_tell(struct sample_child *child);
void sample_health_tell(struct sample_child *child);
void sample_missing_tell(struct sample_child *child);
/* All of a child who only has short breaks, but for the end of care. */
void sample_breaks_tell(struct sample_child *child);

/* What goes with the above, in any order. */
void sample_adoption_tell(struct sample_child *child);
void sample_workers_tell(struct sample_child *child);
void sample_plans_tell(struct sample_child *child);
void sample_notices_tell(struct sample_child *child);
void sample_approvals_tell(struct sample_child *child);
void sample_reviewing_tell(struct sample_child *child);
void sample_checks_tell(struct sample_child *child);
void sample_education_tell(struct sample_child *child);
void sample_incidents_tell(struct sample_child *child);
void sample_liberty_tell(struct sample_child *child);
void sample_leaving_tell(struct sample_child *child);
void sample_protection_tell(struct sample_child *child);

#endif
