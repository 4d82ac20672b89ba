#include "ckernels_quantize.h"
#include "ckernels_cast.h"
#include "Platform/dispatch.h"
#include "half.h"
#include <stdbool.h>

/* `low` and `high` are the ends of the type's range less the zero point, so at most 2^17 away from 0: adding
   1.5 * 2^23 rounds half to even, and leaves the integer in the low bits. */
static inline int32_t grid_point(float x, float scale, float low, float high, int32_t zero) {
    float steps = x / scale;
    steps = steps > low ? steps : low;
    steps = steps < high ? steps : high;
    return (int32_t)(float_bits(steps + 0x1.8p23f) - 0x4b400000) + zero;
}

/* Signed and unsigned targets of one width have the same low bits. */
#define DEFINE_QUANTIZE(NAME, T)                                                                                     \
    CK_BODY NAME##_body(const float *x, size_t n, float scale, int32_t zero, float least, float most, T *q) {        \
        float low = least - (float)zero, high = most - (float)zero;                                                  \
        for (size_t i = 0; i < n; i++) q[i] = (T)grid_point(x[i], scale, low, high, zero);                           \
    }                                                                                                                \
    CK_DISPATCH(static void, NAME,                                                                                   \
                (const float *x, size_t n, float scale, int32_t zero, float least, float most, T *q),                \
                (x, n, scale, zero, least, most, q))                                                                 \
    CK_BODY NAME##_each_body(const float *x, size_t n, const float *scale, const int32_t *zero, float least,         \
                             float most, T *q) {                                                                     \
        for (size_t i = 0; i < n; i++)                                                                               \
            q[i] = (T)grid_point(x[i], scale[i], least - (float)zero[i], most - (float)zero[i], zero[i]);            \
    }                                                                                                                \
    CK_DISPATCH(static void, NAME##_each,                                                                            \
                (const float *x, size_t n, const float *scale, const int32_t *zero, float least, float most, T *q),  \
                (x, n, scale, zero, least, most, q))

DEFINE_QUANTIZE(quantize_8, uint8_t)
DEFINE_QUANTIZE(quantize_16, uint16_t)

#define DEFINE_DEQUANTIZE(T, DIFFERENCE)                                                                             \
    CK_BODY dequantize_##T##_body(const T *q, size_t n, float scale, int32_t zero, float *x) {                       \
        for (size_t i = 0; i < n; i++) x[i] = (float)((DIFFERENCE)q[i] - zero) * scale;                              \
    }                                                                                                                \
    CK_DISPATCH(static void, dequantize_##T, (const T *q, size_t n, float scale, int32_t zero, float *x),            \
                (q, n, scale, zero, x))                                                                              \
    CK_BODY dequantize_each_##T##_body(const T *q, size_t n, const float *scale, const int32_t *zero, float *x) {    \
        for (size_t i = 0; i < n; i++) x[i] = (float)((DIFFERENCE)q[i] - zero[i]) * scale[i];                        \
    }                                                                                                                \
    CK_DISPATCH(static void, dequantize_each_##T,                                                                    \
                (const T *q, size_t n, const float *scale, const int32_t *zero, float *x), (q, n, scale, zero, x))

DEFINE_DEQUANTIZE(uint8_t, int32_t)
DEFINE_DEQUANTIZE(int8_t, int32_t)
DEFINE_DEQUANTIZE(uint16_t, int32_t)
DEFINE_DEQUANTIZE(int16_t, int32_t)
DEFINE_DEQUANTIZE(int32_t, int64_t)

typedef struct {
    int bits;
    bool is_signed;
    float least, most;
} integer_format;

static integer_format format_of(ck_element type) {
    switch (type) {
    case CK_UINT2: return (integer_format){2, false, 0, 3};
    case CK_INT2: return (integer_format){2, true, -2, 1};
    case CK_UINT4: return (integer_format){4, false, 0, 15};
    case CK_INT4: return (integer_format){4, true, -8, 7};
    case CK_INT8: return (integer_format){8, true, -128, 127};
    case CK_UINT16: return (integer_format){16, false, 0, 65535};
    case CK_INT16: return (integer_format){16, true, -32768, 32767};
    default: return (integer_format){8, false, 0, 255};
    }
}

