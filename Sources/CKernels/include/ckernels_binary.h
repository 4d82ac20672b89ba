/* Functions of two variables, element by element, under broadcasting. */
#ifndef CKERNELS_BINARY_H
#define CKERNELS_BINARY_H

#include "ckernels_element.h"
#include <stddef.h>

/* Integers wrap. Nothing traps: an integer divided by 0 gives 0. */
typedef enum {
    CK_PLUS,
    CK_MINUS,
    CK_TIMES,
    CK_DIVIDE, /* integers: cut towards 0 */
    CK_MIN, /* NaN where either is */
    CK_MAX,
    CK_MODULO, /* integers: the sign of b */
    CK_REMAINDER, /* the sign of a, as C has it */
    CK_POWER,
    CK_PRELU, /* a, or a b where a < 0 */
    CK_EQUAL, /* these three to bool */
    CK_GREATER,
    CK_GREATER_OR_EQUAL,
    CK_LOGICAL_AND, /* these three bool to bool */
    CK_LOGICAL_OR,
    CK_LOGICAL_XOR,
    CK_BITWISE_AND,
    CK_BITWISE_OR,
    CK_BITWISE_XOR,
    CK_SHIFT_LEFT, /* both by any number: what has left does not come back */
    CK_SHIFT_RIGHT /* copies the sign */
} ck_binary;

/* y[i] = f(a[i * a_step], b[i * b_step]), steps 0 or 1; y may be an input of step 1 with elements of y's width. */
typedef void (*ck_binary_loop)(const void *a, ptrdiff_t a_step, const void *b, ptrdiff_t b_step, void *y, ptrdiff_t n);

/* The loop for elements of a type; null where there is none. */
ck_binary_loop ck_find_binary(ck_binary function, ck_element type);

/* One dimension of a broadcast, and the bytes each operand moves from one position to the next (0: it repeats). */
typedef struct {
    ptrdiff_t extent, a, b, y;
} ck_broadcast_axis;

/* Runs `loop` over all positions of `axes`, slowest first. On the last axis the strides of a and b are 0 or one
   element, that of y one element. O(elements). */
void ck_broadcast(ck_binary_loop loop, const void *a, const void *b, void *y, const ck_broadcast_axis *axes, int rank);

/* One dimension of a selection: bytes from one position to the next. */
typedef struct {
    ptrdiff_t extent, condition, x, z, y;
} ck_select_axis;

/* y = condition ? x : z for elements of `width` (1, 2, 4 or 8) bytes; the condition has one byte an element. */
void ck_select(const void *condition, const void *x, const void *z, void *y, const ck_select_axis *axes, int rank,
               int width);

/* y[i] = x[i], raised to *low, then cut to *high; NaN stays. Either may be null. y may be x. */
typedef void (*ck_clip_loop)(const void *x, void *y, ptrdiff_t n, const void *low, const void *high);

/* The loop for elements of a type; null where there is none. */
ck_clip_loop ck_find_clip(ck_element type);

#endif
