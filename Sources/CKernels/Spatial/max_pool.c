#include "window.h"
#include <math.h>

#define COMBINE(result, value) (result) = (value) > (result) ? (value) : (result)

#define MAX_ROWS(suffix, T, LEAST)                                                                                    \
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
    CK_DISPATCH(static void, max_rows_##suffix, (const ck_pooling *p, int64_t begin, int64_t end), (p, begin, end))

#define MAX_POOL(suffix, T, LEAST)                                                                                    \
    MAX_ROWS(suffix, T, LEAST)                                                                                        \
    void ck_max_pool_##suffix(const ck_window *w, const T *source, T *destination) {                                  \
        ck_pooling pooling = {w, 0, source, destination};                                                             \
        ck_share_pooling(&pooling, max_rows_##suffix);                                                                \
    }

MAX_POOL(f32, float, -INFINITY)

/* Channels of bytes that make up a vector. */
enum { BLOCK = 64 };

/* Where there are whole blocks of channels: window by window, the greatest so far in a vector. */
#define MAX_POOL_BLOCKS(suffix, T, LEAST)                                                                             \
    typedef T block_##suffix __attribute__((ext_vector_type(BLOCK), aligned(1)));                                     \
    CK_BODY max_block_##suffix##_body(const ck_window *w, const T *source, ck_window_row at, int64_t x, T *target) {  \
        const int64_t *n = w->source;                                                                                 \
        ck_range zs = ck_taps(w, 0, at.z, 0, n[0]), ys = ck_taps(w, 1, at.y, 0, n[1]), xs = ck_taps(w, 2, x, 0, n[2]);\
        block_##suffix greatest = (block_##suffix)(LEAST);                                                            \
        for (int64_t z = zs.begin; z < zs.end; z++)                                                                   \
            for (int64_t y = ys.begin; y < ys.end; y++) {                                                             \
                int64_t iz = at.z * w->stride[0] - w->pad_begin[0] + z * w->dilation[0];                              \
                int64_t iy = at.y * w->stride[1] - w->pad_begin[1] + y * w->dilation[1];                              \
                int64_t ix = x * w->stride[2] - w->pad_begin[2] + xs.begin * w->dilation[2];                          \
                const T *from = source + (((at.image * n[0] + iz) * n[1] + iy) * n[2] + ix) * w->channels;            \
                for (int64_t t = xs.begin; t < xs.end; t++, from += w->dilation[2] * w->channels) {                   \
                    block_##suffix value = *(const block_##suffix *)from;                                             \
                    greatest = value > greatest ? value : greatest;                                                   \
                }                                                                                                     \
            }                                                                                                         \
        *(block_##suffix *)target = greatest;                                                                         \
    }                                                                                                                 \
    CK_BODY max_blocks_##suffix##_body(const ck_pooling *p, int64_t begin, int64_t end) {                             \
        const ck_window *w = p->window;                                                                               \
        T *target = (T *)p->destination + begin * w->destination[2] * w->channels;                                    \
        for (int64_t r = begin; r < end; r++)                                                                         \
            for (int64_t x = 0; x < w->destination[2]; x++)                                                           \
                for (int64_t c = 0; c < w->channels; c += BLOCK, target += BLOCK)                                     \
                    max_block_##suffix##_body(w, (const T *)p->source + c, ck_row_at(w, r), x, target);               \
    }                                                                                                                 \
    CK_DISPATCH(static void, max_blocks_##suffix, (const ck_pooling *p, int64_t begin, int64_t end), (p, begin, end)) \
    MAX_ROWS(suffix, T, LEAST)                                                                                        \
    void ck_max_pool_##suffix(const ck_window *w, const T *source, T *destination) {                                  \
        ck_pooling pooling = {w, 0, source, destination};                                                             \
        ck_share_pooling(&pooling, w->channels % BLOCK ? max_rows_##suffix : max_blocks_##suffix);                    \
    }

MAX_POOL_BLOCKS(u8, uint8_t, 0)
MAX_POOL_BLOCKS(s8, int8_t, INT8_MIN)

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
