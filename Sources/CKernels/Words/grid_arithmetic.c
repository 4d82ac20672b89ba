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

ck_byte_sum ck_byte_sum_of(const ck_grid_pair *g) {
    float fixed = (float)g->zero_y - __builtin_fmaf(g->ratio_a, (float)g->zero_a, g->ratio_b * (float)g->zero_b);
    return (ck_byte_sum){g->ratio_a, g->ratio_b, fixed};
}

bool ck_stays_within_integers(const ck_byte_sum *s) {
    return 256 * (fabsf(s->ratio_first) + fabsf(s->ratio_second)) + fabsf(s->fixed) < 0x1p30f;
}

INLINE void add_row(const uint8_t *a, const uint8_t *b, uint8_t *y, ptrdiff_t count, bool is_signed,
    const ck_grid_pair *g) {
    ck_byte_sum sums = ck_byte_sum_of(g);
    float ra = sums.ratio_first, rb = sums.ratio_second, fixed = sums.fixed;
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
    CK_DISPATCH(static void, NAME##_rows, (const block *j), (j))

ROWS(add)
ROWS(multiply)

#if defined(__x86_64__)
#include "Bytes/byte_sum.h"

/* What add_row does, 64 elements at a time, where no result leaves int32. */
CK_AVX512_CODE static void add_row_of_vectors(
    const uint8_t *a, const uint8_t *b, uint8_t *y, ptrdiff_t count, bool is_signed, const ck_byte_sum *sum) {
    for (ptrdiff_t i = 0; i < count; i += 64) {
        __mmask64 mask = count - i >= 64 ? ~0ull : (1ull << (count - i)) - 1;
        __m512 first[4], second[4];
        for (int q = 0; q < 4; q++) {
            __mmask16 part = (__mmask16)(mask >> 16 * q);
            first[q] = ck_floats_of_bytes(_mm_maskz_loadu_epi8(part, a + i + 16 * q), is_signed);
            second[q] = ck_floats_of_bytes(_mm_maskz_loadu_epi8(part, b + i + 16 * q), is_signed);
        }
        _mm512_mask_storeu_epi8(y + i, mask, ck_sum_floats(first, second, is_signed, sum));
    }
}

static bool add_by_vectors(const block *j) {
    const ck_grid_pair *g = j->grids;
    ck_byte_sum sum = ck_byte_sum_of(g);
    if (ck_active_isa() < CK_AVX512 || g->step_a != 1 || g->step_b != 1 || !ck_stays_within_integers(&sum)) return false;
    for (ptrdiff_t r = 0; r < j->rows; r++)
        add_row_of_vectors(j->a + r * g->row_a, j->b + r * g->row_b, j->y + r * j->row, j->count, g->is_signed, &sum);
    return true;
}
#else
static bool add_by_vectors(const block *j) { return (void)j, false; }
#endif

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

static void add_part(void *context, int part, int parts) {
    block b = part_of(context, part, parts);
    if (!add_by_vectors(&b)) add_rows(&b);
}

static void multiply_part(void *context, int part, int parts) {
    block b = part_of(context, part, parts);
    multiply_rows(&b);
}

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
