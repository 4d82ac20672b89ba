#include "ckernels_integer.h"
#include "Platform/dispatch.h"

/* `steps` is within 2^22 of 0: adding 1.5 * 2^23 rounds half to even and leaves the integer in the low bits. */
static inline __attribute__((always_inline)) int32_t rounded(float steps) {
    union {
        float f;
        int32_t i;
    } bits = {steps + 0x1.8p23f};
    return bits.i - 0x4b400000;
}

static inline __attribute__((always_inline)) int32_t biased(const int32_t *bias, int64_t column, int32_t sum) {
    return bias ? (int32_t)((uint32_t)sum + (uint32_t)bias[column]) : sum;
}

/* Calls ROW for every row of results, with the bias and the step of the scales as constants where there is none. */
#define FOR_EACH_ROW(ROW)                                                                                             \
    for (int64_t row = 0; row < rows; row++, sums += columns, target += columns) {                                    \
        if (r->bias && r->scale_step)                                                                                 \
            ROW(r, r->bias, 1, columns, sums, target);                                                                \
        else if (r->bias)                                                                                             \
            ROW(r, r->bias, 0, columns, sums, target);                                                                \
        else if (r->scale_step)                                                                                       \
            ROW(r, 0, 1, columns, sums, target);                                                                      \
        else                                                                                                          \
            ROW(r, 0, 0, columns, sums, target);                                                                      \
    }

#define BYTES(suffix, T, LEAST, MOST)                                                                                 \
    CK_BODY row_of_##suffix(const ck_result *r, const int32_t *restrict bias, int64_t step, int64_t columns,          \
        const int32_t *sums, T *restrict target) {                                                                    \
        const float *restrict scales = r->scales;                                                                     \
        float low = (float)(LEAST - r->zero_point), high = (float)(MOST - r->zero_point);                             \
        int32_t zero = r->zero_point;                                                                                 \
        for (int64_t c = 0; c < columns; c++) {                                                                       \
            float steps = (float)biased(bias, c, sums[c]) * scales[c * step];                                         \
            steps = steps > low ? steps : low;                                                                        \
            steps = steps < high ? steps : high;                                                                      \
            target[c] = (T)(rounded(steps) + zero);                                                                   \
        }                                                                                                             \
    }                                                                                                                 \
    CK_BODY finish_##suffix##_body(const ck_result *r, int64_t rows, int64_t columns, const int32_t *sums,            \
        T *restrict target) {                                                                                         \
        FOR_EACH_ROW(row_of_##suffix)                                                                                 \
    }                                                                                                                 \
    CK_DISPATCH(static void, finish_##suffix,                                                                         \
        (const ck_result *r, int64_t rows, int64_t columns, const int32_t *sums, T *target),                          \
        (r, rows, columns, sums, target))

BYTES(u8, uint8_t, 0, 255)
BYTES(s8, int8_t, -128, 127)

CK_BODY row_of_f32(const ck_result *r, const int32_t *restrict bias, int64_t step, int64_t columns,
    const int32_t *sums, float *restrict target) {
    const float *restrict scales = r->scales;
    for (int64_t c = 0; c < columns; c++) target[c] = (float)biased(bias, c, sums[c]) * scales[c * step];
}

CK_BODY finish_f32_body(
    const ck_result *r, int64_t rows, int64_t columns, const int32_t *sums, float *restrict target) {
    FOR_EACH_ROW(row_of_f32)
}

CK_DISPATCH(static void, finish_f32,
    (const ck_result *r, int64_t rows, int64_t columns, const int32_t *sums, float *target),
    (r, rows, columns, sums, target))

CK_BODY finish_s32_body(
    const ck_result *r, int64_t rows, int64_t columns, const int32_t *sums, int32_t *restrict target) {
    for (int64_t row = 0; row < rows; row++, sums += columns, target += columns)
        for (int64_t c = 0; c < columns; c++) target[c] = biased(r->bias, c, sums[c]);
}

CK_DISPATCH(static void, finish_s32,
    (const ck_result *r, int64_t rows, int64_t columns, const int32_t *sums, int32_t *target),
    (r, rows, columns, sums, target))

void ck_finish(const ck_result *result, int64_t rows, int64_t columns, const int32_t *sums, void *target) {
    switch (result->type) {
    case CK_RESULT_S32: finish_s32(result, rows, columns, sums, target); return;
    case CK_RESULT_F32: finish_f32(result, rows, columns, sums, target); return;
    case CK_RESULT_U8: finish_u8(result, rows, columns, sums, target); return;
    case CK_RESULT_S8: finish_s8(result, rows, columns, sums, target); return;
    }
}
