#include "ckernels_reduce.h"

/* FIRST(v, best): whether v comes before the best so far; SAME: whether it may stand for it. */
#define ARG(NAME, T, FIRST, SAME)                                                                                   \
    static void NAME(const void *source, ptrdiff_t outer, ptrdiff_t extent, ptrdiff_t inner, bool takes_last,       \
                     int64_t *y) {                                                                                  \
        const T *x = source;                                                                                        \
        for (ptrdiff_t o = 0; o < outer; o++, x += extent * inner)                                                  \
            for (ptrdiff_t i = 0; i < inner; i++) {                                                                 \
                ptrdiff_t position = 0;                                                                             \
                T best = x[i];                                                                                      \
                for (ptrdiff_t e = 1; e < extent; e++) {                                                            \
                    T v = x[e * inner + i];                                                                         \
                    if ((FIRST) || (takes_last && (SAME))) best = v, position = e;                                  \
                }                                                                                                   \
                *y++ = position;                                                                                    \
            }                                                                                                       \
    }

#define BOTH(T)                                                                                                     \
    ARG(greatest_##T, T, v > best || (v != v && best == best), v == best || (v != v && best != best))               \
    ARG(least_##T, T, v < best || (v != v && best == best), v == best || (v != v && best != best))

BOTH(float)
BOTH(double)
BOTH(uint8_t)
BOTH(int8_t)
BOTH(uint16_t)
BOTH(int16_t)
BOTH(uint32_t)
BOTH(int32_t)
BOTH(uint64_t)
BOTH(int64_t)

ck_arg_loop ck_find_arg(bool greatest, ck_element type) {
    switch (type) {
    case CK_FLOAT32: return greatest ? greatest_float : least_float;
    case CK_FLOAT64: return greatest ? greatest_double : least_double;
    case CK_UINT8: return greatest ? greatest_uint8_t : least_uint8_t;
    case CK_INT8: return greatest ? greatest_int8_t : least_int8_t;
    case CK_UINT16: return greatest ? greatest_uint16_t : least_uint16_t;
    case CK_INT16: return greatest ? greatest_int16_t : least_int16_t;
    case CK_UINT32: return greatest ? greatest_uint32_t : least_uint32_t;
    case CK_INT32: return greatest ? greatest_int32_t : least_int32_t;
    case CK_UINT64: return greatest ? greatest_uint64_t : least_uint64_t;
    case CK_INT64: return greatest ? greatest_int64_t : least_int64_t;
    default: return 0;
    }
}
