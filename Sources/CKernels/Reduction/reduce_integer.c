#include "reduce_loops.h"

/* The greatest and the least, of states S that hold every T. */
#define ORDERED(T, S, LEAST, MOST, RESULT)                                                                          \
    REDUCTION(max_##T, T, S, LEAST, (S)v > s ? (S)v : s, t > s ? t : s)                                             \
    REDUCTION(min_##T, T, S, MOST, (S)v < s ? (S)v : s, t < s ? t : s)                                              \
    FINISH(ordered_##T, S, T, RESULT)                                                                               \
    static bool find_ordered_##T(ck_reduction_kind kind, ck_reducer *reducer) {                                     \
        if (kind == CK_REDUCE_MAX) *reducer = REDUCER(max_##T, ordered_##T);                                        \
        if (kind == CK_REDUCE_MIN) *reducer = REDUCER(min_##T, ordered_##T);                                        \
        return kind == CK_REDUCE_MAX || kind == CK_REDUCE_MIN;                                                      \
    }

/* A floating-point result as the nearest T towards 0. */
#define CUT(T, LEAST, MOST)                                                                                         \
    static inline T cut_##T(double r) { return r >= (double)MOST ? MOST : r > (double)LEAST ? (T)r : LEAST; }

/* Sums without sign wrap; roots and logarithms are of sums in float64. S is signed where T is, and as wide as a state.
   */
#define SUMMED(T, S, LEAST, MOST)                                                                                   \
    ORDERED(T, S, LEAST, MOST, s)                                                                                   \
    CUT(T, LEAST, MOST)                                                                                             \
    REDUCTION(sum_##T, T, uint64_t, 0, s + (uint64_t)v, s + t)                                                      \
    REDUCTION(product_##T, T, uint64_t, 1, s *(uint64_t)v, s *t)                                                    \
    REDUCTION(l1_##T, T, uint64_t, 0, s + ((S)v < 0 ? -(uint64_t)v : (uint64_t)v), s + t)                           \
    REDUCTION(square_##T, T, uint64_t, 0, s + (uint64_t)v * (uint64_t)v, s + t)                                     \
    REDUCTION(real_sum_##T, T, double, 0, s + (double)v, s + t)                                                     \
    REDUCTION(real_square_##T, T, double, 0, s + (double)v * (double)v, s + t)                                      \
    LOG_SUM_EXP(T)                                                                                                  \
    FINISH(same_##T, uint64_t, T, s)                                                                                \
    FINISH(mean_##T, uint64_t, T, count ? (S)s / (S)count : 0)                                                      \
    FINISH(root_##T, double, T, cut_##T(sqrt(s)))                                                                   \
    FINISH(log_##T, double, T, cut_##T(log(s)))                                                                     \
    FINISH(finish_log_sum_exp_##T, log_sum_exp, T, cut_##T(s.greatest + log(s.sum)))                                \
    static bool find_##T(ck_reduction_kind kind, ck_reducer *reducer) {                                             \
        switch (kind) {                                                                                             \
        case CK_REDUCE_SUM: *reducer = REDUCER(sum_##T, same_##T); return true;                                     \
        case CK_REDUCE_MEAN: *reducer = REDUCER(sum_##T, mean_##T); return true;                                    \
        case CK_REDUCE_PRODUCT: *reducer = REDUCER(product_##T, same_##T); return true;                             \
        case CK_REDUCE_L1: *reducer = REDUCER(l1_##T, same_##T); return true;                                       \
        case CK_REDUCE_L2: *reducer = REDUCER(real_square_##T, root_##T); return true;                              \
        case CK_REDUCE_SUM_SQUARE: *reducer = REDUCER(square_##T, same_##T); return true;                           \
        case CK_REDUCE_LOG_SUM: *reducer = REDUCER(real_sum_##T, log_##T); return true;                             \
        case CK_REDUCE_LOG_SUM_EXP: *reducer = LOG_SUM_EXP_REDUCER(T, finish_log_sum_exp_##T); return true;         \
        default: return find_ordered_##T(kind, reducer);                                                            \
        }                                                                                                           \
    }

/* One byte that is 0 or not. */
typedef uint8_t truth;

ORDERED(uint8_t, uint8_t, 0, UINT8_MAX, s)
ORDERED(int8_t, int8_t, INT8_MIN, INT8_MAX, s)
ORDERED(truth, uint8_t, 0, 1, s != 0)
SUMMED(uint32_t, uint64_t, 0, UINT32_MAX)
SUMMED(int32_t, int64_t, INT32_MIN, INT32_MAX)
SUMMED(uint64_t, uint64_t, 0, UINT64_MAX)
SUMMED(int64_t, int64_t, INT64_MIN, INT64_MAX)

bool ck_find_reducer_integer(ck_reduction_kind kind, ck_element type, ck_reducer *reducer) {
    switch (type) {
    case CK_UINT8: return find_ordered_uint8_t(kind, reducer);
    case CK_INT8: return find_ordered_int8_t(kind, reducer);
    case CK_BOOL: return find_ordered_truth(kind, reducer);
    case CK_UINT32: return find_uint32_t(kind, reducer);
    case CK_INT32: return find_int32_t(kind, reducer);
    case CK_UINT64: return find_uint64_t(kind, reducer);
    case CK_INT64: return find_int64_t(kind, reducer);
    default: return false;
    }
}
