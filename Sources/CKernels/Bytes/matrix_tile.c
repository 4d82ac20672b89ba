#include "matrix_tile.h"
#include "ckernels_isa.h"

#if defined(__x86_64__)
#include "byte_store.h"
#include <string.h>

#define TILES __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,amx-tile,amx-int8")))
#define TILES_INLINE static inline __attribute__((always_inline)) TILES

/* Two groups of rows by two vectors of columns are summed at once: sums are in tiles 0 to 3, rows in 4 and 5, weights in
   6 and 7. */
enum { PAIR = CK_TILE_PAIR, SUM_STEP = CK_TILE_VECTORS * CK_LANES };

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

/* Weights that the next panel needs, fetched while this one is multiplied: `lines` at each step. */
typedef struct {
    const char *next;
    int lines;
} fetching;

TILES_INLINE void fetch(fetching *f) {
    for (int i = 0; i < f->lines; i++, f->next += 64) _mm_prefetch(f->next, _MM_HINT_T1);
}

/* Rows whose sums wait to be finished: `left` from row `row` on, then those of the second group if there is one, and how
   many are to be at a time. */
typedef struct {
    const int32_t *sums, *second_sums;
    const ck_row_group *second;
    int64_t row;
    int left, height, at_a_time;
} waiting;

static void start(waiting *w, const ck_row_group *group, const int32_t *sums) {
    w->row = group->row + group->done, w->left = w->height - group->done, w->sums = sums + group->done * SUM_STEP;
}

/* What the rows of a panel of full vectors have in common; those of others are finished later, all at once. */
typedef struct {
    bool are_bytes, are_floats;
    __m512 scales[CK_TILE_VECTORS];
    finish f;
} full_rows;

INLINE full_rows full_rows_of(const ck_byte_panel *p, int vectors) {
    full_rows full = {.f = finish_of(p->type, p->zero_point)};
    bool is_full = vectors == CK_TILE_VECTORS && p->columns >= CK_TILE_VECTORS * CK_LANES;
    full.are_bytes = is_full && (p->type == CK_RESULT_U8 || p->type == CK_RESULT_S8);
    full.are_floats = is_full && p->type == CK_RESULT_F32;
    if (!is_full) return full;
    UNROLL for (int v = 0; v < CK_TILE_VECTORS; v++) full.scales[v] = _mm512_loadu_ps(p->scales + v * CK_LANES);
    return full;
}

/* Steps of the grid are rounded by adding what leaves no room for fractions, and go on to the sum as they are. */
INLINE void finish_sum(const ck_byte_panel *p, int64_t row, const int32_t *sums, const full_rows *full) {
    const float zero = (float)p->zero_point, rounds = 0x1.8p23f;
    const bool is_signed = p->type == CK_RESULT_S8;
    const __m512 low = _mm512_set1_ps((is_signed ? -128 : 0) - zero), high = _mm512_set1_ps((is_signed ? 127 : 255) - zero);
    __m512 value[CK_TILE_VECTORS];
    UNROLL for (int v = 0; v < CK_TILE_VECTORS; v++) {
        __m512 steps = _mm512_mul_ps(_mm512_cvtepi32_ps(_mm512_load_si512(sums + v * CK_LANES)), full->scales[v]);
        steps = _mm512_min_ps(_mm512_max_ps(steps, low), high);
        value[v] = _mm512_sub_ps(_mm512_add_ps(steps, _mm512_set1_ps(rounds)), _mm512_set1_ps(rounds - zero));
    }
    __m512i bytes = added_floats(value, &p->addends, row * p->addends_step, ~0ull, is_signed);
    _mm512_storeu_si512(p->target + row * p->target_step, bytes);
}

INLINE void finish_bytes(const ck_byte_panel *p, int64_t row, const int32_t *sums, const full_rows *full) {
    __m512i value[CK_TILE_VECTORS];
    UNROLL for (int v = 0; v < CK_TILE_VECTORS; v++) {
        __m512 sum = _mm512_cvtepi32_ps(_mm512_load_si512(sums + v * CK_LANES));
        value[v] = _mm512_cvtps_epi32(_mm512_mul_ps(sum, full->scales[v]));
    }
    _mm512_storeu_si512(p->target + row * p->target_step, in_order(narrowed(value, full->f)));
}

INLINE void load_row(const int32_t *sums, int vectors, __m512i *sum) {
    UNROLL for (int v = 0; v < vectors; v++) sum[v] = _mm512_load_si512(sums + v * CK_LANES);
}

/* Goes on with `count` rows that wait. */
INLINE void go_on(const ck_byte_panel *p, waiting *w, int count, const full_rows *full) {
    for (; count > 0 && w->left > 0; count--) {
        if (full->are_bytes && p->addends.bytes) {
            finish_sum(p, w->row, w->sums, full);
        } else if (full->are_bytes) {
            finish_bytes(p, w->row, w->sums, full);
        } else if (full->are_floats) {
            __m512i sum[CK_TILE_VECTORS];
            load_row(w->sums, CK_TILE_VECTORS, sum);
            store_floats(p, w->row, p->target + w->row * p->target_step, CK_TILE_VECTORS, sum);
        } else {
            return;
        }
        w->left--, w->row++, w->sums += SUM_STEP;
        if (w->left == 0 && w->second) start(w, w->second, w->second_sums), w->second = NULL;
    }
}

