/* How a convolution of bytes is seen as a product of rows: inside CKernels only. */
#ifndef CK_BYTE_VIEW_H
#define CK_BYTE_VIEW_H

#include "byte_tile.h"
#include "ckernels_integer.h"
#include "Platform/least.h"
#include <stdbool.h>

/* How windows lie, for matrix tiles, which take rows that are equally far apart: all windows are, those of a line of
   the destination are, or they have to be gathered. */
typedef enum { CK_ROWS_IN_A_ROW, CK_ROWS_IN_LINES, CK_ROWS_ANYWHERE } ck_row_order;

/* The rows are the windows of an image, padded where need be. */
typedef struct {
    bool is_depthwise;
    /* Whether the image is the source itself. */
    bool direct;
    /* Whether matrix tiles multiply. */
    bool on_tiles;
    /* Channels of the image, a multiple of 4, and its extents. */
    int64_t channels, extents[3];
    int64_t taps, segments, length, columns, vectors, panels, positions;
    /* Four bytes a time, as many as a column of packed weights has. */
    int64_t quads;
    /* For matrix tiles, `depth` quads deep: groups have `height` rows, `line_groups` of them make up `line` rows, the
       last overlapping. */
    ck_row_order rows_are;
    int depth, height;
    int64_t groups, line, line_groups;
} ck_byte_view;

ck_byte_view ck_view_bytes(const ck_convolution *convolution);

/* Bytes of a line of the caches. */
enum { CK_LINE_BYTES = 64 };

/* The first vector of a panel: all panels but the last are full. */
static inline int64_t ck_panel_begin(const ck_byte_view *v, int64_t panel) {
    int64_t begin = panel * CK_TILE_VECTORS;
    return begin < v->vectors ? begin : v->vectors;
}

#endif
