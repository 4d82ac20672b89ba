/* The innermost loops of byte products: inside CKernels only. */
#ifndef CK_BYTE_TILE_H
#define CK_BYTE_TILE_H

#include "ckernels_bytes.h"
#include <stdbool.h>

/* Columns of one vector, most vectors of a tile, and most rows where it has one vector only. */
enum { CK_LANES = 16, CK_TILE_VECTORS = 4, CK_TILE_ROWS = 12 };

/* A panel: rows of bytes by `vectors` vectors of columns. A row is `segments` runs of 4 * `quads` bytes. */
typedef struct {
    int vectors;
    int64_t count;
    const uint8_t *const *rows;
    const int64_t *segment_offsets;
    int64_t segments, quads;
    /* For each four bytes of a row one vector after another, four weights a column. */
    const int8_t *weights;
    /* Of the panel's first column. */
    const int32_t *bias;
    const float *scales;
    /* What is added to float results; NULL for nothing. */
    ck_addends addends;
    int64_t addends_step;
    ck_result_type type;
    int32_t zero_point;
    /* Columns that are written, where, and how many bytes rows are apart there. */
    int64_t columns;
    char *target;
    int64_t target_step;
    /* Whether the weights of the panel behind this one shall be fetched into the caches meanwhile. */
    bool fetches_ahead;
} ck_byte_panel;

void ck_run_byte_panel(const ck_byte_panel *panel);

/* A line of a depthwise convolution: `count` outputs side by side, each with `channels` channels. Every tap of a window
   is one of `down` lines of the image, and one of `across` positions of it, `dilation` apart. */
typedef struct {
    int64_t count, channels, down, across, dilation, stride;
    /* The lines that the windows cover: NULL in the padding. Their extent, and where the first window begins. */
    const uint8_t *const *lines;
    int64_t extent, begin;
    /* The zero point, `channels` times. */
    const uint8_t *padding;
    /* 0x80 where bytes are signed, else 0. */
    uint8_t flip;
    const int8_t *weights;
    const int32_t *bias;
    const float *scales;
    ck_result_type type;
    int32_t zero_point;
    char *target;
} ck_depthwise_line;

/* Channels that are computed together, and most lines that windows cover. */
enum { CK_DEPTHWISE_CHANNELS = 64, CK_MOST_LINES = 256 };

/* Whether a window is small enough. */
bool ck_takes_depthwise_window(int64_t down, int64_t across, int64_t dilation);

/* Where the weight of a tap for one of 64 channels lies among theirs; the channel's bias and scale lie where its
   weights of the first tap lie, divided by 4. */
static inline int64_t ck_depthwise_place(int64_t down, int64_t down_tap, int64_t across_tap, int channel) {
    int quarter = channel / 16, vector = channel / 4 % 4, lane = quarter * 4 + channel % 4;
    int64_t quads = (down + 3) / 4;
    return (((across_tap * quads + down_tap / 4) * 4 + vector) * 16 + lane) * 4 + down_tap % 4;
}

void ck_run_depthwise_line(const ck_depthwise_line *line);

/* The same; false where the windows are none that have a loop of their own: three by three, 1 or 2 apart. */
bool ck_slide_depthwise_line(const ck_depthwise_line *line);

#endif
