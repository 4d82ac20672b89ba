/* Loops over elements or rows that depend on no other, shared among threads where they are long. The results are those
   of one thread, bit for bit. */
#ifndef CKERNELS_SHARED_LOOPS_H
#define CKERNELS_SHARED_LOOPS_H

#include "ckernels_copy.h"
#include "ckernels_element.h"
#include "ckernels_rows.h"
#include "ckernels_softmax.h"
#include "ckernels_unary.h"

/* A unary loop over `count` elements; widths are in bytes. */
void ck_share_unary(ck_unary_loop loop, const void *x, int x_width, void *y, int y_width, ptrdiff_t count, double p,
    double q);

/* ck_quantize. */
void ck_share_quantize(const float *x, ptrdiff_t count, float scale, int32_t zero, void *q, size_t first,
    ck_element type);

/* A softmax of each of `rows` rows of `length` elements of `width` bytes. */
void ck_share_softmax(ck_softmax_loop loop, const void *x, ptrdiff_t rows, ptrdiff_t length, int width, void *y);

/* A row loop over `count` rows of `length` elements of `width` bytes. */
void ck_share_rows(ck_row_loop loop, const void *x, ptrdiff_t count, ptrdiff_t length, ck_row_rules rules, int width,
    const void *scale, const void *bias, void *y, void *mean, void *inverse);

/* ck_copy_strided. */
void ck_share_copy(const void *source, void *target, const ck_axis *axes, int rank, int width);

#endif
