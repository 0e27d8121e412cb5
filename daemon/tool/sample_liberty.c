/* sample_liberty.c: secure accommodation, deprivation of liberty and custody of an invented child: what was approved
 * before, the order and its reviews. Rates and shares E, and more than in life, so that a thousand children show each.
 */
#include "sample_stories.h"
#include "sample_task.h"

#include <string.h>

static struct date earlier(struct date a, struct date b) {
    return date_before(a, b) ? a : b;
}

static void tell_order(struct sample_child *child, struct date day, const char *order, const char *action,
                       struct date expires) {
    char text[DATE_TEXT_MAX];
    sample_task_note(child, day, "legal_status.changed",
                     "\"legal_status\":\"%s\",\"action\":\"%s\",\"expires_on\":\"%s\"", order, action,
                     date_format(expires, text));
}

/* An order for so many days is renewed until the last day, or ended; one in eight of these is recorded too late. */
static void tell_orders(struct sample_child *child, const char *order, struct date made, struct date until, int days) {
    struct date end = earlier(until, sample_child_horizon(child));
    tell_order(child, made, order, "made", date_add_days(made, days));
    for (;;) {
        bool in_time = sample_task_chance(child, 0.87);
        struct date next = in_time ? sample_task_later(child, made, days - 12, days) : date_add_days(made, days + 4);
        if (!date_before(next, end))
            break;
        made = next;
        tell_order(child, made, order, "renewed", date_add_days(made, days));
    }
    if (date_before(until, sample_child_horizon(child)))
        sample_task_note(child, until, "legal_status.changed", "\"legal_status\":\"%s\",\"action\":\"ended\"", order);
}

static void tell_secure_reviews(struct sample_child *child, const struct sample_stay *stay, struct date made) {
    static const struct sample_task first = {"review.held", {15, 27}, {33, 45}, 0.8, false};
    static const struct sample_task next = {"review.held", {60, 88}, {95, 110}, 0.8, false};
    struct date end = earlier(stay->to.day, sample_child_horizon(child));
    struct date day = made;
    for (int number = 1; date_before(day, end); number++)
        day = sample_task_tell(child, number == 1 ? &first : &next, day,
                               "\"review\":\"R%06u-z%d-%d\",\"kind\":\"secure\",\"number\":%d", child->teller.child,
                               stay->number, number, number);
}

static void tell_secure(struct sample_child *child, const struct sample_stay *stay) {
    static const struct sample_task order = {"legal_status.changed", {0, 2}, {4, 9}, 0.7, false};
    static const struct sample_task minister = {"decision.made", {-8, -1}, {2, 14}, 0.6, false};
    if (!sample_child_aged(child, 13, stay->from.day))
        sample_task_tell(child, &minister, stay->from.day, "\"kind\":\"secure_under_13\",\"outcome\":\"agreed\"");
    struct date made = sample_task_day(child, &order, stay->from.day);
    if (!date_before(made, earlier(stay->to.day, sample_child_horizon(child))))
        return;
    tell_orders(child, "SEC", made, stay->to.day, 90);
    tell_secure_reviews(child, stay, made);
}

/* One child in thirty, from twelve, for some months. */
static void tell_deprivation(struct sample_child *child) {
    struct date twelve = date_birthday(child->born, 12);
    struct date from = date_before(twelve, child->enters) ? child->enters : twelve;
    from = sample_task_later(child, from, 20, 500);
    if (sample_task_chance(child, 0.05) && date_before(from, sample_child_horizon(child)))
        tell_orders(child, "DOL", from, sample_task_later(child, from, 60, 400), 84);
}

/* A child who leaves care for custody is visited there. */
static void tell_custody(struct sample_child *child) {
    static const struct sample_task visit = {"visit.made", {2, 12}, {17, 40}, 0.7, true};
    struct date end = sample_task_later(child, child->leaves, 60, 300), eighteen = date_birthday(child->born, 18);
    if (strcmp(child->reason, "E9") != 0 || !date_before(child->leaves, child->period->until))
        return;
    sample_task_note(child, child->leaves, "status.started", "\"status\":\"detained\"");
    for (struct date day = child->leaves;
         date_before(day, child->period->until) && date_before(day, earlier(end, eighteen));)
        day = date_add_days(
            sample_task_tell(child, &visit, day, "\"kind\":\"statutory\",\"by_role\":\"social-worker\",\"seen\":true"),
            30);
    sample_task_note(child, earlier(end, eighteen), "status.ended", "\"status\":\"detained\"");
}

void sample_liberty_tell(struct sample_child *child) {
    for (size_t i = 0; i < child->n_stays; i++)
        if (strcmp(child->stays[i].type, "K1") == 0 &&
            date_before(child->stays[i].from.day, sample_child_horizon(child)))
            tell_secure(child, &child->stays[i]);
    tell_deprivation(child);
    tell_custody(child);
}
