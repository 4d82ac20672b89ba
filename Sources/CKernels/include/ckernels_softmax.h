/* Softmax and its relatives, along the middle one of three dimensions. */
#ifndef CKERNELS_SOFTMAX_H
#define CKERNELS_SOFTMAX_H

#include "ckernels_element.h"
#include <stddef.h>

typedef enum { CK_SOFTMAX, CK_LOG_SOFTMAX, CK_HARDMAX /* 1 for the first greatest element, else 0 */ } ck_softmax_kind;

/* Bytes of scratch memory for each position of the inner dimension. */
enum { CK_SOFTMAX_SCRATCH = 16 };

/* y has the extents of x, none of them 0, and may be x only for CK_SOFTMAX. Sums are in float64. O(elements). */
typedef void (*ck_softmax_loop)(const void *x, ptrdiff_t outer, ptrdiff_t extent, ptrdiff_t inner, void *y,
                                void *scratch);

/* The loop for elements of a type; null where there is none. */
ck_softmax_loop ck_find_softmax(ck_softmax_kind kind, ck_element type);

#endif
