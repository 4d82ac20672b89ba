#include "ckernels_qlinear.h"
#include "ckernels_isa.h"
#include "ckernels_parallel.h"
#include <math.h>

#pragma STDC FP_CONTRACT OFF

static inline float value(uint8_t byte, bool is_signed) { return is_signed ? (float)(int8_t)byte : (float)byte; }

static inline uint8_t clamped(float v, bool is_signed) {
    float low = is_signed ? -128.0f : 0.0f, high = is_signed ? 127.0f : 255.0f;
    v = v > low ? v : low;
    v = v < high ? v : high;
    return (uint8_t)(int32_t)nearbyintf(v);
}

static inline __attribute__((always_inline)) void add_body(const uint8_t *a, const uint8_t *b, uint8_t *y, ptrdiff_t count,
                                                           const ck_grid_pair *g) {
    float ra = g->ratio_a, rb = g->ratio_b;
    float fixed = (float)g->zero_y - __builtin_fmaf(ra, (float)g->zero_a, rb * (float)g->zero_b);
    bool is_signed = g->is_signed;
    if (g->step_b == 0) {
        float sum = __builtin_fmaf(value(b[0], is_signed), rb, fixed);
        for (ptrdiff_t i = 0; i < count; i++)
            y[i] = clamped(__builtin_fmaf(value(a[i], is_signed), ra, sum), is_signed);
        return;
    }
    for (ptrdiff_t i = 0; i < count; i++) {
        float sum = __builtin_fmaf(value(b[i], is_signed), rb, fixed);
        y[i] = clamped(__builtin_fmaf(value(a[i], is_signed), ra, sum), is_signed);
    }
}

static inline __attribute__((always_inline)) void multiply_body(const uint8_t *a, const uint8_t *b, uint8_t *y,
                                                                ptrdiff_t count, const ck_grid_pair *g) {
    float ratio = g->ratio_a, zero_y = (float)g->zero_y;
    bool is_signed = g->is_signed;
    for (ptrdiff_t i = 0; i < count; i++) {
        float left = value(a[i * g->step_a], is_signed) - (float)g->zero_a;
        float right = value(b[i * g->step_b], is_signed) - (float)g->zero_b;
        float product = left * right * ratio;
        y[i] = clamped(product + zero_y, is_signed);
    }
}

#if defined(__x86_64__)
#define VARIANTS(NAME)                                                                                              \
    __attribute__((target("avx2,fma"))) static void NAME##_avx2(const uint8_t *a, const uint8_t *b, uint8_t *y,     \
                                                                ptrdiff_t count, const ck_grid_pair *g) {           \
        NAME##_body(a, b, y, count, g);                                                                             \
    }                                                                                                               \
    __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,fma"))) static void NAME##_avx512(                    \
        const uint8_t *a, const uint8_t *b, uint8_t *y, ptrdiff_t count, const ck_grid_pair *g) {                   \
        NAME##_body(a, b, y, count, g);                                                                             \
    }
#define RUN(NAME)                                                                                                   \
    if (ck_active_isa() >= CK_AVX512)                                                                               \
        NAME##_avx512(a, b, y, count, grids);                                                                       \
    else if (ck_active_isa() >= CK_AVX2)                                                                            \
        NAME##_avx2(a, b, y, count, grids);                                                                         \
    else                                                                                                            \
        NAME##_body(a, b, y, count, grids)
#else
#define VARIANTS(NAME)
#define RUN(NAME) NAME##_body(a, b, y, count, grids)
#endif

VARIANTS(add)
VARIANTS(multiply)

/* Fewer elements are not worth another thread. */
enum { LEAST_SHARED = 1 << 15 };

typedef struct {
    const uint8_t *a, *b;
    uint8_t *y;
    ptrdiff_t count;
    const ck_grid_pair *grids;
} addition;

static void add_part(void *context, int part, int parts) {
    const addition *j = context;
    const ck_grid_pair *grids = j->grids;
    ptrdiff_t first = ck_part_begin(j->count, part, parts), count = ck_part_begin(j->count, part + 1, parts) - first;
    const uint8_t *a = j->a + first * grids->step_a, *b = j->b + first * grids->step_b;
    uint8_t *y = j->y + first;
    RUN(add);
}

void ck_grid_add(const uint8_t *a, const uint8_t *b, uint8_t *y, ptrdiff_t count, const ck_grid_pair *grids) {
    if (grids->step_a == 0 && grids->step_b != 0) {
        /* The operand that is one number always comes second. */
        ck_grid_pair swapped = *grids;
        swapped.step_a = grids->step_b, swapped.step_b = 0;
        swapped.ratio_a = grids->ratio_b, swapped.ratio_b = grids->ratio_a;
        swapped.zero_a = grids->zero_b, swapped.zero_b = grids->zero_a;
        ck_grid_add(b, a, y, count, &swapped);
        return;
    }
    addition job = {a, b, y, count, grids};
    ck_parallel(count < LEAST_SHARED ? 1 : ck_threads(), add_part, &job);
}

void ck_grid_multiply(const uint8_t *a, const uint8_t *b, uint8_t *y, ptrdiff_t count, const ck_grid_pair *grids) {
    RUN(multiply);
}

void ck_grid_softmax(const uint8_t *x, ptrdiff_t count, ptrdiff_t step, const float exponential[256], float levels,
                     int32_t zero, bool is_signed, uint8_t *y) {
    uint8_t flip = is_signed ? 0x80 : 0, most = 0;
    for (ptrdiff_t i = 0; i < count; i++) {
        uint8_t v = x[i * step] ^ flip;
        most = v > most ? v : most;
    }
    const float *table = exponential + (255 - most);
    float sum = 0;
    for (ptrdiff_t i = 0; i < count; i++) sum += table[x[i * step] ^ flip];
    int32_t low = is_signed ? -128 : 0, high = is_signed ? 127 : 255;
    for (ptrdiff_t i = 0; i < count; i++) {
        float share = nearbyintf(table[x[i * step] ^ flip] * levels / sum);
        int32_t q = (share < 1e6f ? (int32_t)share : 1000000) + zero;
        q = q < low ? low : q > high ? high : q;
        y[i * step] = (uint8_t)q;
    }
}
