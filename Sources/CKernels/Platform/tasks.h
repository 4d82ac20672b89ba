/* Tasks for the parts of a parallel call: inside CKernels only. */
#ifndef CK_TASKS_H
#define CK_TASKS_H

#include "ckernels_parallel.h"
#include <stdatomic.h>
#include <stdint.h>

/* Each part has a run of the tasks, and takes from those of others when its own are done: what shares a processor with
   another program is slower than the rest. */
enum { CK_MOST_RUNS = 32 };

typedef struct {
    int64_t count;
    int runs;
    struct {
        _Alignas(64) _Atomic int64_t next;
    } run[CK_MOST_RUNS];
} ck_tasks;

static inline void ck_begin_tasks(ck_tasks *tasks, int64_t count, int parts) {
    tasks->count = count, tasks->runs = parts < CK_MOST_RUNS ? parts : CK_MOST_RUNS;
    for (int r = 0; r < tasks->runs; r++)
        atomic_init(&tasks->run[r].next, ck_part_begin(count, r, tasks->runs));
}

/* The next task for a part; -1 where none is left. */
static inline int64_t ck_next_task(ck_tasks *tasks, int part) {
    for (int i = 0; i < tasks->runs; i++) {
        int r = (part + i) % tasks->runs;
        int64_t task = atomic_fetch_add_explicit(&tasks->run[r].next, 1, memory_order_relaxed);
        if (task < ck_part_begin(tasks->count, r + 1, tasks->runs)) return task;
    }
    return -1;
}

#endif
