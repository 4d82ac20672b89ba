#include "unary_find.h"
#include "Platform/dispatch.h"
#include <stdbool.h>
#include <stdint.h>

#define LOOP(FUNCTION, T, EXPRESSION)                                                                               \
    CK_TWO_VARIANTS(FUNCTION, (const void *source, void *target, ptrdiff_t n, double p, double q), {                \
        const T *x_ = source;                                                                                       \
        T *y_ = target;                                                                                             \
        (void)p, (void)q;                                                                                           \
        CK_INDEPENDENT for (ptrdiff_t i = 0; i < n; i++) {                                                          \
            T x = x_[i];                                                                                            \
            y_[i] = (T)(EXPRESSION);                                                                                \
        }                                                                                                           \
    })

/* Negation wraps, so the least value stays. */
#define SIGNED(T, U)                                                                                                \
    LOOP(abs_##T, T, x < 0 ? (U)0 - (U)x : (U)x)                                                                    \
    LOOP(negate_##T, T, (U)0 - (U)x)                                                                                \
    LOOP(sign_##T, T, (x > 0) - (x < 0))                                                                            \
    LOOP(relu_##T, T, x < 0 ? 0 : x)                                                                                \
    static ck_unary_loop find_##T(ck_unary function) {                                                              \
        switch (function) {                                                                                         \
        case CK_ABS: return CK_PICK_TWO(abs_##T);                                                                   \
        case CK_NEGATE: return CK_PICK_TWO(negate_##T);                                                             \
        case CK_SIGN: return CK_PICK_TWO(sign_##T);                                                                 \
        case CK_RELU: return CK_PICK_TWO(relu_##T);                                                                 \
        case CK_BITWISE_NOT: return CK_PICK_TWO(not_##U);                                                           \
        default: return 0;                                                                                          \
        }                                                                                                           \
    }

#define UNSIGNED(U)                                                                                                 \
    LOOP(same_##U, U, x)                                                                                            \
    LOOP(sign_##U, U, x != 0)                                                                                       \
    LOOP(not_##U, U, ~x)                                                                                            \
    static ck_unary_loop find_##U(ck_unary function) {                                                              \
        switch (function) {                                                                                         \
        case CK_ABS: return CK_PICK_TWO(same_##U);                                                                  \
        case CK_SIGN: return CK_PICK_TWO(sign_##U);                                                                 \
        case CK_BITWISE_NOT: return CK_PICK_TWO(not_##U);                                                           \
        default: return 0;                                                                                          \
        }                                                                                                           \
    }

UNSIGNED(uint8_t)
UNSIGNED(uint16_t)
UNSIGNED(uint32_t)
UNSIGNED(uint64_t)
SIGNED(int8_t, uint8_t)
SIGNED(int16_t, uint16_t)
SIGNED(int32_t, uint32_t)
SIGNED(int64_t, uint64_t)
LOOP(logical_not, uint8_t, x == 0)

ck_unary_loop ck_find_unary_integer(ck_unary function, ck_element type) {
    switch (type) {
    case CK_UINT8: return find_uint8_t(function);
    case CK_INT8: return find_int8_t(function);
    case CK_UINT16: return find_uint16_t(function);
    case CK_INT16: return find_int16_t(function);
    case CK_UINT32: return find_uint32_t(function);
    case CK_INT32: return find_int32_t(function);
    case CK_UINT64: return find_uint64_t(function);
    case CK_INT64: return find_int64_t(function);
    case CK_BOOL: return function == CK_NOT ? CK_PICK_TWO(logical_not) : 0;
    default: return 0;
    }
}
