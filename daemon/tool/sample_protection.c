/* sample_protection.c: an invented child before entry: the referral and its assessment, the child protection plan,
 * private fostering, an earlier and short time in care. Shares E but where a source is named. */
#include "sample_stories.h"
#include "sample_task.h"

/* From the referral. */
static const struct sample_task decision = {"decision.made", {0, 1}, {4, 9}, 0.95, true};
static const struct sample_task assessment = {
    "assessment.completed", {15, 60}, {66, 100}, 0.85, true}; /* indicators.md:291
                                                  (003:447) */
/* From the strategy discussion, and from the conference. */
static const struct sample_task conference = {
    "review.held", {4, 19}, {24, 40}, 0.88, true}; /* indicators.md:302 (003:464) */
static const struct sample_task core_group = {"meeting.held", {3, 12}, {17, 30}, 0.85, true};
static const struct sample_task review_first = {"review.held", {60, 85}, {95, 130}, 0.94, true}; /* indicators.md:301 */
static const struct sample_task review_next = {"review.held", {130, 178}, {190, 230}, 0.94, true};
static const struct sample_task fostered_first = {"visit.made", {2, 7}, {9, 20}, 0.8, true};
static const struct sample_task fostered_next = {"visit.made", {25, 41}, {46, 70}, 0.8, true};

static bool happens(const struct sample_child *child, struct date day) {
    return date_before(day, child->period->until);
}

/* ---- the front door, and a plan ---- */

static void tell_plan(struct sample_child *child, struct date discussed, struct date until) {
    struct date day = sample_task_tell(child, &conference, discussed, "\"review\":\"R%06u-i\",\"kind\":\"cp_initial\"",
                                       child->teller.child);
    if (!happens(child, day))
        return;
    sample_task_note(child, day, "status.started", "\"status\":\"child_protection_plan\"");
    sample_task_tell(child, &core_group, day, "\"kind\":\"core_group\"");
    for (int number = 1; date_before(day, until) && happens(child, day); number++)
        day = sample_task_tell(child, number == 1 ? &review_first : &review_next, day,
                               "\"review\":\"R%06u-k%d\",\"kind\":\"cp_review\"", child->teller.child, number);
    sample_task_note(child, until, "status.ended", "\"status\":\"child_protection_plan\"");
}

/* A plan of a child in care ends soon after entry, since the care plan takes its place. */
static void tell_referral(struct sample_child *child) {
    bool accepted = sample_task_chance(child, 0.92);
    sample_task_note(child, child->known, "social_care_referral.received", "\"contact\":\"F%06u\"",
                     child->teller.child);
    sample_task_tell(child, &decision, child->known, "\"kind\":\"carry_out_assessment\",\"outcome\":\"%s\"",
                     accepted ? "agreed" : "no_action");
    if (!accepted)
        return;
    sample_task_tell(child, &assessment, child->known, "\"kind\":\"social_work\",\"outcome\":\"agreed\"");
    struct date discussed = sample_task_later(child, child->known, 10, 60);
    if (!sample_task_chance(child, 0.4) || !happens(child, discussed))
        return;
    sample_task_note(child, discussed, "status.started", "\"status\":\"section_47\"");
    sample_task_note(child, discussed, "strategy_meeting.held",
                     "\"kind\":\"strategy_discussion\",\"multi_agency\":true,\"section_47\":true");
    if (sample_task_chance(child, 0.7))
        tell_plan(child, discussed, sample_task_later(child, child->enters, 20, 120));
    else
        sample_task_note(child, sample_task_later(child, discussed, 5, 14), "status.ended",
                         "\"status\":\"section_47\"");
}

/* ---- private fostering, and care before ---- */

/* Every six weeks. */
static void tell_private_fostering(struct sample_child *child) {
    struct date day = sample_task_later(child, child->known, 5, 30);
    if (!date_before(day, child->enters))
        return;
    sample_task_note(child, day, "status.started", "\"status\":\"private_fostering\"");
    day = sample_task_tell(child, &fostered_first, day, "\"kind\":\"private_fostering\",\"by_role\":\"social-worker\"");
    while (date_before(day, child->enters))
        day = sample_task_tell(child, &fostered_next, day,
                               "\"kind\":\"private_fostering\",\"by_role\":\"social-worker\"");
    sample_task_note(child, child->enters, "status.ended", "\"status\":\"private_fostering\"");
}

/* Some days with foster carers, and home again. */
static void tell_earlier_care(struct sample_child *child) {
    struct date in = sample_task_later(child, child->enters, -330, -30), out = sample_task_later(child, in, 3, 6);
    if (!date_before(child->known, in))
        return;
    sample_task_note(child, in, "care.started",
                     "\"legal_status\":\"V2\",\"arrangement\":\"full\",\"need_code\":\"N5\"");
    sample_task_note(
        child, in, "placement.started",
        "\"placement\":\"P%06u-0\",\"placement_type\":\"U6\",\"location\":\"own_area\",\"provider\":\"PR1\","
        "\"planned\":\"emergency\"",
        child->teller.child);
    sample_task_note(child, out, "placement.ended", "\"placement\":\"P%06u-0\"", child->teller.child);
    sample_task_note(child, out, "care.ended", "\"reason\":\"E4A\"");
}

void sample_protection_tell(struct sample_child *child) {
    if (!date_before(child->known, child->enters))
        return;
    if (sample_task_chance(child, 0.06)) {
        tell_private_fostering(child);
        return;
    }
    tell_referral(child);
    if (sample_task_chance(child, 0.08))
        tell_earlier_care(child);
}
