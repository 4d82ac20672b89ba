/* Walks the windows of a pooling, one tap over one row of windows at a time. */
#ifndef CK_WINDOW_H
#define CK_WINDOW_H

#include "ckernels_spatial.h"
#include "Platform/dispatch.h"
#include "Platform/least.h"

#define CK_INLINE static inline __attribute__((always_inline))

typedef struct {
    int64_t begin, end;
} ck_range;

/* The taps along `axis` of the window at `position` that fall on [low, high) of the image's coordinates. */
CK_INLINE ck_range ck_taps(const ck_window *w, int axis, int64_t position, int64_t low, int64_t high) {
    int64_t start = position * w->stride[axis] - w->pad_begin[axis], dilation = w->dilation[axis];
    ck_range taps = {0, 0};
    if (start < low) taps.begin = (low - start + dilation - 1) / dilation;
    if (start < high) taps.end = ck_min64(w->kernel[axis], (high - start + dilation - 1) / dilation);
    taps.end = ck_max64(taps.end, taps.begin);
    return taps;
}

/* The windows along the last axis whose tap `tap` falls on the image. */
CK_INLINE ck_range ck_windows_of_tap(const ck_window *w, int64_t tap) {
    int64_t offset = tap * w->dilation[2] - w->pad_begin[2], stride = w->stride[2], extent = w->source[2];
    ck_range windows = {offset < 0 ? (stride - 1 - offset) / stride : 0, 0};
    if (offset < extent) windows.end = ck_min64(w->destination[2], (extent - 1 - offset) / stride + 1);
    windows.end = ck_max64(windows.end, windows.begin);
    return windows;
}

/* The taps along the last axis that fall on the image for some window. */
CK_INLINE ck_range ck_live_taps(const ck_window *w) {
    int64_t first = w->pad_begin[2] - (w->destination[2] - 1) * w->stride[2], dilation = w->dilation[2];
    int64_t end = (w->source[2] + w->pad_begin[2] + dilation - 1) / dilation;
    ck_range taps = {first > 0 ? (first + dilation - 1) / dilation : 0, ck_min64(w->kernel[2], end)};
    return taps;
}

/* A pooling of one kind: `option` is what it needs to know besides. */
typedef struct {
    const ck_window *window;
    int option;
    const void *source;
    void *destination;
} ck_pooling;

/* Makes the rows of windows from `begin` to `end`, counted over all images. */
typedef void (*ck_pooling_rows)(const ck_pooling *pooling, int64_t begin, int64_t end);

/* Makes all rows, of many by several threads. */
void ck_share_pooling(const ck_pooling *pooling, ck_pooling_rows rows);

/* A row of windows: the image, and where its windows lie along the first two axes. */
typedef struct {
    int64_t image, z, y;
} ck_window_row;

CK_INLINE ck_window_row ck_row_at(const ck_window *w, int64_t row) {
    int64_t lines = row / w->destination[1];
    return (ck_window_row){lines / w->destination[0], lines % w->destination[0], row % w->destination[1]};
}

/* Runs COMBINE(result, value) for every value under every window of the row of windows `at`. `row` holds its results,
   channels innermost. */
#define CK_FOR_EACH_IN_ROW(T, w, source, at, row, COMBINE)                                                            \
    do {                                                                                                              \
        ck_range ck_zs = ck_taps(w, 0, (at).z, 0, (w)->source[0]), ck_ys = ck_taps(w, 1, (at).y, 0, (w)->source[1]);  \
        ck_range ck_live = ck_live_taps(w);                                                                           \
        for (int64_t ck_z = ck_zs.begin; ck_z < ck_zs.end; ck_z++)                                                    \
            for (int64_t ck_y = ck_ys.begin; ck_y < ck_ys.end; ck_y++) {                                              \
                int64_t ck_iz = (at).z * (w)->stride[0] - (w)->pad_begin[0] + ck_z * (w)->dilation[0];                \
                int64_t ck_iy = (at).y * (w)->stride[1] - (w)->pad_begin[1] + ck_y * (w)->dilation[1];                \
                const T *ck_line = (source) + (((at).image * (w)->source[0] + ck_iz) * (w)->source[1] + ck_iy) *      \
                        (w)->source[2] * (w)->channels;                                                               \
                for (int64_t ck_x = ck_live.begin; ck_x < ck_live.end; ck_x++) {                                      \
                    ck_range ck_xs = ck_windows_of_tap(w, ck_x);                                                      \
                    int64_t ck_n = ck_xs.end - ck_xs.begin, ck_c = (w)->channels, ck_s = (w)->stride[2];              \
                    const T *restrict ck_from =                                                                       \
                        ck_line + (ck_xs.begin * ck_s - (w)->pad_begin[2] + ck_x * (w)->dilation[2]) * ck_c;          \
                    T *restrict ck_to = (row) + ck_xs.begin * ck_c;                                                   \
                    if (ck_s == 1) {                                                                                  \
                        for (int64_t i = 0; i < ck_n * ck_c; i++) COMBINE(ck_to[i], ck_from[i]);                      \
                    } else if (ck_c == 1) {                                                                           \
                        for (int64_t i = 0; i < ck_n; i++) COMBINE(ck_to[i], ck_from[i * ck_s]);                      \
                    } else {                                                                                          \
                        for (int64_t i = 0; i < ck_n; i++, ck_from += ck_s * ck_c, ck_to += ck_c)                     \
                            for (int64_t c = 0; c < ck_c; c++) COMBINE(ck_to[c], ck_from[c]);                         \
                    }                                                                                                 \
                }                                                                                                     \
            }                                                                                                         \
    } while (0)

#endif
