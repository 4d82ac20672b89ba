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

CK_BODY ck_average_pool_f32_body(
    const ck_window *w, bool count_padding, const float *source, float *destination) {
    int64_t length = w->destination[2] * w->channels;
    for (int64_t image = 0; image < w->images; image++)
        for (int64_t z = 0; z < w->destination[0]; z++)
            for (int64_t y = 0; y < w->destination[1]; y++, destination += length) {
                for (int64_t i = 0; i < length; i++) destination[i] = 0;
                CK_FOR_EACH_IN_ROW(float, w, source, image, z, y, destination, ADD);
                int64_t around = counted(w, 0, z, count_padding) * counted(w, 1, y, count_padding);
                for (int64_t x = 0; x < w->destination[2]; x++) {
                    int64_t count = ck_max64(around * counted(w, 2, x, count_padding), 1);
                    float *at = destination + x * w->channels;
                    for (int64_t c = 0; c < w->channels; c++) at[c] /= (float)count;
                }
            }
}

CK_DISPATCH(void, ck_average_pool_f32,
    (const ck_window *w, bool count_padding, const float *source, float *destination),
    (w, count_padding, source, destination))

CK_BODY root(int p, int64_t count, float *values) {
    if (p == 2)
        for (int64_t i = 0; i < count; i++) values[i] = sqrtf(values[i]);
    else if (p != 1)
        for (int64_t i = 0; i < count; i++) values[i] = powf(values[i], 1.0f / (float)p);
}

CK_BODY ck_lp_pool_f32_body(const ck_window *w, int p, const float *source, float *destination) {
    int64_t length = w->destination[2] * w->channels;
    for (int64_t image = 0; image < w->images; image++)
        for (int64_t z = 0; z < w->destination[0]; z++)
            for (int64_t y = 0; y < w->destination[1]; y++, destination += length) {
                for (int64_t i = 0; i < length; i++) destination[i] = 0;
                if (p == 1) CK_FOR_EACH_IN_ROW(float, w, source, image, z, y, destination, ADD_MAGNITUDE);
                else if (p == 2) CK_FOR_EACH_IN_ROW(float, w, source, image, z, y, destination, ADD_SQUARE);
                else CK_FOR_EACH_IN_ROW(float, w, source, image, z, y, destination, ADD_POWER);
                root(p, length, destination);
            }
}

CK_DISPATCH(void, ck_lp_pool_f32, (const ck_window *w, int p, const float *source, float *destination),
    (w, p, source, destination))
