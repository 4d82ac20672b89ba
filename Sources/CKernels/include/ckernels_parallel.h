#ifndef CKERNELS_PARALLEL_H
#define CKERNELS_PARALLEL_H

/* How many threads ck_parallel may use; 1 at first. */
void ck_set_threads(int threads);
int ck_threads(void);

/* Calls `body(context, part, parts)` for every part from 0 to parts - 1, each on a thread of its own where there are
   that many, and returns when all are done. */
void ck_parallel(int parts, void (*body)(void *context, int part, int parts), void *context);

/* Where part `part` of `parts` even ones begins among `count`. */
static inline long ck_part_begin(long count, int part, int parts) { return count * part / parts; }

#endif
