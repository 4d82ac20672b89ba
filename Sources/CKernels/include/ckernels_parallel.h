/* One team of threads for the whole process. Its members wait for work by looking for it a while, then by letting
   others run, and asleep in the end: also where they must share a processor no time is lost by waiting. */
#ifndef CKERNELS_PARALLEL_H
#define CKERNELS_PARALLEL_H

#include <stdbool.h>

/* How many threads ck_parallel may use; 1 at first. */
void ck_set_threads(int threads);
int ck_threads(void);

/* Calls `body(context, part, parts)` for every part from 0 to parts - 1 and returns when all are done. The team's
   threads take part after part; those that come late find nothing left, and are not waited for. */
void ck_parallel(int parts, void (*body)(void *context, int part, int parts), void *context);

/* Calls `body(context)` once for each of `members`, and returns when all are done: at the same time where they meet,
   else as threads are at hand, ck_threads() of them at most. There is one member within a call of this function or of
   ck_parallel. */
void ck_together(int members, void (*body)(void *context), void *context);

/* The number of the member that the calling thread is in a body, and how many there are; 0 and 1 elsewhere. */
int ck_member(void);
int ck_members(void);

/* Whether the calling thread is in a body of this function or of ck_parallel, however many threads there are. */
bool ck_is_within(void);

/* Within ck_together: returns when all members have called it. */
void ck_meet(void);

/* Where part `part` of `parts` even ones begins among `count`. */
static inline long ck_part_begin(long count, int part, int parts) { return count * part / parts; }

#endif
