/* The innermost loops of byte products: inside CKernels only. */
#ifndef CK_BYTE_TILE_H
#define CK_BYTE_TILE_H

#include "ckernels_integer.h"
#include <stdbool.h>

/* Columns of one vector, most vectors and most rows of a tile. */
enum { CK_LANES = 16, CK_TILE_VECTORS = 4, CK_TILE_ROWS = 6 };

/* A tile: `rows` rows of bytes by `vectors` vectors of columns. A row is `segments` runs of 4 * `quads` bytes. */
typedef struct {
    int rows, vectors;
    const uint8_t *row[CK_TILE_ROWS];
    const int64_t *segment_offsets;
    int64_t segments, quads;
    /* For each four bytes of a row one vector after another, four weights a column. */
    const int8_t *weights;
    /* Of the tile's first column. */
    const int32_t *bias;
    const float *scales;
    ck_result_type type;
    int32_t zero_point;
    /* Columns that are written, and where each row goes. */
    int64_t columns;
    void *target[CK_TILE_ROWS];
} ck_byte_tile;

void ck_run_byte_tile(const ck_byte_tile *tile);

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

#endif
