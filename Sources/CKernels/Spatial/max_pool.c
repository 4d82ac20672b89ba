#include "window.h"
#include <math.h>

#define COMBINE(result, value) (result) = (value) > (result) ? (value) : (result)

#define MAX_POOL(suffix, T, LEAST)                                                                                    \
    CK_BODY max_rows_##suffix##_body(const ck_pooling *p, int64_t begin, int64_t end) {                               \
        const ck_window *w = p->window;                                                                               \
        int64_t length = w->destination[2] * w->channels;                                                             \
        const T *source = p->source;                                                                                  \
        T *row = (T *)p->destination + begin * length;                                                                \
        for (int64_t r = begin; r < end; r++, row += length) {                                                        \
            for (int64_t i = 0; i < length; i++) row[i] = LEAST;                                                      \
            CK_FOR_EACH_IN_ROW(T, w, source, ck_row_at(w, r), row, COMBINE);                                          \
        }                                                                                                             \
    }                                                                                                                 \
    CK_DISPATCH(static void, max_rows_##suffix, (const ck_pooling *p, int64_t begin, int64_t end), (p, begin, end))   \
    void ck_max_pool_##suffix(const ck_window *w, const T *source, T *destination) {                                  \
        ck_pooling pooling = {w, 0, source, destination};                                                             \
        ck_share_pooling(&pooling, max_rows_##suffix);                                                                \
    }

MAX_POOL(f32, float, -INFINITY)
MAX_POOL(u8, uint8_t, 0)
MAX_POOL(s8, int8_t, INT8_MIN)

/* The place of the image position (z, y, x) among all images. */
static int64_t place(const ck_window *w, bool reversed, int64_t image, int64_t z, int64_t y, int64_t x) {
    const int64_t *n = w->source;
    int64_t within = reversed ? (x * n[1] + y) * n[0] + z : (z * n[1] + y) * n[2] + x;
    return image * n[0] * n[1] * n[2] + within;
}

#define MAX_POOL_PLACES(suffix, T, LEAST)                                                                             \
    static void window_##suffix(const ck_window *w, bool reversed, const T *source, int64_t image, int64_t z,         \
        int64_t y, int64_t x, T *greatest, int64_t *at) {                                                             \
        *greatest = LEAST, *at = 0;                                                                                   \
        bool found = false;                                                                                           \
        const int64_t *n = w->source;                                                                                 \
        ck_range zs = ck_taps(w, 0, z, 0, n[0]), ys = ck_taps(w, 1, y, 0, n[1]), xs = ck_taps(w, 2, x, 0, n[2]);      \
        for (int64_t tz = zs.begin; tz < zs.end; tz++)                                                                \
            for (int64_t ty = ys.begin; ty < ys.end; ty++)                                                            \
                for (int64_t tx = xs.begin; tx < xs.end; tx++) {                                                      \
                    int64_t iz = z * w->stride[0] - w->pad_begin[0] + tz * w->dilation[0];                            \
                    int64_t iy = y * w->stride[1] - w->pad_begin[1] + ty * w->dilation[1];                            \
                    int64_t ix = x * w->stride[2] - w->pad_begin[2] + tx * w->dilation[2];                            \
                    T value = source[place(w, false, image, iz, iy, ix)];                                             \
                    if (found && !(value > *greatest)) continue;                                                      \
                    found = true, *greatest = value, *at = place(w, reversed, image, iz, iy, ix);                     \
                }                                                                                                     \
    }                                                                                                                 \
    void ck_max_pool_places_##suffix(                                                                                 \
        const ck_window *w, bool reversed, const T *source, T *destination, int64_t *places) {                        \
        for (int64_t image = 0; image < w->images; image++)                                                           \
            for (int64_t z = 0; z < w->destination[0]; z++)                                                           \
                for (int64_t y = 0; y < w->destination[1]; y++)                                                       \
                    for (int64_t x = 0; x < w->destination[2]; x++)                                                   \
                        window_##suffix(w, reversed, source, image, z, y, x, destination++, places++);                \
    }

MAX_POOL_PLACES(f32, float, -INFINITY)
MAX_POOL_PLACES(u8, uint8_t, 0)
MAX_POOL_PLACES(s8, int8_t, INT8_MIN)
