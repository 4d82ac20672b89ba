#include "ckernels_parallel.h"
#include "window.h"

/* Values that windows cover below which another thread costs more time than it saves. */
static const int64_t LEAST_VALUES = 1 << 16;

typedef struct {
    const ck_pooling *pooling;
    ck_pooling_rows make;
    int64_t rows;
} shared;

static void make_part(void *context, int part, int parts) {
    const shared *s = context;
    s->make(s->pooling, ck_part_begin(s->rows, part, parts), ck_part_begin(s->rows, part + 1, parts));
}

void ck_share_pooling(const ck_pooling *pooling, ck_pooling_rows make) {
    const ck_window *w = pooling->window;
    int64_t rows = w->images * w->destination[0] * w->destination[1], values = rows * w->destination[2] * w->channels;
    for (int axis = 0; axis < 3; axis++) values *= w->kernel[axis];
    shared s = {pooling, make, rows};
    ck_parallel(values < LEAST_VALUES ? 1 : ck_threads(), make_part, &s);
}
