#include "ckernels_parallel.h"
#include "ckernels_qlinear.h"
#include "ckernels_quantize.h"
#include "elementary.h"

/* Numbers that go through both loops while they are in the nearest cache, and the fewest worth another thread. */
enum { BLOCK = 1024, LEAST_SHARED = 1 << 15 };

typedef struct {
    const float *x;
    ptrdiff_t count;
    float scale;
    int32_t zero;
    ck_element type;
    uint8_t *y;
} job;

CK_BODY gelu_body(const float *x, ptrdiff_t count, float *restrict y) {
    CK_INDEPENDENT_CHAINS for (ptrdiff_t i = 0; i < count; i++) y[i] = gelu_float(x[i]);
}

CK_DISPATCH(static void, gelu, (const float *x, ptrdiff_t count, float *y), (x, count, y))

static void run(void *context, int part, int parts) {
    const job *j = context;
    _Alignas(64) float reals[BLOCK];
    ptrdiff_t end = ck_part_begin(j->count, part + 1, parts);
    for (ptrdiff_t i = ck_part_begin(j->count, part, parts), n; i < end; i += n) {
        n = end - i < BLOCK ? end - i : BLOCK;
        gelu(j->x + i, n, reals);
        ck_quantize(reals, (size_t)n, j->scale, j->zero, j->y, (size_t)i, j->type);
    }
}

void ck_gelu_to_grid(const float *x, ptrdiff_t count, float scale, int32_t zero, ck_element type, uint8_t *y) {
    job j = {.x = x, .count = count, .scale = scale, .zero = zero, .type = type, .y = y};
    ck_parallel(count < LEAST_SHARED ? 1 : ck_threads(), run, &j);
}
