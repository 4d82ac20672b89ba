#include "float_panel.h"
#include "float_tail.h"
#include "Platform/dispatch.h"
#include <string.h>

/* Most rows of a tile of sums, by the registers there are: of two vectors of 512 bits, or one of 2 x 256. */
enum { MOST_ROWS = 14, MOST_ROWS_OF_HALVES = 6 };

/* Longer rows are not fetched ahead: they would drive each other out of the nearest cache. */
enum { LONG_ROWS = 512 };

/* Rows so many bytes apart share a place in the nearest cache, which holds few of them there. */
enum { SAME_PLACE = 1 << 12, MOST_ROWS_IN_PLACE = 10 };

#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")

typedef ck_lanes_of_float lanes;

/* Where a tile is, with the bytes from a row to the next, to the third and to the fifth: every row is one of two
   addresses and one of these, times 1, 2 or 4. Where another program shares the core, a product is bound by how many
   instructions the processor takes up; addresses of rows must cost none. */
typedef struct {
    const char *low, *high;
    int64_t one, three, five;
    const float *weights, *ahead;
} walk;

enum { HIGH_ROW = 7, TOGETHER = 2, SIZE = sizeof(float) };

INLINE const char *row_at(const walk *w, int row) {
    const char *from = row < HIGH_ROW ? w->low : w->high;
    switch (row % HIGH_ROW) {
    case 0: return from;
    case 1: return from + w->one;
    case 2: return from + 2 * w->one;
    case 3: return from + w->three;
    case 4: return from + 4 * w->one;
    case 5: return from + w->five;
    default: return from + 2 * w->three;
    }
}

/* Compilers would make fourteen addresses of these five numbers. */
INLINE void keep_as_they_are(walk *w) {
    __asm__("" : "+r"(w->low), "+r"(w->high), "+r"(w->one), "+r"(w->three), "+r"(w->five));
}

/* Goes on by `count` values of every row. */
INLINE void step(int rows, int vectors, int count, walk *w, int64_t width, int64_t pace, lanes sum[MOST_ROWS][2]) {
    UNROLL for (int i = 0; i < count; i++, w->weights += width, w->ahead += pace) {
        lanes weights[2];
        keep_as_they_are(w);
        __builtin_prefetch(w->ahead, 0, 2);
        UNROLL for (int v = 0; v < vectors; v++) memcpy(&weights[v], w->weights + v * CK_SIDE_BY_SIDE, sizeof *weights);
        UNROLL for (int r = 0; r < rows; r++) {
            float value;
            memcpy(&value, row_at(w, r) + i * SIZE, SIZE);
            lanes values = value;
            UNROLL for (int v = 0; v < vectors; v++)
                sum[r][v] = __builtin_elementwise_fma(values, weights[v], sum[r][v]);
        }
    }
    w->low += count * SIZE, w->high += count * SIZE;
}

/* Rows from `row` on, by the `vectors` vectors of columns from `column` on of weights that are `width` wide. Meanwhile
   weights from `ahead` on are fetched, `pace` of them for each value, and the rows behind these. */
INLINE void multiply(int rows, int vectors, const ck_float_panel *p, int64_t row, int64_t column, int64_t width,
    const float *ahead, int64_t pace) {
    lanes sum[MOST_ROWS][2], start[2];
    float *target = p->target + row * p->target_step + column;
    UNROLL for (int v = 0; v < vectors; v++) {
        start[v] = 0;
        if (p->bias) memcpy(&start[v], p->bias + column + v * CK_SIDE_BY_SIDE, sizeof *start);
    }
    UNROLL for (int r = 0; r < rows; r++) {
        UNROLL for (int v = 0; v < vectors; v++) sum[r][v] = start[v];
    }
    UNROLL for (int r = 0; r < rows; r++) {
        UNROLL for (int v = 0; v < vectors; v++)
            __builtin_prefetch(target + r * p->target_step + v * CK_SIDE_BY_SIDE, 1, 3);
    }
    const float *source = p->source + row * p->source_step;
    walk w = {.low = (const char *)source, .high = (const char *)(source + HIGH_ROW * p->source_step),
        .one = p->source_step * SIZE, .three = 3 * p->source_step * SIZE, .five = 5 * p->source_step * SIZE,
        .weights = p->weights + column, .ahead = ahead};
    const float *next = source + (p->depth <= LONG_ROWS ? rows * p->source_step : 0);
    int64_t depth = p->depth;
    for (; depth >= TOGETHER; depth -= TOGETHER) {
        __builtin_prefetch(next, 0, 3);
        next += TOGETHER * CK_SIDE_BY_SIDE;
        step(rows, vectors, TOGETHER, &w, width, pace, sum);
    }
    for (; depth > 0; depth--) step(rows, vectors, 1, &w, width, pace, sum);
    UNROLL for (int r = 0; r < rows; r++) {
        UNROLL for (int v = 0; v < vectors; v++) {
            float *to = target + r * p->target_step + v * CK_SIDE_BY_SIDE;
            if (p->tail.adds_destination) {
                memcpy(start, to, sizeof *start);
                sum[r][v] += start[0];
            }
            ck_activate(&p->tail, &sum[r][v]);
            memcpy(to, &sum[r][v], sizeof *start);
        }
    }
}

