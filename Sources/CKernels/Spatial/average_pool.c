#include "window.h"
#include <math.h>

#define ADD(result, value) (result) += (value)
#define ADD_MAGNITUDE(result, value) (result) += fabsf(value)
#define ADD_SQUARE(result, value) (result) += (value) * (value)
#define ADD_POWER(result, value) (result) += powf(fabsf(value), (float)p)

/* Positions that the window at `position` counts along `axis`. */
CK_INLINE int64_t counted(const ck_window *w, int axis, int64_t position, bool padding) {
    int64_t low = padding ? -w->pad_begin[axis] : 0, high = w->source[axis] + (padding ? w->pad_end[axis] : 0);
    ck_range taps = ck_taps(w, axis, position, low, high);
    return taps.end - taps.begin;
}

CK_BODY average_rows_body(const ck_pooling *p, int64_t begin, int64_t end) {
    const ck_window *w = p->window;
    bool padding = p->option != 0;
    int64_t length = w->destination[2] * w->channels;
    const float *source = p->source;
    float *row = (float *)p->destination + begin * length;
    for (int64_t r = begin; r < end; r++, row += length) {
        ck_window_row place = ck_row_at(w, r);
        for (int64_t i = 0; i < length; i++) row[i] = 0;
        CK_FOR_EACH_IN_ROW(float, w, source, place, row, ADD);
        int64_t around = counted(w, 0, place.z, padding) * counted(w, 1, place.y, padding);
        for (int64_t x = 0; x < w->destination[2]; x++) {
            int64_t count = ck_max64(around * counted(w, 2, x, padding), 1);
            float *at = row + x * w->channels;
            for (int64_t c = 0; c < w->channels; c++) at[c] /= (float)count;
        }
    }
}

CK_DISPATCH(static void, average_rows, (const ck_pooling *p, int64_t begin, int64_t end), (p, begin, end))

void ck_average_pool_f32(const ck_window *w, bool count_padding, const float *source, float *destination) {
    ck_pooling pooling = {w, count_padding, source, destination};
    ck_share_pooling(&pooling, average_rows);
}

CK_BODY root(int p, int64_t count, float *values) {
    if (p == 2)
        for (int64_t i = 0; i < count; i++) values[i] = sqrtf(values[i]);
    else if (p != 1)
        for (int64_t i = 0; i < count; i++) values[i] = powf(values[i], 1.0f / (float)p);
}

CK_BODY norm_rows_body(const ck_pooling *pooling, int64_t begin, int64_t end) {
    const ck_window *w = pooling->window;
    int p = pooling->option;
    int64_t length = w->destination[2] * w->channels;
    const float *source = pooling->source;
    float *row = (float *)pooling->destination + begin * length;
    for (int64_t r = begin; r < end; r++, row += length) {
        ck_window_row place = ck_row_at(w, r);
        for (int64_t i = 0; i < length; i++) row[i] = 0;
        if (p == 1) CK_FOR_EACH_IN_ROW(float, w, source, place, row, ADD_MAGNITUDE);
        else if (p == 2) CK_FOR_EACH_IN_ROW(float, w, source, place, row, ADD_SQUARE);
        else CK_FOR_EACH_IN_ROW(float, w, source, place, row, ADD_POWER);
        root(p, length, row);
    }
}

CK_DISPATCH(static void, norm_rows, (const ck_pooling *pooling, int64_t begin, int64_t end), (pooling, begin, end))

void ck_lp_pool_f32(const ck_window *w, int p, const float *source, float *destination) {
    ck_pooling pooling = {w, p, source, destination};
    ck_share_pooling(&pooling, norm_rows);
}
