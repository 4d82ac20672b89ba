#include "ckernels_reduce.h"

#define RUNNING(T)                                                                                                  \
    static void running_##T(const void *source, ptrdiff_t outer, ptrdiff_t extent, ptrdiff_t inner,                 \
                            ck_running_rules rules, void *target) {                                                 \
        const T *x = source;                                                                                        \
        T *y = target;                                                                                              \
        ptrdiff_t step = rules.is_reverse ? -inner : inner;                                                         \
        for (ptrdiff_t o = 0; o < outer; o++, x += extent * inner, y += extent * inner) {                           \
            const T *from = rules.is_reverse ? x + (extent - 1) * inner : x;                                        \
            T *to = rules.is_reverse ? y + (extent - 1) * inner : y;                                                \
            for (ptrdiff_t i = 0; i < inner; i++) to[i] = rules.is_exclusive ? (T)rules.is_product : from[i];       \
            for (ptrdiff_t e = 1; e < extent; e++) {                                                                \
                const T *next = from + (rules.is_exclusive ? e - 1 : e) * step, *before = to + (e - 1) * step;      \
                T *result = to + e * step;                                                                          \
                if (rules.is_product)                                                                               \
                    for (ptrdiff_t i = 0; i < inner; i++) result[i] = before[i] * next[i];                          \
                else                                                                                                \
                    for (ptrdiff_t i = 0; i < inner; i++) result[i] = before[i] + next[i];                          \
            }                                                                                                       \
        }                                                                                                           \
    }

RUNNING(float)
RUNNING(double)
RUNNING(uint32_t)
RUNNING(uint64_t)

ck_running_loop ck_find_running(ck_element type) {
    switch (type) {
    case CK_FLOAT32: return running_float;
    case CK_FLOAT64: return running_double;
    case CK_UINT32:
    case CK_INT32: return running_uint32_t;
    case CK_UINT64:
    case CK_INT64: return running_uint64_t;
    default: return 0;
    }
}
