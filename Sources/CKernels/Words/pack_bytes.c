#include "ckernels_integer.h"
#include "Platform/dispatch.h"
#include "row_product.h"
#include <string.h>

static int64_t panels(int64_t columns) {
    int width = ck_panel_columns();
    return (columns + width - 1) / width;
}

size_t ck_packed_bytes(int64_t depth, int64_t columns) {
    return (size_t)(panels(columns) * ck_panel_columns() * depth) * sizeof(int16_t);
}

void ck_packed_clear(int64_t depth, int64_t columns, int16_t *packed) {
    memset(packed, 0, ck_packed_bytes(depth, columns));
}

static inline int16_t value(const ck_byte_matrix *m, int64_t row, int64_t column) {
    int64_t at = row * m->row_step + column * m->column_step;
    int32_t byte = m->is_signed ? ((const int8_t *)m->values)[at] : ((const uint8_t *)m->values)[at];
    return (int16_t)(byte - m->zero_points[column * m->zero_point_step]);
}

void ck_pack_matrix(const ck_byte_matrix *m, int64_t depth, int64_t first, int16_t *packed) {
    int width = ck_panel_columns();
    for (int64_t panel = 0; panel < panels(m->columns); panel++, packed += depth * width) {
        int64_t start = panel * width, end = start + width < m->columns ? start + width : m->columns;
        for (int64_t r = 0; r < m->rows; r++) {
            int16_t *row = packed + (first + r) / 2 * 2 * width + (first + r) % 2;
            for (int64_t c = start; c < end; c++) row[2 * (c - start)] = value(m, r, c);
        }
    }
}

#define WIDEN_ROW(suffix, T)                                                                                          \
    CK_BODY widen_##suffix##_body(const T *source, int64_t step, int64_t count, int32_t zero, int16_t *target) {      \
        if (step == 1)                                                                                                \
            for (int64_t i = 0; i < count; i++) target[i] = (int16_t)(source[i] - zero);                              \
        else                                                                                                          \
            for (int64_t i = 0; i < count; i++) target[i] = (int16_t)(source[i * step] - zero);                       \
    }                                                                                                                 \
    CK_DISPATCH(static void, widen_##suffix,                                                                          \
        (const T *source, int64_t step, int64_t count, int32_t zero, int16_t *target),                                \
        (source, step, count, zero, target))

WIDEN_ROW(u8, uint8_t)
WIDEN_ROW(s8, int8_t)

void ck_widen_rows(const ck_byte_matrix *m, int64_t target_step, int16_t *target) {
    for (int64_t r = 0; r < m->rows; r++, target += target_step) {
        int64_t at = r * m->row_step;
        if (m->is_signed)
            widen_s8((const int8_t *)m->values + at, m->column_step, m->columns, m->zero_points[0], target);
        else
            widen_u8((const uint8_t *)m->values + at, m->column_step, m->columns, m->zero_points[0], target);
        if (target_step > m->columns)
            memset(target + m->columns, 0, (size_t)(target_step - m->columns) * sizeof *target);
    }
}

/* Adds up to 2^23 weights, the positive and the negative ones apart. */
CK_BODY add_weights_body(const int8_t *weights, int64_t count, int32_t *positive, int32_t *negative) {
    int32_t above = 0, below = 0;
    for (int64_t i = 0; i < count; i++) {
        above += weights[i] > 0 ? weights[i] : 0;
        below -= weights[i] < 0 ? weights[i] : 0;
    }
    *positive = above, *negative = below;
}

CK_DISPATCH(static void, add_weights, (const int8_t *weights, int64_t count, int32_t *positive, int32_t *negative),
    (weights, count, positive, negative))

bool ck_signed_weights(const ck_byte_matrix *m, int8_t *target, int32_t *sums, int64_t *largest) {
    enum { PART = 1 << 20 };
    bool fits = true;
    *largest = 0;
    for (int64_t c = 0; c < m->columns; c++, target += m->rows) {
        bool plain = m->is_signed && m->row_step == 1 && m->zero_points[c * m->zero_point_step] == 0;
        if (plain) memcpy(target, (const int8_t *)m->values + c * m->column_step, (size_t)m->rows);
        for (int64_t r = 0; r < m->rows && !plain; r++) {
            int16_t weight = value(m, r, c);
            fits = fits && weight >= INT8_MIN && weight <= INT8_MAX;
            target[r] = (int8_t)weight;
        }
        int64_t above = 0, below = 0;
        for (int64_t r = 0; r < m->rows; r += PART) {
            int32_t positive, negative;
            add_weights(target + r, m->rows - r < PART ? m->rows - r : PART, &positive, &negative);
            above += positive, below += negative;
        }
        sums[c] = (int32_t)(above - below);
        int64_t most = above > below ? above : below;
        if (most > *largest) *largest = most;
    }
    return fits;
}
