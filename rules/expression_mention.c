/* expression_mention.c: where the answer of a condition may change, and the facts on which it rests. */
#include "expression_node.h"

enum { MENTIONS_A_NODE = 3 };

static size_t paths_mention(const struct expression *node, struct mention *mention) {
    switch (node->path.kind) {
    case PATH_PLACEMENT_FIELD:
        mention->kind = MENTION_PLACEMENT_FIELD;
        return 1;
    case PATH_PROFILE:
    case PATH_PROFILE_BEFORE:
        mention->kind = MENTION_PROFILE;
        return 1;
    case PATH_LEGAL_STATUS:
        mention->kind = MENTION_LEGAL_STATUS;
        return 1;
    case PATH_OVERDUE_DUTIES:
    case PATH_UNSET_DUTIES:
        mention->kind = MENTION_LATENESS;
        return 1;
    default: /* nothing of what another path says changes while a scope lasts */
        return 0;
    }
}

static bool window_passes(const struct expression *node) {
    return node->window == WINDOW_WITHIN || node->window == WINDOW_AGO;
}

static struct mention facts_of(const struct expression *node, const struct filter *filter) {
    struct mention mention = {.kind = MENTION_HAD, .filter = filter, .limit.unit = UNIT_DAYS};
    if (window_passes(node))
        mention.limit = node->within;
    return mention;
}

/* Of a node about facts. */
static size_t facts_mention(const struct expression *node, struct mention *mentions) {
    size_t count = 0;
    bool lasting = node->kind == NODE_OPEN || (node->kind == NODE_MEASURE && node->measure == MEASURE_DAYS);
    mentions[count++] = facts_of(node, &node->filter);
    if (!lasting)
        return count;
    mentions[count++] = (struct mention){.kind = MENTION_HAD, .filter = &node->until, .limit.unit = UNIT_DAYS};
    if (node->kind == NODE_MEASURE)
        mentions[count++] = (struct mention){.kind = MENTION_DAYS, .filter = &node->filter, .node = node};
    else if (node->open_for.number > 0)
        mentions[count++] =
            (struct mention){.kind = MENTION_OPEN_FOR, .filter = &node->filter, .limit = node->open_for};
    return count;
}

static size_t own_mentions(const struct expression *node, struct mention mentions[MENTIONS_A_NODE]) {
    mentions[0] = (struct mention){.age = node->age, .field = node->path.field};
    switch (node->kind) {
    case NODE_AGE:
        mentions[0].kind = MENTION_AGE;
        mentions[0].limit = node->later;
        return 1;
    case NODE_WITHIN:
        mentions[0].kind = MENTION_WITHIN;
        mentions[0].limit = node->within;
        return 1;
    case NODE_DURING:
        mentions[0].kind = MENTION_DURING;
        mentions[0].span = node->span;
        return 1;
    case NODE_IN_CARE:
        mentions[0].kind = MENTION_IN_CARE;
        mentions[0].limit = node->care_for;
        return 1;
    case NODE_HAD:
    case NODE_OPEN:
    case NODE_MEASURE:
        return facts_mention(node, mentions);
    case NODE_COMPARE:
    case NODE_KNOWN:
        return paths_mention(node, &mentions[0]);
    case NODE_OR:
    case NODE_AND:
    case NODE_NOT:
    case NODE_SOME:
    case NODE_RECORDED:
    case N_NODES:
        break;
    }
    return 0;
}

/* The conditions of which one is joined. */
static size_t children_of(const struct expression *node, const struct expression *pair[2],
                          const struct expression *const **ret_list) {
    if (node->kind == NODE_SOME) {
        *ret_list = node->list;
        return node->n_list;
    }
    bool joined = node->kind == NODE_OR || node->kind == NODE_AND || node->kind == NODE_NOT;
    pair[0] = node->left;
    pair[1] = node->right;
    *ret_list = pair;
    return !joined ? 0 : node->kind == NODE_NOT ? 1 : 2;
}

size_t expression_mentions(const struct expression *node, struct mention *ret_mentions) {
    if (node == NULL)
        return 0;
    const struct expression *pair[2], *const *children;
    size_t n_children = children_of(node, pair, &children), count = 0;
    for (size_t i = 0; i < n_children; i++)
        count += expression_mentions(children[i], ret_mentions != NULL ? ret_mentions + count : NULL);
    if (n_children > 0)
        return count;
    struct mention mentions[MENTIONS_A_NODE];
    count = own_mentions(node, mentions);
    for (size_t i = 0; ret_mentions != NULL && i < count; i++)
        ret_mentions[i] = mentions[i];
    return count;
}

size_t expression_facts(const struct expression *node, const struct setting *setting, const struct standing **ret_facts,
                        size_t max) {
    if (node == NULL)
        return 0;
    const struct expression *pair[2], *const *children;
    size_t n_children = children_of(node, pair, &children), count = 0;
    for (size_t i = 0; i < n_children; i++)
        count += expression_facts(children[i], setting, ret_facts + count, max - count);
    return n_children > 0 ? count : expression_own_facts(node, setting, ret_facts, max);
}
