#include "reduce_loops.h"

/* NaN where either is. */
static inline double greater(double a, double b) { return ((a > b) | (a != a)) ? a : b; }
static inline double less(double a, double b) { return ((a < b) | (a != a)) ? a : b; }

#define REAL(T)                                                                                                     \
    REDUCTION(sum_##T, T, double, 0, s + (double)v, s + t)                                                          \
    REDUCTION(product_##T, T, double, 1, s *(double)v, s *t)                                                        \
    REDUCTION(max_##T, T, double, -INFINITY, greater(v, s), greater(t, s))                                          \
    REDUCTION(min_##T, T, double, INFINITY, less(v, s), less(t, s))                                                 \
    REDUCTION(l1_##T, T, double, 0, s + fabs((double)v), s + t)                                                     \
    REDUCTION(square_##T, T, double, 0, s + (double)v * (double)v, s + t)                                           \
    LOG_SUM_EXP(T)                                                                                                  \
    FINISH(same_##T, double, T, s)                                                                                  \
    FINISH(mean_##T, double, T, s / (double)count)                                                                  \
    FINISH(root_##T, double, T, sqrt(s))                                                                            \
    FINISH(log_##T, double, T, log(s))                                                                              \
    FINISH(finish_log_sum_exp_##T, log_sum_exp, T, s.greatest + log(s.sum))                                         \
    static ck_reducer find_##T(ck_reduction_kind kind) {                                                            \
        switch (kind) {                                                                                             \
        case CK_REDUCE_SUM: return REDUCER(sum_##T, same_##T);                                                      \
        case CK_REDUCE_MEAN: return REDUCER(sum_##T, mean_##T);                                                     \
        case CK_REDUCE_PRODUCT: return REDUCER(product_##T, same_##T);                                              \
        case CK_REDUCE_MAX: return REDUCER(max_##T, same_##T);                                                      \
        case CK_REDUCE_MIN: return REDUCER(min_##T, same_##T);                                                      \
        case CK_REDUCE_L1: return REDUCER(l1_##T, same_##T);                                                        \
        case CK_REDUCE_L2: return REDUCER(square_##T, root_##T);                                                    \
        case CK_REDUCE_SUM_SQUARE: return REDUCER(square_##T, same_##T);                                            \
        case CK_REDUCE_LOG_SUM: return REDUCER(sum_##T, log_##T);                                                   \
        case CK_REDUCE_LOG_SUM_EXP: return LOG_SUM_EXP_REDUCER(T, finish_log_sum_exp_##T);                          \
        }                                                                                                           \
        return (ck_reducer){0};                                                                                     \
    }

REAL(float)
REAL(double)

bool ck_find_reducer_real(ck_reduction_kind kind, ck_element type, ck_reducer *reducer) {
    *reducer = type == CK_FLOAT32 ? find_float(kind) : find_double(kind);
    return reducer->start != 0;
}
