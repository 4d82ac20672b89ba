#include "ckernels_cast.h"
#include "half.h"
#include <string.h>

typedef uint8_t truth;

static inline float read_float(float v) { return v; }
static inline double read_double(double v) { return v; }

/* Truncation the way x86 does it: what does not fit gives the least value of the intermediate type. */
static inline int32_t cut32_float(float v) { return v >= -0x1p31f && v < 0x1p31f ? (int32_t)v : INT32_MIN; }
static inline int32_t cut32_double(double v) { return v > -0x1.00000002p31 && v < 0x1p31 ? (int32_t)v : INT32_MIN; }
static inline int64_t cut64_double(double v) { return v >= -0x1p63 && v < 0x1p63 ? (int64_t)v : INT64_MIN; }
static inline uint64_t cut_unsigned_double(double v) {
    if (v >= 0x1p63) return v < 0x1p64 ? (uint64_t)v : UINT64_MAX;
    return (uint64_t)cut64_double(v);
}

#define CUT32(v) _Generic((v), float: cut32_float, double: cut32_double)(v)

/* Floating-point value to each target. */
#define FLOATING_TO_uint8_t(v) (uint8_t)CUT32(v)
#define FLOATING_TO_int8_t(v) (int8_t)CUT32(v)
#define FLOATING_TO_uint16_t(v) (uint16_t)CUT32(v)
#define FLOATING_TO_int16_t(v) (int16_t)CUT32(v)
#define FLOATING_TO_int32_t(v) CUT32(v)
#define FLOATING_TO_uint32_t(v) (uint32_t)cut64_double(v)
#define FLOATING_TO_int64_t(v) cut64_double(v)
#define FLOATING_TO_uint64_t(v) cut_unsigned_double(v)

/* Integer value to each target. */
#define INTEGER_TO_uint8_t(v) (uint8_t)(v)
#define INTEGER_TO_int8_t(v) (int8_t)(v)
#define INTEGER_TO_uint16_t(v) (uint16_t)(v)
#define INTEGER_TO_int16_t(v) (int16_t)(v)
#define INTEGER_TO_int32_t(v) (int32_t)(v)
#define INTEGER_TO_uint32_t(v) (uint32_t)(v)
#define INTEGER_TO_int64_t(v) (int64_t)(v)
#define INTEGER_TO_uint64_t(v) (uint64_t)(v)

#define LOOP(TARGET, RESULT)                                                                                        \
    {                                                                                                               \
        TARGET *t = target;                                                                                         \
        for (size_t i = 0; i < n; i++) t[i] = RESULT;                                                               \
        return true;                                                                                                \
    }

