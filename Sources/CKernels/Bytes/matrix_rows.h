/* How the windows of a convolution become groups of rows for matrix tiles: inside CKernels only. */
#ifndef CK_MATRIX_ROWS_H
#define CK_MATRIX_ROWS_H

#include "byte_view.h"
#include "matrix_tile.h"

/* Where windows lie in the image of one sample. */
typedef struct {
    const ck_convolution *c;
    const ck_byte_view *v;
    const uint8_t *image;
    /* Where the segments of a window lie from its begin on. */
    const int64_t *segments;
} ck_windows;

/* Where the windows of `count` positions from `first` on begin. */
void ck_window_begins(const ck_windows *windows, int64_t first, int64_t count, const uint8_t **begins);

/* Bytes of memory for `count` groups of gathered rows, 0 where none is gathered. */
size_t ck_gathered_bytes(const ck_byte_view *view, int64_t count);

/* Groups `first` to `first + count` of all; rows that tiles cannot read where they are go to `gathered`. */
void ck_group_rows(const ck_windows *windows, int64_t first, int64_t count, ck_row_group *groups, uint8_t *gathered);

#endif
