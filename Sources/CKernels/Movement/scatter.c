#include "ckernels_gather.h"
#include "Conversion/half.h"

#define DEFINE_OPERATION(NAME, T, READ, WRITE, RESULT)                                                              \
    static void NAME(void *target, const void *update) {                                                            \
        T *t = target;                                                                                              \
        __auto_type a = READ(*t);                                                                                   \
        __auto_type b = READ(*(const T *)update);                                                                   \
        *t = (T)WRITE(RESULT);                                                                                      \
    }

#define DEFINE_OPERATIONS(NAME, T, READ, WRITE)                                                                     \
    DEFINE_OPERATION(NAME##_add, T, READ, WRITE, a + b)                                                             \
    DEFINE_OPERATION(NAME##_multiply, T, READ, WRITE, a * b)                                                        \
    DEFINE_OPERATION(NAME##_minimum, T, READ, WRITE, b < a ? b : a)                                                 \
    DEFINE_OPERATION(NAME##_maximum, T, READ, WRITE, b > a ? b : a)

#define AS_IT_IS(v) (v)
#define AS_UNSIGNED(v) ((uint64_t)(v))

/* Signed sums and products go through uint64, in which wrapping around is defined. */
#define DEFINE_SIGNED(NAME, T)                                                                                      \
    DEFINE_OPERATION(NAME##_add, T, AS_UNSIGNED, AS_IT_IS, a + b)                                                   \
    DEFINE_OPERATION(NAME##_multiply, T, AS_UNSIGNED, AS_IT_IS, a * b)                                              \
    DEFINE_OPERATION(NAME##_minimum, T, AS_IT_IS, AS_IT_IS, b < a ? b : a)                                          \
    DEFINE_OPERATION(NAME##_maximum, T, AS_IT_IS, AS_IT_IS, b > a ? b : a)

DEFINE_OPERATIONS(float32, float, AS_IT_IS, AS_IT_IS)
DEFINE_OPERATIONS(float64, double, AS_IT_IS, AS_IT_IS)
DEFINE_OPERATIONS(float16, uint16_t, half_to_float, float_to_half)
DEFINE_OPERATIONS(bfloat16, uint16_t, bfloat_to_float, float_to_bfloat)
DEFINE_OPERATIONS(uint8, uint8_t, AS_UNSIGNED, AS_IT_IS)
DEFINE_OPERATIONS(uint16, uint16_t, AS_UNSIGNED, AS_IT_IS)
DEFINE_OPERATIONS(uint32, uint32_t, AS_UNSIGNED, AS_IT_IS)
DEFINE_OPERATIONS(uint64, uint64_t, AS_UNSIGNED, AS_IT_IS)
DEFINE_SIGNED(int8, int8_t)
DEFINE_SIGNED(int16, int16_t)
DEFINE_SIGNED(int32, int32_t)
DEFINE_SIGNED(int64, int64_t)

#define CHOOSE(NAME)                                                                                                \
    switch (reduction) {                                                                                            \
    case CK_ADD: return NAME##_add;                                                                                 \
    case CK_MULTIPLY: return NAME##_multiply;                                                                       \
    case CK_MINIMUM: return NAME##_minimum;                                                                         \
    case CK_MAXIMUM: return NAME##_maximum;                                                                         \
    default: return NULL;                                                                                           \
    }

ck_combine ck_combine_for(ck_reduction reduction, ck_element type) {
    switch (type) {
    case CK_FLOAT32: CHOOSE(float32)
    case CK_FLOAT64: CHOOSE(float64)
    case CK_FLOAT16: CHOOSE(float16)
    case CK_BFLOAT16: CHOOSE(bfloat16)
    case CK_UINT8: CHOOSE(uint8)
    case CK_INT8: CHOOSE(int8)
    case CK_UINT16: CHOOSE(uint16)
    case CK_INT16: CHOOSE(int16)
    case CK_UINT32: CHOOSE(uint32)
    case CK_INT32: CHOOSE(int32)
    case CK_UINT64: CHOOSE(uint64)
    case CK_INT64: CHOOSE(int64)
    default: return NULL;
    }
}
