#include "binary_loops.h"

ck_binary_loop ck_find_binary(ck_binary function, ck_element type) {
    switch (type) {
    case CK_FLOAT32:
    case CK_FLOAT64: return ck_find_binary_real(function, type);
    default: return ck_find_binary_integer(function, type);
    }
}

/* Axes have extents of 2 and more, so that the recursion is at most as deep as a size has bits. */
void ck_broadcast(ck_binary_loop loop, const void *a, const void *b, void *y, const ck_broadcast_axis *axes, int rank) {
    if (rank == 0) {
        loop(a, 1, b, 1, y, 1);
        return;
    }
    if (rank == 1) {
        loop(a, axes->a != 0, b, axes->b != 0, y, axes->extent);
        return;
    }
    const char *next_a = a, *next_b = b;
    char *next_y = y;
    for (ptrdiff_t i = 0; i < axes->extent; i++) {
        ck_broadcast(loop, next_a, next_b, next_y, axes + 1, rank - 1);
        next_a += axes->a, next_b += axes->b, next_y += axes->y;
    }
}
