#include "Platform/dispatch.h"
#include "ckernels_parallel.h"
#include "ckernels_qlinear.h"
#include <math.h>

/* Fewer elements are not worth another thread. */
enum { LEAST_SHARED = 1 << 15 };

#define INLINE static inline __attribute__((always_inline))

INLINE float value(uint8_t byte, bool is_signed) { return is_signed ? (float)(int8_t)byte : (float)byte; }

INLINE uint8_t clamped(float v, bool is_signed) {
    float low = is_signed ? -128.0f : 0.0f, high = is_signed ? 127.0f : 255.0f;
    v = v > low ? v : low;
    v = v < high ? v : high;
    return (uint8_t)(int32_t)nearbyintf(v);
}

INLINE void add_row(const uint8_t *a, const uint8_t *b, uint8_t *y, ptrdiff_t count, bool is_signed,
    const ck_grid_pair *g) {
    float ra = g->ratio_a, rb = g->ratio_b;
    float fixed = (float)g->zero_y - __builtin_fmaf(ra, (float)g->zero_a, rb * (float)g->zero_b);
    if (g->step_b == 0) {
        float sum = __builtin_fmaf(value(b[0], is_signed), rb, fixed);
        CK_INDEPENDENT for (ptrdiff_t i = 0; i < count; i++)
            y[i] = clamped(__builtin_fmaf(value(a[i], is_signed), ra, sum), is_signed);
        return;
    }
    CK_INDEPENDENT for (ptrdiff_t i = 0; i < count; i++) {
        float sum = __builtin_fmaf(value(b[i], is_signed), rb, fixed);
        y[i] = clamped(__builtin_fmaf(value(a[i], is_signed), ra, sum), is_signed);
    }
}

INLINE void multiply_row(const uint8_t *a, const uint8_t *b, uint8_t *y, ptrdiff_t count, bool is_signed,
    const ck_grid_pair *g) {
    float ratio = g->ratio_a, zero_a = (float)g->zero_a, zero_b = (float)g->zero_b, zero_y = (float)g->zero_y;
    if (g->step_b == 0) {
        float right = value(b[0], is_signed) - zero_b;
        CK_INDEPENDENT for (ptrdiff_t i = 0; i < count; i++)
            y[i] = clamped((value(a[i], is_signed) - zero_a) * right * ratio + zero_y, is_signed);
        return;
    }
    CK_INDEPENDENT for (ptrdiff_t i = 0; i < count; i++) {
        float product = (value(a[i], is_signed) - zero_a) * (value(b[i], is_signed) - zero_b);
        y[i] = clamped(product * ratio + zero_y, is_signed);
    }
}

/* Rows of y that lie one behind the other. */
typedef struct {
    const uint8_t *a, *b;
    uint8_t *y;
    ptrdiff_t rows, count, row;
    const ck_grid_pair *grids;
} block;

#define ROWS(NAME)                                                                                                    \
    CK_BODY NAME##_rows_body(const block *j) {                                                                        \
        const ck_grid_pair *g = j->grids;                                                                             \
        for (ptrdiff_t r = 0; r < j->rows; r++) {                                                                     \
            const uint8_t *a = j->a + r * g->row_a, *b = j->b + r * g->row_b;                                         \
            if (g->is_signed)                                                                                         \
                NAME##_row(a, b, j->y + r * j->row, j->count, true, g);                                               \
            else                                                                                                      \
                NAME##_row(a, b, j->y + r * j->row, j->count, false, g);                                              \
        }                                                                                                             \
    }                                                                                                                 \
    CK_DISPATCH(static void, NAME##_rows, (const block *j), (j))                                                      \
    static void NAME##_part(void *context, int part, int parts) {                                                     \
        block b = part_of(context, part, parts);                                                                      \
        NAME##_rows(&b);                                                                                              \
    }

static block part_of(const block *whole, int part, int parts) {
    block b = *whole;
    const ck_grid_pair *g = b.grids;
    if (b.rows >= parts) {
        ptrdiff_t first = ck_part_begin(whole->rows, part, parts);
        b.rows = ck_part_begin(whole->rows, part + 1, parts) - first;
        b.a += first * g->row_a, b.b += first * g->row_b, b.y += first * b.row;
    } else {
        ptrdiff_t first = ck_part_begin(whole->count, part, parts);
        b.count = ck_part_begin(whole->count, part + 1, parts) - first;
        b.a += first * g->step_a, b.b += first * g->step_b, b.y += first;
    }
    return b;
}

ROWS(add)
ROWS(multiply)

/* The operand that is one number along a row always comes second. */
static void run(void (*part)(void *, int, int), const uint8_t *a, const uint8_t *b, uint8_t *y, ptrdiff_t rows,
    ptrdiff_t count, const ck_grid_pair *grids, ck_grid_pair swapped) {
    bool swaps = grids->step_a == 0 && grids->step_b != 0;
    block job = {swaps ? b : a, swaps ? a : b, y, rows, count, count, swaps ? &swapped : grids};
    ck_parallel(rows * count < LEAST_SHARED ? 1 : ck_threads(), part, &job);
}

static ck_grid_pair swapped(const ck_grid_pair *g) {
    ck_grid_pair s = *g;
    s.step_a = g->step_b, s.step_b = g->step_a, s.row_a = g->row_b, s.row_b = g->row_a;
    s.ratio_a = g->ratio_b, s.ratio_b = g->ratio_a, s.zero_a = g->zero_b, s.zero_b = g->zero_a;
    return s;
}

void ck_grid_add(const uint8_t *a, const uint8_t *b, uint8_t *y, ptrdiff_t rows, ptrdiff_t count,
    const ck_grid_pair *grids) {
    run(add_part, a, b, y, rows, count, grids, swapped(grids));
}

void ck_grid_multiply(const uint8_t *a, const uint8_t *b, uint8_t *y, ptrdiff_t rows, ptrdiff_t count,
    const ck_grid_pair *grids) {
    ck_grid_pair other = swapped(grids);
    other.ratio_a = grids->ratio_a;
    run(multiply_part, a, b, y, rows, count, grids, other);
}
