/* Reductions along axes. */
#ifndef CKERNELS_REDUCE_H
#define CKERNELS_REDUCE_H

#include "ckernels_element.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum {
    CK_REDUCE_SUM,
    CK_REDUCE_MEAN,
    CK_REDUCE_PRODUCT,
    CK_REDUCE_MAX,
    CK_REDUCE_MIN,
    CK_REDUCE_L1,
    CK_REDUCE_L2,
    CK_REDUCE_SUM_SQUARE,
    CK_REDUCE_LOG_SUM,
    CK_REDUCE_LOG_SUM_EXP
} ck_reduction_kind;

/* Bytes that a state never exceeds, and how many there are at a time. */
enum { CK_REDUCER_STATE = 16, CK_REDUCER_STATES = 1024 };

/* A reduction as steps on states, of which there is one for each result. Sums are kept in float64, those of integers
   modulo 2^64. */
typedef struct {
    /* Sets n states to those of nothing. */
    void (*start)(void *states, ptrdiff_t n);
    /* Takes n elements into one state. */
    void (*fold)(const void *x, ptrdiff_t n, void *state);
    /* Takes element i into state i. */
    void (*add)(const void *x, ptrdiff_t n, void *states);
    /* The results of n states that took `count` elements each. */
    void (*finish)(const void *states, ptrdiff_t n, ptrdiff_t count, void *y);
} ck_reducer;

/* Sets `reducer`; false where the reduction is not there for elements of that type. */
bool ck_find_reducer(ck_reduction_kind kind, ck_element type, ck_reducer *reducer);

/* A dimension of the input: its extent, and the bytes from one position to the next. */
typedef struct {
    ptrdiff_t extent, stride;
} ck_reduce_axis;

/* The dimensions of an input: those that stay and those that go, slowest first, apart from the last one, which has
   `run` neighbours; `width` bytes an element; `count` elements for each result. */
typedef struct {
    const ck_reduce_axis *kept, *reduced;
    int kept_rank, reduced_rank;
    ptrdiff_t run;
    bool keeps_run;
    ptrdiff_t width, count;
} ck_reduce_walk;

/* Writes the results to y, row-major. `states` has room for CK_REDUCER_STATES of them, or for `run` where those are
   fewer. O(elements). */
void ck_reduce(const ck_reducer *reducer, const ck_reduce_walk *walk, const void *x, void *y, void *states);

/* y = position of the greatest (or least) element along the middle one of three dimensions; of equals the first, or the
   last; NaN counts as greater (less) than everything. y is [outer, inner]. O(elements). */
typedef void (*ck_arg_loop)(const void *x, ptrdiff_t outer, ptrdiff_t extent, ptrdiff_t inner, bool takes_last,
                            int64_t *y);
ck_arg_loop ck_find_arg(bool greatest, ck_element type);

/* The k first elements along the middle one of three dimensions, ordered from the greatest (or least) on, and their
   positions; of equals the first comes first; NaN counts as greater than everything. `heap` has room for k positions.
   values and positions are [outer, k, inner]; either may be null. O(elements log k). */
typedef void (*ck_top_loop)(const void *x, ptrdiff_t outer, ptrdiff_t extent, ptrdiff_t inner, ptrdiff_t k,
                            bool greatest, int64_t *heap, void *values, int64_t *positions);
ck_top_loop ck_find_top(ck_element type);

/* Sums (or products) of all elements up to each position along the middle one of three dimensions. */
typedef struct {
    bool is_product, is_exclusive, is_reverse;
} ck_running_rules;
typedef void (*ck_running_loop)(const void *x, ptrdiff_t outer, ptrdiff_t extent, ptrdiff_t inner,
                                ck_running_rules rules, void *y);
ck_running_loop ck_find_running(ck_element type);

#endif