enum { PART = 256 };

void ck_quantize(const float *x, size_t n, float scale, int32_t zero, void *q, size_t first, ck_element type) {
    integer_format f = format_of(type);
    if (f.bits == 8) {
        quantize_8(x, n, scale, zero, f.least, f.most, (uint8_t *)q + first);
        return;
    }
    if (f.bits == 16) {
        quantize_16(x, n, scale, zero, f.least, f.most, (uint16_t *)q + first);
        return;
    }
    uint8_t bytes[PART];
    for (size_t done = 0; done < n; done += PART) {
        size_t part = n - done < PART ? n - done : PART;
        quantize_8(x + done, part, scale, zero, f.least, f.most, bytes);
        ck_pack(bytes, part, f.bits, q, first + done);
    }
}

void ck_quantize_each(const float *x, size_t n, const float *scale, const int32_t *zero, void *q, size_t first,
                      ck_element type) {
    integer_format f = format_of(type);
    if (f.bits == 8) {
        quantize_8_each(x, n, scale, zero, f.least, f.most, (uint8_t *)q + first);
        return;
    }
    if (f.bits == 16) {
        quantize_16_each(x, n, scale, zero, f.least, f.most, (uint16_t *)q + first);
        return;
    }
    uint8_t bytes[PART];
    for (size_t done = 0; done < n; done += PART) {
        size_t part = n - done < PART ? n - done : PART;
        quantize_8_each(x + done, part, scale + done, zero + done, f.least, f.most, bytes);
        ck_pack(bytes, part, f.bits, q, first + done);
    }
}

void ck_dequantize(const void *q, size_t first, size_t n, float scale, int32_t zero, float *x, ck_element type) {
    switch (type) {
    case CK_UINT8: dequantize_uint8_t((const uint8_t *)q + first, n, scale, zero, x); return;
    case CK_INT8: dequantize_int8_t((const int8_t *)q + first, n, scale, zero, x); return;
    case CK_UINT16: dequantize_uint16_t((const uint16_t *)q + first, n, scale, zero, x); return;
    case CK_INT16: dequantize_int16_t((const int16_t *)q + first, n, scale, zero, x); return;
    case CK_INT32: dequantize_int32_t((const int32_t *)q + first, n, scale, zero, x); return;
    default: break;
    }
    integer_format f = format_of(type);
    uint8_t bytes[PART];
    for (size_t done = 0; done < n; done += PART) {
        size_t part = n - done < PART ? n - done : PART;
        ck_unpack(q, f.bits, f.is_signed, first + done, part, bytes);
        dequantize_int8_t((const int8_t *)bytes, part, scale, zero, x + done);
    }
}

void ck_dequantize_each(const void *q, size_t first, size_t n, const float *scale, const int32_t *zero, float *x,
                        ck_element type) {
    switch (type) {
    case CK_UINT8: dequantize_each_uint8_t((const uint8_t *)q + first, n, scale, zero, x); return;
    case CK_INT8: dequantize_each_int8_t((const int8_t *)q + first, n, scale, zero, x); return;
    case CK_UINT16: dequantize_each_uint16_t((const uint16_t *)q + first, n, scale, zero, x); return;
    case CK_INT16: dequantize_each_int16_t((const int16_t *)q + first, n, scale, zero, x); return;
    case CK_INT32: dequantize_each_int32_t((const int32_t *)q + first, n, scale, zero, x); return;
    default: break;
    }
    integer_format f = format_of(type);
    uint8_t bytes[PART];
    for (size_t done = 0; done < n; done += PART) {
        size_t part = n - done < PART ? n - done : PART;
        ck_unpack(q, f.bits, f.is_signed, first + done, part, bytes);
        dequantize_each_int8_t((const int8_t *)bytes, part, scale + done, zero + done, x + done);
    }
}
