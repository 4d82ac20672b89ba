#include "matrix_tile.h"
#include "ckernels_isa.h"

#if defined(__x86_64__)
#include "matrix_finish.h"

#define TILES __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,amx-tile,amx-int8")))
#define TILES_INLINE static inline __attribute__((always_inline)) TILES

/* Two groups of rows by two vectors of columns are summed at once: sums are in tiles 0 to 3, rows in 4 and 5, weights in
   6 and 7. */
TILES void ck_use_tiles(int height, int depth) {
    struct {
        uint8_t palette, first_row, unused[14];
        uint16_t bytes[16];
        uint8_t rows[16];
    } shape = {.palette = 1};
    for (int tile = 0; tile < 8; tile++) {
        bool holds_rows = tile == 4 || tile == 5;
        shape.bytes[tile] = (uint16_t)(holds_rows ? 4 * depth : 4 * CK_LANES);
        shape.rows[tile] = (uint8_t)(tile < 6 ? height : depth);
    }
    _tile_loadconfig(&shape);
}

TILES void ck_leave_tiles(void) { _tile_release(); }

/* A panel being multiplied. */
typedef struct {
    const ck_byte_panel *panel;
    int height, depth;
    /* Weights that the next panel needs, which are fetched meanwhile, `lines` at each step. */
    const char *next;
    int lines;
    /* What is finished meanwhile, `at_a_time` rows behind each product and each tile of sums. */
    waiting waiting;
    full_rows full;
    int at_a_time;
} work;

TILES_INLINE void finish_some(work *w) { go_on(w->panel, &w->waiting, w->at_a_time, &w->full); }

TILES_INLINE void fetch(work *w) {
    for (int i = 0; i < w->lines; i++, w->next += 64) _mm_prefetch(w->next, _MM_HINT_T1);
}

/* Adds the products of a run of quads: rows at `upper` and, if there are two groups, at `lower`. */
TILES_INLINE void add_products(work *w, const ck_row_group *groups, int rows, const uint8_t *upper,
    const uint8_t *lower, const int8_t *weights, int columns) {
    const int64_t step = columns * 64;
    _tile_loadd(6, weights, step);
    if (columns > 1) _tile_loadd(7, weights + 64, step);
    _tile_loadd(4, upper, groups[0].step);
    if (rows > 1) _tile_loadd(5, lower, groups[1].step);
    _tile_dpbusd(0, 4, 6);
    finish_some(w);
    if (columns > 1) _tile_dpbusd(1, 4, 7);
    finish_some(w);
    if (rows > 1) _tile_dpbusd(2, 5, 6);
    finish_some(w);
    if (rows > 1 && columns > 1) _tile_dpbusd(3, 5, 7);
    finish_some(w);
}

/* Stores the tiles of sums, the groups one below the other. */
TILES_INLINE void store_sums(work *w, int rows, int columns, int32_t *sums) {
    const int64_t step = SUM_STEP * sizeof *sums;
    int32_t *below = sums + w->height * SUM_STEP;
    _tile_stored(0, sums, step);
    finish_some(w);
    if (columns > 1) _tile_stored(1, sums + CK_LANES, step);
    finish_some(w);
    if (rows > 1) _tile_stored(2, below, step);
    finish_some(w);
    if (rows > 1 && columns > 1) _tile_stored(3, below + CK_LANES, step);
    finish_some(w);
}

/* Sums of `rows` groups by `columns` vectors from vector `first` on, while others are finished. */
TILES_INLINE void multiply(work *w, const ck_row_group *groups, int rows, int first, int columns, int32_t *sums) {
    const ck_byte_panel *p = w->panel;
    const int32_t *bias = p->bias + first * CK_LANES;
    _tile_loadd(0, bias, 0);
    if (columns > 1) _tile_loadd(1, bias + CK_LANES, 0);
    if (rows > 1) _tile_loadd(2, bias, 0);
    if (rows > 1 && columns > 1) _tile_loadd(3, bias + CK_LANES, 0);
    const int8_t *weights = p->weights + first * p->segments * p->quads * 64;
    for (int64_t s = 0; s < p->segments; s++) {
        const uint8_t *upper = groups[0].begin + p->segment_offsets[s];
        const uint8_t *lower = groups[rows - 1].begin + p->segment_offsets[s];
        for (int64_t q = 0; q < p->quads; q += w->depth, weights += w->depth * columns * 64) {
            fetch(w);
            add_products(w, groups, rows, upper + 4 * q, lower + 4 * q, weights, columns);
        }
    }
    store_sums(w, rows, columns, sums + first * CK_LANES);
}

TILES_INLINE work begin(const ck_byte_panel *p, int height, int depth, int64_t count, int vectors) {
    int64_t pairs = (count + 1) / CK_TILE_PAIR, size = p->segments * p->quads;
    int turns = (vectors + 1) / CK_TILE_PAIR, chances = 4 * turns * (int)(size / depth + 1);
    return (work){.panel = p, .height = height, .depth = depth, .waiting = {.height = height},
        .full = full_rows_of(p, vectors), .at_a_time = (CK_TILE_PAIR * height + chances - 1) / chances,
        .next = (const char *)p->weights + size * vectors * 64,
        .lines = p->fetches_ahead ? (int)((CK_TILE_PAIR * depth + pairs - 1) / pairs) : 0};
}

TILES_INLINE void run(
    const ck_byte_panel *p, int height, int depth, const ck_row_group *groups, int64_t count, int vectors) {
    _Alignas(64) int32_t sums[2][CK_TILE_PAIR * CK_TILE_HEIGHT * SUM_STEP];
    work w = begin(p, height, depth, count, vectors);
    for (int64_t g = 0; g < count; g += CK_TILE_PAIR) {
        int32_t *now = sums[g / CK_TILE_PAIR % 2];
        bool is_pair = count - g >= CK_TILE_PAIR;
        UNROLL for (int v = 0; v < vectors; v += CK_TILE_PAIR) {
            const int columns = vectors - v < CK_TILE_PAIR ? 1 : CK_TILE_PAIR;
            if (is_pair)
                multiply(&w, groups + g, CK_TILE_PAIR, v, columns, now);
            else
                multiply(&w, groups + g, 1, v, columns, now);
        }
        finish_all(p, &w.waiting, vectors, w.full.f);
        start(&w.waiting, groups + g, now);
        w.waiting.second = is_pair ? groups + g + 1 : NULL, w.waiting.second_sums = now + height * SUM_STEP;
    }
    finish_all(p, &w.waiting, vectors, w.full.f);
}

#define PARAMETERS (const ck_byte_panel *p, int height, int depth, const ck_row_group *groups, int64_t count)
#define RUN(V) TILES static void run_##V PARAMETERS { run(p, height, depth, groups, count, V); }
RUN(1) RUN(2) RUN(3) RUN(4)

void ck_run_tile_panel PARAMETERS {
    switch (p->vectors) {
    case 1: return run_1(p, height, depth, groups, count);
    case 2: return run_2(p, height, depth, groups, count);
    case 3: return run_3(p, height, depth, groups, count);
    default: return run_4(p, height, depth, groups, count);
    }
}

#else

void ck_use_tiles(int height, int depth) { (void)height, (void)depth; }
void ck_leave_tiles(void) {}
void ck_run_tile_panel(const ck_byte_panel *panel, int height, int depth, const ck_row_group *groups, int64_t count) {
    (void)panel, (void)height, (void)depth, (void)groups, (void)count;
}

#endif
