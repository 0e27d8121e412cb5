/* simulate.c: plays schedules, each in a process of its own, and counts what came out.
 *
 *     simulate POOL FIRST_SEED COUNT [--trace] [--stop]
 *
 * One line a schedule that went wrong, then `N schedules, K crashes, F faults: lost A, twice B, false C`. */
#include "ensure.h"
#include "judge.h"
#include "log.h"
#include "schedule.h"
#include "yaml.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

struct tally {
    size_t schedules, crashes, faults, lost, twice, false_;
};

static struct engine *load_engine(const char *pack) {
    struct engine *engine = NULL;
    struct yaml_problems problems = {.arena = arena_new()};
    const char *const packs[] = {pack, NULL};
    struct engine_paths paths = {.folder = WATCHKEEPER_SOURCE_DIR "/rules", .packs = packs};
    int outcome = engine_load(&paths, &problems, &engine);
    yaml_problems_print(&problems, stderr);
    if (outcome != 0)
        exit(2);
    (void) arena_free(problems.arena);
    return engine;
}

struct game {
    struct pool pool;
    const struct engine *engines[LEDGER_ENGINES];
    bool trace;
};

static void play(const struct game *game, uint64_t seed, struct tally *tally) {
    struct schedule schedule = {
        .seed = seed, .trace = game->trace, .engines = {game->engines[0], game->engines[1]}, .pool = &game->pool};
    schedule_play(&schedule);
    struct verdict verdict = judge(&schedule, true);
    tally->crashes = schedule.n_crashes;
    tally->faults = schedule.n_faults;
    tally->lost = verdict.lost;
    tally->twice = verdict.twice;
    tally->false_ = verdict.false_;
}

/* In a process of its own: what crashed daemons leave behind goes with it, and so does an abort. */
static void play_apart(const struct game *game, uint64_t seed, struct tally *shared) {
    *shared = (struct tally){0};
    (void) fflush(stdout);
    pid_t child = fork();
    ENSURE(child >= 0);
    if (child == 0) {
        alarm(120);
        play(game, seed, shared);
        (void) fflush(stdout);
        _exit(0);
    }
    int status;
    ENSURE(waitpid(child, &status, 0) == child);
    if (status == 0)
        return;
    shared->lost++;
    printf("it ended with %s %d\n", WIFSIGNALED(status) ? "signal" : "status",
           WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
}

static void add(struct tally *all, const struct tally *one) {
    all->schedules++;
    all->crashes += one->crashes;
    all->faults += one->faults;
    all->lost += one->lost;
    all->twice += one->twice;
    all->false_ += one->false_;
}

static bool has_flag(int argc, char **argv, const char *flag) {
    for (int i = 4; i < argc; i++)
        if (strcmp(argv[i], flag) == 0)
            return true;
    return false;
}

int main(int argc, char **argv) {
    if (argc < 4) {
        fprintf(stderr, "usage: simulate POOL FIRST_SEED COUNT [--trace] [--stop]\n");
        return 2;
    }
    bool trace = has_flag(argc, argv, "--trace"), stop = has_flag(argc, argv, "--stop");
    log_setup(trace ? LOG_LEVEL_DEBUG : LOG_LEVEL_NONE, false);
    struct game game = {.pool = pool_load(argv[1]), .trace = trace};
    game.engines[0] = load_engine(game.pool.pack);
    game.engines[1] = load_engine(game.pool.stricter);
    struct tally *shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ENSURE(shared != MAP_FAILED);
    struct tally all = {0};
    uint64_t first = strtoull(argv[2], NULL, 10), count = strtoull(argv[3], NULL, 10);
    for (uint64_t seed = first; seed < first + count; seed++) {
        play_apart(&game, seed, shared);
        add(&all, shared);
        bool wrong = shared->lost + shared->twice + shared->false_ > 0;
        if (wrong)
            printf("seed %llu went wrong: tests/simulate --seed %llu --schedules 1 --trace\n",
                   (unsigned long long) seed, (unsigned long long) seed);
        if (wrong && stop)
            break;
    }
    printf("%zu schedules, %zu crashes, %zu faults: lost %zu, twice %zu, false %zu\n", all.schedules, all.crashes,
           all.faults, all.lost, all.twice, all.false_);
    return all.lost + all.twice + all.false_ > 0;
}
