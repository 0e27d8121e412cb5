/* paths.c: see paths.h. The source tree comes before the installed data so that a program run from its build folder
 * uses the rules that lie beside its code; on a machine where it was installed that tree does not exist. */
#include "paths.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* A rules folder is one that has a catalogue: an empty folder of that name is not what anybody meant. */
static bool is_rules_folder(const char *folder) {
    char catalogue[PATH_MAX];
    int length = snprintf(catalogue, sizeof catalogue, "%s/catalogue", folder);
    struct stat about;
    return length > 0 && (size_t) length < sizeof catalogue && stat(catalogue, &about) == 0 && S_ISDIR(about.st_mode);
}

static bool take(const char *folder, struct paths_rules *ret_rules) {
    if (strlen(folder) >= sizeof ret_rules->folder || !is_rules_folder(folder))
        return false;
    strcpy(ret_rules->folder, folder);
    return true;
}

int paths_find_rules(const char *configured, struct paths_rules *ret_rules, const char **ret_looked_at) {
    if (configured != NULL && *configured != '\0') {
        if (take(configured, ret_rules))
            return 0;
        *ret_looked_at = configured;
        return PATHS_NO_RULES;
    }
    if (take(WATCHKEEPER_SOURCE_DIR "/rules", ret_rules) || take(WATCHKEEPER_DATA_DIR "/rules", ret_rules))
        return 0;
    *ret_looked_at = WATCHKEEPER_SOURCE_DIR "/rules, " WATCHKEEPER_DATA_DIR "/rules";
    return PATHS_NO_RULES;
}
