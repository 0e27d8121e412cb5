/* london.c: see london.h. */
#include "london.h"

#include "arena.h"
#include "ensure.h"
#include "yaml.h"

#include <string.h>

int london_load(const struct tool *tool, struct zone **ret_zone) {
    struct paths_rules rules;
    int status = tool_rules(tool, &rules);
    if (status != TOOL_OK)
        return status;
    CLEANUP(arena_freep) struct arena *arena = arena_new();
    CLEANUP(cleanup_free) struct yaml_problems *problems = calloc(1, sizeof *problems);
    ENSURE(problems != NULL);
    problems->arena = arena;
    const char *path = arena_printf(arena, "%s/calendars/europe-london.yaml", rules.folder);
    int outcome = zone_load(path, problems, ret_zone);
    yaml_problems_print(problems, stderr);
    if (outcome == 0)
        return TOOL_OK;
    return problems->count > 0 ? TOOL_FAILED : tool_fail("cannot read %s: %s", path, strerror(-outcome));
}
