#include "reduce_loops.h"

bool ck_find_reducer(ck_reduction_kind kind, ck_element type, ck_reducer *reducer) {
    switch (type) {
    case CK_FLOAT32:
    case CK_FLOAT64: return ck_find_reducer_real(kind, type, reducer);
    default: return ck_find_reducer_integer(kind, type, reducer);
    }
}

/* Takes all that belongs to the results at hand into their states, from reduced axis `axis` on, `n` neighbours each. */
static void take(const ck_reducer *reducer, const ck_reduce_walk *walk, int axis, const char *x, ptrdiff_t n,
                 void *states) {
    if (axis == walk->reduced_rank) {
        (walk->keeps_run ? reducer->add : reducer->fold)(x, n, states);
        return;
    }
    ck_reduce_axis along = walk->reduced[axis];
    for (ptrdiff_t i = 0; i < along.extent; i++) take(reducer, walk, axis + 1, x + i * along.stride, n, states);
}

/* Writes the results from kept axis `axis` on; returns where the next ones go. */
static char *reduce(const ck_reducer *reducer, const ck_reduce_walk *walk, int axis, const char *x, char *y,
                    void *states) {
    if (axis < walk->kept_rank) {
        ck_reduce_axis along = walk->kept[axis];
        for (ptrdiff_t i = 0; i < along.extent; i++)
            y = reduce(reducer, walk, axis + 1, x + i * along.stride, y, states);
        return y;
    }
    ptrdiff_t results = walk->keeps_run ? walk->run : 1;
    for (ptrdiff_t first = 0; first < results; first += CK_REDUCER_STATES) {
        ptrdiff_t n = results - first < CK_REDUCER_STATES ? results - first : CK_REDUCER_STATES;
        reducer->start(states, n);
        take(reducer, walk, 0, x + first * walk->width, walk->keeps_run ? n : walk->run, states);
        reducer->finish(states, n, walk->count, y);
        y += n * walk->width;
    }
    return y;
}

void ck_reduce(const ck_reducer *reducer, const ck_reduce_walk *walk, const void *x, void *y, void *states) {
    reduce(reducer, walk, 0, x, y, states);
}