/* Finishes all rows that wait. */
INLINE void finish_all(const ck_byte_panel *p, waiting *w, int vectors, finish f) {
    const int together = rows_together(vectors);
    while (w->left > 0) {
        __m512i sum[CK_TILE_VECTORS][CK_TILE_VECTORS];
        int done = w->left >= together ? together : 1;
        UNROLL for (int r = 0; r < together; r++) {
            if (r < done) load_row(w->sums + r * SUM_STEP, vectors, sum[r]);
        }
        if (done == together)
            store_rows(p, w->row, together, vectors, sum, f);
        else
            store_rows(p, w->row, 1, vectors, sum, f);
        w->left -= done, w->row += done, w->sums += done * SUM_STEP;
        if (w->left == 0 && w->second) start(w, w->second, w->second_sums), w->second = NULL;
    }
}

#define SLOT go_on(p, waiting, waiting->at_a_time, full)
/* Sums of `rows` groups by `columns` vectors from vector `first` on, while others are finished. */
TILES_INLINE void multiply(const ck_byte_panel *p, const ck_row_group *groups, int rows, int first, int columns,
    fetching *fetching, waiting *waiting, const full_rows *full, int height, int depth, int32_t *sums) {
    const int32_t *bias = p->bias + first * CK_LANES;
    _tile_loadd(0, bias, 0);
    if (columns > 1) _tile_loadd(1, bias + CK_LANES, 0);
    if (rows > 1) _tile_loadd(2, bias, 0);
    if (rows > 1 && columns > 1) _tile_loadd(3, bias + CK_LANES, 0);
    const int8_t *w = p->weights + first * p->segments * p->quads * 64;
    const int64_t step = columns * 64, upper = groups[0].step, lower = groups[rows - 1].step;
    for (int64_t s = 0; s < p->segments; s++) {
        const uint8_t *a = groups[0].begin + p->segment_offsets[s];
        const uint8_t *b = groups[rows - 1].begin + p->segment_offsets[s];
        for (int64_t q = 0; q < p->quads; q += depth, w += depth * step) {
            fetch(fetching);
            _tile_loadd(6, w, step);
            _tile_loadd(4, a + 4 * q, upper);
            _tile_dpbusd(0, 4, 6); SLOT;
            if (columns > 1) {
                _tile_loadd(7, w + 64, step);
                _tile_dpbusd(1, 4, 7); SLOT;
            }
            if (rows > 1) {
                _tile_loadd(5, b + 4 * q, lower);
                _tile_dpbusd(2, 5, 6); SLOT;
                if (columns > 1) _tile_dpbusd(3, 5, 7);
 SLOT;
            }
        }
    }
    sums += first * CK_LANES;
    int32_t *below = sums + height * SUM_STEP;
    _tile_stored(0, sums, SUM_STEP * sizeof *sums); SLOT;
    if (columns > 1) _tile_stored(1, sums + CK_LANES, SUM_STEP * sizeof *sums); SLOT;
    if (rows > 1) _tile_stored(2, below, SUM_STEP * sizeof *sums); SLOT;
    if (rows > 1 && columns > 1) _tile_stored(3, below + CK_LANES, SUM_STEP * sizeof *sums); SLOT;
}

TILES_INLINE void run(
    const ck_byte_panel *p, int height, int depth, const ck_row_group *groups, int64_t count, int vectors) {
    _Alignas(64) int32_t sums[2][PAIR * CK_TILE_HEIGHT * SUM_STEP];
    full_rows full = full_rows_of(p, vectors);
    int pairs = (int)((count + 1) / PAIR), steps = (int)(p->segments * p->quads / depth) * ((vectors + 1) / 2);
    fetching fetching = {(const char *)p->weights + p->segments * p->quads * vectors * 64, 0};
    if (p->fetches_ahead) fetching.lines = (2 * depth + pairs - 1) / pairs;
    int chances = 4 * (steps + (vectors + 1) / 2);
    waiting waiting = {.height = height, .at_a_time = (PAIR * height + chances - 1) / chances};
    for (int64_t g = 0; g < count; g += PAIR) {
        int32_t *now = sums[g / PAIR % 2];
        bool is_pair = count - g >= PAIR;
        UNROLL for (int v = 0; v < vectors; v += 2) {
            const int columns = vectors - v < 2 ? 1 : 2;
            if (is_pair)
                multiply(p, groups + g, 2, v, columns, &fetching, &waiting, &full, height, depth, now);
            else
                multiply(p, groups + g, 1, v, columns, &fetching, &waiting, &full, height, depth, now);
        }
        finish_all(p, &waiting, vectors, full.f);
        start(&waiting, groups + g, now);
        waiting.second = is_pair ? groups + g + 1 : NULL, waiting.second_sums = now + height * SUM_STEP;
    }
    finish_all(p, &waiting, vectors, full.f);
}

#define RUN(V)                                                                                                        \
    TILES static void run_##V(const ck_byte_panel *p, int height, int depth, const ck_row_group *groups, int64_t count) {        \
        run(p, height, depth, groups, count, V);                                                                             \
    }
RUN(1) RUN(2) RUN(3) RUN(4)

void ck_run_tile_panel(const ck_byte_panel *p, int height, int depth, const ck_row_group *groups, int64_t count) {
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