#define ROWS(N, V)                                                                                                    \
    case N: multiply(N, V, p, row, column, width, ahead, pace); break;
#define UP_TO_6_ROWS(V) ROWS(1, V) ROWS(2, V) ROWS(3, V) ROWS(4, V) ROWS(5, V) ROWS(6, V)
#define UP_TO_14_ROWS(V)                                                                                              \
    UP_TO_6_ROWS(V) ROWS(7, V) ROWS(8, V) ROWS(9, V) ROWS(10, V) ROWS(11, V) ROWS(12, V) ROWS(13, V) ROWS(14, V)

#define PARAMETERS                                                                                                    \
    (const ck_float_panel *p, int64_t rows, int64_t row, int64_t column, int64_t width, const float *ahead,           \
        int64_t pace)

CK_AVX512_CODE static void multiply_by_pairs PARAMETERS {
    switch (rows) { UP_TO_14_ROWS(2) }
}

CK_AVX512_CODE static void multiply_by_vectors PARAMETERS {
    switch (rows) { UP_TO_14_ROWS(1) }
}

CK_AVX2_CODE static void multiply_by_halves PARAMETERS {
    switch (rows) { UP_TO_6_ROWS(1) }
}

static void run_whole(const ck_float_panel *p) {
    int64_t width = ck_float_panel_width(p->columns);
    bool is_wide = ck_active_isa() >= CK_AVX512, has_pairs = is_wide && width == CK_FLOAT_PANEL;
    void(*loop) PARAMETERS = has_pairs ? multiply_by_pairs : is_wide ? multiply_by_vectors : multiply_by_halves;
    int64_t together = has_pairs ? CK_FLOAT_PANEL : CK_SIDE_BY_SIDE, most = is_wide ? MOST_ROWS : MOST_ROWS_OF_HALVES;
    if (p->source_step * SIZE % SAME_PLACE == 0) most = ck_min64(most, MOST_ROWS_IN_PLACE);
    int64_t groups = ck_ceiling(p->rows, most), pace = width / groups;
    const float *behind = p->weights + p->depth * width;
    for (int64_t column = 0; column < width; column += together)
        for (int64_t g = 0; g < groups; g++) {
            int64_t row = p->rows * g / groups, rows = p->rows * (g + 1) / groups - row;
            loop(p, rows, row, column, width, behind + g * p->depth * pace, pace);
        }
}

/* Copies rows of `columns` values. */
static void copy(int64_t rows, int64_t columns, const float *from, int64_t from_step, float *to, int64_t to_step) {
    for (int64_t r = 0; r < rows; r++)
        memcpy(to + r * to_step, from + r * from_step, (size_t)columns * sizeof *to);
}

/* A panel some of whose columns are not there is multiplied in memory of its own. */
static void run_part(const ck_float_panel *p) {
    float results[MOST_ROWS * CK_FLOAT_PANEL] = {0}, bias[CK_FLOAT_PANEL] = {0};
    ck_float_panel part = *p;
    part.columns = ck_float_panel_width(p->columns), part.target = results, part.target_step = part.columns;
    if (p->bias) part.bias = memcpy(bias, p->bias, (size_t)p->columns * sizeof *bias);
    for (int64_t row = 0; row < p->rows; row += MOST_ROWS) {
        float *target = p->target + row * p->target_step;
        part.rows = ck_min64(MOST_ROWS, p->rows - row), part.source = p->source + row * p->source_step;
        if (p->tail.adds_destination) copy(part.rows, p->columns, target, p->target_step, results, part.columns);
        run_whole(&part);
        copy(part.rows, p->columns, results, part.columns, target, p->target_step);
    }
}

void ck_run_float_panel(const ck_float_panel *panel) {
    if (panel->columns % CK_SIDE_BY_SIDE == 0)
        run_whole(panel);
    else
        run_part(panel);
}

bool ck_has_fast_float_products(void) { return ck_active_isa() >= CK_AVX512; }
