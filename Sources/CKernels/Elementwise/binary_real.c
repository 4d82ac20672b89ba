#include "binary_loops.h"
#include <math.h>

/* The rest r of a division by b, brought to the sign of b. */
#define FLOORED(T, b, r) ((r) != 0 && ((r) < 0) != ((b) < 0) ? (T)((r) + (b)) : (r))

#define REAL(T, FMOD, POW)                                                                                          \
    BINARY(add_##T, T, T, a + b)                                                                                    \
    BINARY(subtract_##T, T, T, a - b)                                                                               \
    BINARY(multiply_##T, T, T, a *b)                                                                                \
    BINARY(divide_##T, T, T, a / b)                                                                                 \
    BINARY(min_##T, T, T, ((a < b) | (a != a)) ? a : b)                                                               \
    BINARY(max_##T, T, T, ((a > b) | (a != a)) ? a : b)                                                               \
    BINARY(prelu_##T, T, T, a < 0 ? a * b : a)                                                                      \
    BINARY(equal_##T, T, uint8_t, a == b)                                                                           \
    BINARY(greater_##T, T, uint8_t, a > b)                                                                          \
    BINARY(greater_or_equal_##T, T, uint8_t, a >= b)                                                                \
    BINARY_SCALAR(remainder_##T, T, T, FMOD(a, b))                                                                  \
    BINARY_SCALAR(modulo_##T, T, T, FLOORED(T, b, FMOD(a, b)))                                                      \
    BINARY_SCALAR(power_##T, T, T, POW(a, b))                                                                       \
    static ck_binary_loop find_##T(ck_binary function) {                                                            \
        switch (function) {                                                                                         \
        case CK_PLUS: return CK_PICK_TWO(add_##T);                                                                   \
        case CK_MINUS: return CK_PICK_TWO(subtract_##T);                                                         \
        case CK_TIMES: return CK_PICK_TWO(multiply_##T);                                                         \
        case CK_DIVIDE: return CK_PICK_TWO(divide_##T);                                                             \
        case CK_MIN: return CK_PICK_TWO(min_##T);                                                                   \
        case CK_MAX: return CK_PICK_TWO(max_##T);                                                                   \
        case CK_MODULO: return modulo_##T;                                                                          \
        case CK_REMAINDER: return remainder_##T;                                                                    \
        case CK_POWER: return power_##T;                                                                            \
        case CK_PRELU: return CK_PICK_TWO(prelu_##T);                                                               \
        case CK_EQUAL: return CK_PICK_TWO(equal_##T);                                                               \
        case CK_GREATER: return CK_PICK_TWO(greater_##T);                                                           \
        case CK_GREATER_OR_EQUAL: return CK_PICK_TWO(greater_or_equal_##T);                                         \
        default: return 0;                                                                                          \
        }                                                                                                           \
    }

REAL(float, fmodf, powf)
REAL(double, fmod, pow)

ck_binary_loop ck_find_binary_real(ck_binary function, ck_element type) {
    return type == CK_FLOAT32 ? find_float(function) : find_double(function);
}
