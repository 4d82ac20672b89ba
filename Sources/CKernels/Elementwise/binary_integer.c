#include "binary_loops.h"
#include <stdbool.h>

/* a^b modulo 2^bits. A negative power of anything but 1 and -1 is cut to 0. */
#define POWER(T, U, NEGATIVE)                                                                                       \
    static inline T power_of_##T(T a, T b) {                                                                        \
        if (NEGATIVE) return a == 1 ? 1 : a == (T)-1 ? (b & 1 ? (T)-1 : 1) : 0;                                     \
        uint64_t result = 1, factor = (uint64_t)a;                                                                  \
        for (U rest = (U)b; rest; rest >>= 1, factor *= factor)                                                     \
            if (rest & 1) result *= factor;                                                                         \
        return (T)result;                                                                                           \
    }

/* What wraps is computed in 64 bits without sign, or in the type itself without sign where that is as wide. */
#define ANY(T, U)                                                                                                   \
    BINARY(add_##T, T, T, (U)((U)a + (U)b))                                                                         \
    BINARY(subtract_##T, T, T, (U)((U)a - (U)b))                                                                    \
    BINARY(multiply_##T, T, T, (U)(1u * (U)a * (U)b))                                                               \
    BINARY(min_##T, T, T, a < b ? a : b)                                                                            \
    BINARY(max_##T, T, T, a > b ? a : b)                                                                            \
    BINARY(equal_##T, T, uint8_t, a == b)                                                                           \
    BINARY(greater_##T, T, uint8_t, a > b)                                                                          \
    BINARY(greater_or_equal_##T, T, uint8_t, a >= b)                                                                \
    BINARY(bitwise_and_##T, T, T, a &b)                                                                             \
    BINARY(bitwise_or_##T, T, T, a | b)                                                                             \
    BINARY(bitwise_xor_##T, T, T, a ^ b)                                                                            \
    BINARY_SCALAR(power_##T, T, T, power_of_##T(a, b))                                                              \
    static ck_binary_loop find_##T(ck_binary function) {                                                        \
        switch (function) {                                                                                         \
        case CK_PLUS: return CK_PICK_TWO(add_##T);                                                                   \
        case CK_MINUS: return CK_PICK_TWO(subtract_##T);                                                         \
        case CK_TIMES: return CK_PICK_TWO(multiply_##T);                                                         \
        case CK_DIVIDE: return divide_##T;                                                                          \
        case CK_MIN: return CK_PICK_TWO(min_##T);                                                                   \
        case CK_MAX: return CK_PICK_TWO(max_##T);                                                                   \
        case CK_MODULO: return modulo_##T;                                                                          \
        case CK_REMAINDER: return remainder_##T;                                                                    \
        case CK_POWER: return power_##T;                                                                            \
        case CK_PRELU: return prelu_##T;                                                                            \
        case CK_EQUAL: return CK_PICK_TWO(equal_##T);                                                               \
        case CK_GREATER: return CK_PICK_TWO(greater_##T);                                                           \
        case CK_GREATER_OR_EQUAL: return CK_PICK_TWO(greater_or_equal_##T);                                         \
        case CK_BITWISE_AND: return CK_PICK_TWO(bitwise_and_##T);                                                   \
        case CK_BITWISE_OR: return CK_PICK_TWO(bitwise_or_##T);                                                     \
        case CK_BITWISE_XOR: return CK_PICK_TWO(bitwise_xor_##T);                                                   \
        case CK_SHIFT_LEFT: return shift_left_##T;                                                                  \
        case CK_SHIFT_RIGHT: return shift_right_##T;                                                                \
        default: return 0;                                                                                          \
        }                                                                                                           \
    }

/* A divisor of -1 is a negation, which wraps where the quotient of the least value would trap. A shift by a negative
   number, or by more than there are bits, leaves copies of the bit that comes in. */
#define SIGNED(T, U)                                                                                                \
    POWER(T, U, b < 0)                                                                                              \
    BINARY_SCALAR(divide_##T, T, T, b == 0 ? 0 : b == -1 ? (T)((U)0 - (U)a) : a / b)                                \
    BINARY_SCALAR(remainder_##T, T, T, b == 0 || b == -1 ? 0 : a % b)                                               \
    BINARY_SCALAR(modulo_##T, T, T, b == 0 || b == -1 ? 0 : a % b + (a % b != 0 && (a < 0) != (b < 0) ? b : 0))    \
    BINARY_SCALAR(prelu_##T, T, T, a < 0 ? (U)(1u * (U)a * (U)b) : (U)a)                                            \
    BINARY_SCALAR(shift_left_##T, T, T, (U)b < 8 * sizeof(T) ? (T)(U)((U)a << b) : 0)                               \
    BINARY_SCALAR(shift_right_##T, T, T, a >> ((U)b < 8 * sizeof(T) ? b : (T)(8 * sizeof(T) - 1)))                  \
    ANY(T, U)

#define UNSIGNED(T)                                                                                                 \
    POWER(T, T, false)                                                                                              \
    BINARY_SCALAR(divide_##T, T, T, b == 0 ? 0 : a / b)                                                             \
    BINARY_SCALAR(remainder_##T, T, T, b == 0 ? 0 : a % b)                                                          \
    BINARY_SCALAR(modulo_##T, T, T, b == 0 ? 0 : a % b)                                                             \
    BINARY_SCALAR(prelu_##T, T, T, ((void)b, a))                                                                    \
    BINARY_SCALAR(shift_left_##T, T, T, b < 8 * sizeof(T) ? (T)(a << b) : 0)                                        \
    BINARY_SCALAR(shift_right_##T, T, T, b < 8 * sizeof(T) ? (T)(a >> b) : 0)                                       \
    ANY(T, T)

UNSIGNED(uint8_t)
UNSIGNED(uint16_t)
UNSIGNED(uint32_t)
UNSIGNED(uint64_t)
SIGNED(int8_t, uint8_t)
SIGNED(int16_t, uint16_t)
SIGNED(int32_t, uint32_t)
SIGNED(int64_t, uint64_t)

BINARY(logical_and, uint8_t, uint8_t, (a != 0) & (b != 0))
BINARY(logical_or, uint8_t, uint8_t, (a | b) != 0)
BINARY(logical_xor, uint8_t, uint8_t, (a != 0) ^ (b != 0))
BINARY(logical_equal, uint8_t, uint8_t, (a != 0) == (b != 0))

static ck_binary_loop find_logical(ck_binary function) {
    switch (function) {
    case CK_LOGICAL_AND: return CK_PICK_TWO(logical_and);
    case CK_LOGICAL_OR: return CK_PICK_TWO(logical_or);
    case CK_LOGICAL_XOR: return CK_PICK_TWO(logical_xor);
    case CK_EQUAL: return CK_PICK_TWO(logical_equal);
    default: return 0;
    }
}

ck_binary_loop ck_find_binary_integer(ck_binary function, ck_element type) {
    switch (type) {
    case CK_UINT8: return find_uint8_t(function);
    case CK_INT8: return find_int8_t(function);
    case CK_UINT16: return find_uint16_t(function);
    case CK_INT16: return find_int16_t(function);
    case CK_UINT32: return find_uint32_t(function);
    case CK_INT32: return find_int32_t(function);
    case CK_UINT64: return find_uint64_t(function);
    case CK_INT64: return find_int64_t(function);
    case CK_BOOL: return find_logical(function);
    default: return 0;
    }
}
