/* pack_risk.c: a risk: counts and thresholds, or a state. */
#include "pack_read.h"

static void read_threshold(const struct pack_reader *reader, const struct yaml *node, struct risk *risk) {
    if (risk->n_thresholds == THRESHOLDS_MAX) {
        yaml_problem(reader->problems, node->place, "more than %d thresholds", THRESHOLDS_MAX);
        return;
    }
    struct threshold *threshold = &risk->thresholds[risk->n_thresholds++];
    long at_least = 0;
    yaml_known_keys(reader->yaml, node, (const char *const[]){"at_least", "within", NULL});
    (void) yaml_integer(reader->yaml, node, "at_least", true, 1, 10000, &at_least);
    threshold->at_least = (int) at_least;
    if (yaml_get(node, "within") == NULL)
        yaml_problem(reader->problems, node->place, "expected `within`: the window, as in 90 days");
    pack_read_limit_key(reader, node, "within", &threshold->within);
}

static void read_count(const struct pack_reader *reader, const struct yaml *node, struct risk *risk) {
    const struct yaml *raise = yaml_get(node, "raise");
    struct pack_items items;
    risk->kind = RISK_COUNT;
    risk->n_counts = pack_read_filters(reader, yaml_get(node, "counts"), risk->counts, COUNTS_MAX);
    risk->counts_when = pack_read_condition(reader, yaml_get(node, "when"), risk->scope);
    pack_read_items(raise, &items);
    if (items.count == 0)
        yaml_problem(reader->problems, node->place, "expected `raise`: {at_least: 3, within: 90 days}");
    for (size_t i = 0; i < items.count; i++)
        read_threshold(reader, items.list[i], risk);
    risk->rule.limit_text = pack_read_written(reader, raise);
    risk->rule.opens_text = pack_read_written(reader, yaml_get(node, "counts"));
}

static void read_state(const struct pack_reader *reader, const struct yaml *node, struct risk *risk) {
    risk->kind = RISK_STATE;
    risk->holds = pack_read_condition(reader, yaml_get(node, "while"), risk->scope);
    struct mention *mentions = ARENA_ARRAY(reader->arena, struct mention, expression_mentions(risk->holds, NULL));
    risk->n_mentions = expression_mentions(risk->holds, mentions);
    risk->mentions = mentions;
    pack_read_limit_key_in(reader, node, "for", UNITS_OF_DUTY, &risk->held_for);
    risk->rule.opens_text = pack_read_written(reader, yaml_get(node, "while"));
    risk->rule.limit_text = pack_read_written(reader, yaml_get(node, "for"));
}

void pack_risk_read(const struct pack_reader *reader, const struct yaml *node, struct risk *risk) {
    static const char *const keys[] = {"id",    "title",    "law",   "in_force", "scope", "counts", "when",
                                       "raise", "severity", "while", "for",      "owner", "tell",   NULL};
    yaml_known_keys(reader->yaml, node, keys);
    risk->scope = pack_read_scope(reader, node, SCOPE_LIFE);
    pack_read_face(reader, node, &risk->rule);
    risk->rule.face.is_risk = true;
    risk->rule.face.severity = pack_read_text(reader, node, "severity", false);
    risk->rule.scope_text = scope_name(risk->scope);
    if (yaml_get(node, "counts") != NULL)
        read_count(reader, node, risk);
    else if (yaml_get(node, "while") != NULL || yaml_get(node, "for") != NULL)
        read_state(reader, node, risk);
    else
        yaml_problem(reader->problems, node->place, "expected `counts` and `raise`, or `while`, or `for`");
}
