/* What the reductions of all element types share. */
#ifndef CKERNELS_REDUCE_LOOPS_H
#define CKERNELS_REDUCE_LOOPS_H

#include "ckernels_reduce.h"
#include "Platform/dispatch.h"
#include <math.h>

enum { REDUCE_LANES = 16 };

/* A reduction of elements T by states S: STEP gives the state that s becomes by element v, JOIN that of states s and t.
   Within a run there are several states side by side, so that the loop vectorises, always the same number, so that sums
   do not depend on the processor. */
#define REDUCTION(NAME, T, S, INITIAL, STEP, JOIN)                                                                  \
    static void NAME##_start(void *states, ptrdiff_t n) {                                                           \
        S *all = states;                                                                                            \
        for (ptrdiff_t i = 0; i < n; i++) all[i] = INITIAL;                                                         \
    }                                                                                                               \
    CK_TWO_VARIANTS(NAME##_fold, (const void *source, ptrdiff_t n, void *state), {                                  \
        const T *x = source;                                                                                        \
        S lanes[REDUCE_LANES];                                                                                      \
        for (int lane = 0; lane < REDUCE_LANES; lane++) lanes[lane] = INITIAL;                                      \
        for (; n >= REDUCE_LANES; n -= REDUCE_LANES, x += REDUCE_LANES)                                             \
            for (int lane = 0; lane < REDUCE_LANES; lane++) {                                                       \
                T v = x[lane];                                                                                      \
                S s = lanes[lane];                                                                                  \
                lanes[lane] = STEP;                                                                                 \
            }                                                                                                       \
        S s = *(S *)state;                                                                                          \
        for (ptrdiff_t i = 0; i < n; i++) {                                                                         \
            T v = x[i];                                                                                             \
            s = STEP;                                                                                               \
        }                                                                                                           \
        for (int lane = 0; lane < REDUCE_LANES; lane++) {                                                           \
            S t = lanes[lane];                                                                                      \
            s = JOIN;                                                                                               \
        }                                                                                                           \
        *(S *)state = s;                                                                                            \
    })                                                                                                              \
    CK_TWO_VARIANTS(NAME##_add, (const void *source, ptrdiff_t n, void *states), {                                  \
        const T *x = source;                                                                                        \
        S *all = states;                                                                                            \
        CK_INDEPENDENT for (ptrdiff_t i = 0; i < n; i++) {                                                          \
            T v = x[i];                                                                                             \
            S s = all[i];                                                                                           \
            all[i] = STEP;                                                                                          \
        }                                                                                                           \
    })

/* The result R of state s that took `count` elements. */
#define FINISH(NAME, S, R, RESULT)                                                                                  \
    static void NAME(const void *states, ptrdiff_t n, ptrdiff_t count, void *target) {                              \
        const S *all = states;                                                                                      \
        R *y = target;                                                                                              \
        (void)count;                                                                                                \
        for (ptrdiff_t i = 0; i < n; i++) {                                                                         \
            S s = all[i];                                                                                           \
            y[i] = (R)(RESULT);                                                                                     \
        }                                                                                                           \
    }

#define REDUCER(LOOPS, FINISH) (ck_reducer){LOOPS##_start, CK_PICK_TWO(LOOPS##_fold), CK_PICK_TWO(LOOPS##_add), FINISH}

/* ln of the sum of e^v, as the greatest element so far and the sum relative to it. */
typedef struct {
    double greatest, sum;
} log_sum_exp;

/* 1 where both are infinite alike, too. */
static inline double exp_of_difference(double a, double b) { return a == b ? 1 : exp(a - b); }

static inline log_sum_exp log_sum_exp_step(log_sum_exp s, double v) {
    double greatest = v > s.greatest || v != v ? v : s.greatest;
    return (log_sum_exp){greatest, s.sum * exp_of_difference(s.greatest, greatest) + exp_of_difference(v, greatest)};
}

static inline void log_sum_exp_start(void *states, ptrdiff_t n) {
    log_sum_exp *all = states;
    for (ptrdiff_t i = 0; i < n; i++) all[i] = (log_sum_exp){-INFINITY, 0};
}

#define LOG_SUM_EXP(T)                                                                                              \
    static void log_sum_exp_fold_##T(const void *source, ptrdiff_t n, void *state) {                                \
        const T *x = source;                                                                                        \
        log_sum_exp *s = state;                                                                                     \
        for (ptrdiff_t i = 0; i < n; i++) *s = log_sum_exp_step(*s, (double)x[i]);                                  \
    }                                                                                                               \
    static void log_sum_exp_add_##T(const void *source, ptrdiff_t n, void *states) {                                \
        const T *x = source;                                                                                        \
        log_sum_exp *all = states;                                                                                  \
        for (ptrdiff_t i = 0; i < n; i++) all[i] = log_sum_exp_step(all[i], (double)x[i]);                          \
    }

#define LOG_SUM_EXP_REDUCER(T, FINISH)                                                                              \
    (ck_reducer){log_sum_exp_start, log_sum_exp_fold_##T, log_sum_exp_add_##T, FINISH}

bool ck_find_reducer_real(ck_reduction_kind kind, ck_element type, ck_reducer *reducer);
bool ck_find_reducer_integer(ck_reduction_kind kind, ck_element type, ck_reducer *reducer);

#endif