/* The loops from one source type; READ gives the value of an element, KIND is FLOATING or INTEGER. */
#define DEFINE_SOURCE(NAME, SOURCE, READ, KIND)                                                                     \
    static bool from_##NAME(const void *source, void *target, ck_element to, size_t n) {                            \
        const SOURCE *s = source;                                                                                   \
        switch (to) {                                                                                               \
        case CK_FLOAT32: LOOP(float, (float)READ(s[i]))                                                             \
        case CK_FLOAT64: LOOP(double, (double)READ(s[i]))                                                           \
        case CK_FLOAT16: LOOP(uint16_t, float_to_half((float)READ(s[i])))                                           \
        case CK_BFLOAT16: LOOP(uint16_t, float_to_bfloat((float)READ(s[i])))                                        \
        case CK_BOOL: LOOP(truth, READ(s[i]) != 0)                                                                  \
        case CK_UINT8: LOOP(uint8_t, KIND##_TO_uint8_t(READ(s[i])))                                                 \
        case CK_INT8: LOOP(int8_t, KIND##_TO_int8_t(READ(s[i])))                                                    \
        case CK_UINT16: LOOP(uint16_t, KIND##_TO_uint16_t(READ(s[i])))                                              \
        case CK_INT16: LOOP(int16_t, KIND##_TO_int16_t(READ(s[i])))                                                 \
        case CK_INT32: LOOP(int32_t, KIND##_TO_int32_t(READ(s[i])))                                                 \
        case CK_UINT32: LOOP(uint32_t, KIND##_TO_uint32_t(READ(s[i])))                                              \
        case CK_INT64: LOOP(int64_t, KIND##_TO_int64_t(READ(s[i])))                                                 \
        case CK_UINT64: LOOP(uint64_t, KIND##_TO_uint64_t(READ(s[i])))                                              \
        default: return false;                                                                                      \
        }                                                                                                           \
    }

#define READ_INTEGER(v) (v)
#define READ_TRUTH(v) ((uint8_t)((v) != 0))
DEFINE_SOURCE(float, float, read_float, FLOATING)
DEFINE_SOURCE(double, double, read_double, FLOATING)
DEFINE_SOURCE(half, uint16_t, half_to_float, FLOATING)
DEFINE_SOURCE(bfloat, uint16_t, bfloat_to_float, FLOATING)
DEFINE_SOURCE(truth, truth, READ_TRUTH, INTEGER)
DEFINE_SOURCE(uint8, uint8_t, READ_INTEGER, INTEGER)
DEFINE_SOURCE(int8, int8_t, READ_INTEGER, INTEGER)
DEFINE_SOURCE(uint16, uint16_t, READ_INTEGER, INTEGER)
DEFINE_SOURCE(int16, int16_t, READ_INTEGER, INTEGER)
DEFINE_SOURCE(int32, int32_t, READ_INTEGER, INTEGER)
DEFINE_SOURCE(uint32, uint32_t, READ_INTEGER, INTEGER)
DEFINE_SOURCE(int64, int64_t, READ_INTEGER, INTEGER)
DEFINE_SOURCE(uint64, uint64_t, READ_INTEGER, INTEGER)

/* False where one of the types is a small one. */
static bool cast_plain(const void *source, ck_element from, void *target, ck_element to, size_t n) {
    switch (from) {
    case CK_FLOAT32: return from_float(source, target, to, n);
    case CK_FLOAT64: return from_double(source, target, to, n);
    case CK_FLOAT16: return from_half(source, target, to, n);
    case CK_BFLOAT16: return from_bfloat(source, target, to, n);
    case CK_BOOL: return from_truth(source, target, to, n);
    case CK_UINT8: return from_uint8(source, target, to, n);
    case CK_INT8: return from_int8(source, target, to, n);
    case CK_UINT16: return from_uint16(source, target, to, n);
    case CK_INT16: return from_int16(source, target, to, n);
    case CK_INT32: return from_int32(source, target, to, n);
    case CK_UINT32: return from_uint32(source, target, to, n);
    case CK_INT64: return from_int64(source, target, to, n);
    case CK_UINT64: return from_uint64(source, target, to, n);
    default: return false;
    }
}

static size_t plain_size(ck_element type) {
    switch (type) {
    case CK_UINT8: case CK_INT8: case CK_BOOL: return 1;
    case CK_UINT16: case CK_INT16: case CK_FLOAT16: case CK_BFLOAT16: return 2;
    case CK_FLOAT32: case CK_INT32: case CK_UINT32: return 4;
    case CK_FLOAT64: case CK_INT64: case CK_UINT64: return 8;
    default: return 0;
    }
}

static int packed_bits(ck_element type) {
    switch (type) {
    case CK_UINT4: case CK_INT4: return 4;
    case CK_UINT2: case CK_INT2: return 2;
    default: return 0;
    }
}

bool ck_can_cast(ck_element type) {
    return plain_size(type) > 0 || packed_bits(type) > 0 || ck_is_minifloat(type);
}

enum { PART = 256 };

/* Elements of a small type in a plain one, which is returned. */
static ck_element widen(const void *source, ck_element from, size_t first, size_t n, void *target) {
    if (packed_bits(from)) {
        ck_unpack(source, packed_bits(from), from == CK_INT4 || from == CK_INT2, first, n, target);
        return CK_INT8;
    }
    uint8_t codes[PART];
    if (from == CK_FLOAT4E2M1)
        ck_unpack(source, 4, false, first, n, codes);
    else
        memcpy(codes, (const uint8_t *)source + first, n);
    for (size_t i = 0; i < n; i++) ((float *)target)[i] = ck_minifloat_value(codes[i], from);
    return CK_FLOAT32;
}

/* Plain elements as those of a small type. */
static void narrow(const void *source, ck_element from, size_t n, void *target, ck_element to, size_t first,
                   ck_cast_rules rules) {
    uint8_t codes[PART];
    if (packed_bits(to)) {
        cast_plain(source, from, codes, CK_INT8, n);
        ck_pack(codes, n, packed_bits(to), target, first);
        return;
    }
    float values[PART];
    cast_plain(source, from, values, CK_FLOAT32, n);
    for (size_t i = 0; i < n; i++) codes[i] = ck_minifloat_code(values[i], to, rules);
    if (to == CK_FLOAT4E2M1)
        ck_pack(codes, n, 4, target, first);
    else
        memcpy((uint8_t *)target + first, codes, n);
}

void ck_cast(const void *source, ck_element from, void *target, ck_element to, size_t n, ck_cast_rules rules) {
    size_t from_size = plain_size(from), to_size = plain_size(to);
    if (from_size && to_size) {
        cast_plain(source, from, target, to, n);
        return;
    }
    float wide[PART];
    for (size_t done = 0; done < n; done += PART) {
        size_t part = n - done < PART ? n - done : PART;
        const void *plain = (const char *)source + done * from_size;
        ck_element type = from;
        if (!from_size) {
            type = widen(source, from, done, part, wide);
            plain = wide;
        }
        if (to_size)
            cast_plain(plain, type, (char *)target + done * to_size, to, part);
        else
            narrow(plain, type, part, target, to, done, rules);
    }
}
