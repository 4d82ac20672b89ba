#define _GNU_SOURCE
#include "ckernels_parallel.h"
#include <dlfcn.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>

static _Atomic int threads = 1;

void ck_set_threads(int count) { atomic_store(&threads, count < 1 ? 1 : count); }

int ck_threads(void) { return atomic_load_explicit(&threads, memory_order_relaxed); }

/* oneDNN brings an OpenMP runtime; its pool serves here, too, so that the two never compete for processors. */
typedef void (*parallel_function)(void (*)(void *), void *, unsigned, unsigned);
static parallel_function run_team;
static pthread_once_t runtime_once = PTHREAD_ONCE_INIT;

static void find_runtime(void) {
    run_team = (parallel_function)dlsym(RTLD_DEFAULT, "GOMP_parallel");
}

typedef struct {
    void (*body)(void *, int, int);
    void *context;
    int parts;
    _Atomic int next;
} team;

/* A team may come out smaller than asked for, so that parts are taken, not given. */
static void work(void *data) {
    team *t = data;
    for (int part; (part = atomic_fetch_add(&t->next, 1)) < t->parts;) t->body(t->context, part, t->parts);
}

void ck_parallel(int parts, void (*body)(void *, int, int), void *context) {
    team t = {.body = body, .context = context, .parts = parts};
    pthread_once(&runtime_once, find_runtime);
    if (parts > 1 && run_team)
        run_team(work, &t, (unsigned)parts, 0);
    else
        work(&t);
}
