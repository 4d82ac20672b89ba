#include "byte_tile.h"
#include "ckernels_isa.h"
#include <string.h>

#if defined(__x86_64__)
#include "byte_store.h"

bool ck_has_byte_products(void) { return ck_active_isa() >= CK_AVX512_VNNI; }

/* Fetches a line of the weights `ahead` bytes on for every four bytes of a row. */
INLINE void multiply(const ck_byte_panel *p, const uint8_t *const *rows, int count, int vectors, int64_t ahead,
    __m512i sum[CK_TILE_ROWS][CK_TILE_VECTORS]) {
    UNROLL for (int r = 0; r < count; r++) {
        UNROLL for (int v = 0; v < vectors; v++) sum[r][v] = _mm512_loadu_si512(p->bias + v * CK_LANES);
    }
    const int8_t *w = p->weights;
    for (int64_t s = 0; s < p->segments; s++) {
        const uint8_t *row[CK_TILE_ROWS];
        UNROLL for (int r = 0; r < count; r++) row[r] = rows[r] + p->segment_offsets[s];
        for (int64_t q = 0; q < p->quads; q++, w += vectors * 64) {
            __m512i weights[CK_TILE_VECTORS];
            _mm_prefetch((const char *)w + ahead, _MM_HINT_T1);
            UNROLL for (int v = 0; v < vectors; v++) weights[v] = _mm512_loadu_si512(w + v * 64);
            UNROLL for (int r = 0; r < count; r++) {
                int32_t four;
                memcpy(&four, row[r] + 4 * q, sizeof four);
                __m512i bytes = _mm512_set1_epi32(four);
                UNROLL for (int v = 0; v < vectors; v++) sum[r][v] = _mm512_dpbusd_epi32(sum[r][v], bytes, weights[v]);
            }
        }
    }
}

/* The same for a single row that is one run, which waits for the weights: memory hands over more of them where they are
   read in several places side by side. */
INLINE void multiply_row(const ck_byte_panel *p, const uint8_t *row, int vectors, __m512i sum[CK_TILE_VECTORS]) {
    enum { PLACES = 8 };
    int64_t each = (p->quads + PLACES - 1) / PLACES;
    UNROLL for (int v = 0; v < vectors; v++) sum[v] = _mm512_loadu_si512(p->bias + v * CK_LANES);
    row += p->segment_offsets[0];
    for (int64_t first = 0; first < each; first++)
        for (int64_t q = first; q < p->quads; q += each) {
            int32_t four;
            memcpy(&four, row + 4 * q, sizeof four);
            const __m512i bytes = _mm512_set1_epi32(four);
            const int8_t *w = p->weights + q * vectors * 64;
            UNROLL for (int v = 0; v < vectors; v++)
                sum[v] = _mm512_dpbusd_epi32(sum[v], bytes, _mm512_loadu_si512(w + v * 64));
        }
}

/* `tiles` tiles of `count` rows from row `first` on. */
INLINE void run(const ck_byte_panel *p, int64_t first, int64_t tiles, int count, int vectors) {
    finish f = finish_of(p->type, p->zero_point);
    int64_t size = p->segments * p->quads * vectors * 64;
    for (int64_t row = first; row < first + tiles * count; row += count) {
        __m512i sum[CK_TILE_ROWS][CK_TILE_VECTORS];
        int64_t line = row / count;
        int64_t ahead = p->fetches_ahead && line < vectors ? size + line * 64 : 0;
        if (count == 1 && p->segments == 1)
            multiply_row(p, p->rows[row], vectors, sum[0]);
        else
            multiply(p, p->rows + row, count, vectors, ahead, sum);
        store_rows(p, row, count, vectors, sum, f);
    }
}

typedef void (*panel_function)(const ck_byte_panel *, int64_t first, int64_t tiles);

#define RUN(R, V)                                                                                                     \
    VNNI static void run_##R##_##V(const ck_byte_panel *p, int64_t first, int64_t tiles) { run(p, first, tiles, R, V); }
#define RUNS_1(R) RUN(R, 1)
#define RUNS_2(R) RUNS_1(R) RUN(R, 2)
#define RUNS_4(R) RUNS_2(R) RUN(R, 3) RUN(R, 4)
RUNS_4(1) RUNS_4(2) RUNS_4(3) RUNS_4(4) RUNS_4(5) RUNS_4(6) RUNS_2(7) RUNS_2(8) RUNS_1(9) RUNS_1(10) RUNS_1(11)
RUNS_1(12)
#define ROW_1(R) {run_##R##_1}
#define ROW_2(R) {run_##R##_1, run_##R##_2}
#define ROW_4(R) {run_##R##_1, run_##R##_2, run_##R##_3, run_##R##_4}
static const panel_function runs[CK_TILE_ROWS][CK_TILE_VECTORS] = {ROW_4(1), ROW_4(2), ROW_4(3), ROW_4(4), ROW_4(5),
    ROW_4(6), ROW_2(7), ROW_2(8), ROW_1(9), ROW_1(10), ROW_1(11), ROW_1(12)};

/* The most rows of a tile. Where sums are short, storing results takes its share of the time: the processor does it while
   it multiplies the next tile, if both are small enough to be looked at together. */
static int64_t most_rows(const ck_byte_panel *p) {
    enum { SHORT_QUADS = 128 };
    static const int64_t usual[CK_TILE_VECTORS] = {12, 8, 6, 6}, small[CK_TILE_VECTORS] = {12, 8, 4, 4};
    return (p->segments * p->quads <= SHORT_QUADS ? small : usual)[p->vectors - 1];
}

/* Tiles are as even as can be: some of one row more than the others. */
void ck_run_byte_panel(const ck_byte_panel *p) {
    int64_t most = most_rows(p), tiles = (p->count + most - 1) / most;
    if (tiles == 0) return;
    int64_t rows = p->count / tiles, longer = p->count % tiles;
    if (longer) runs[rows][p->vectors - 1](p, 0, longer);
    runs[rows - 1][p->vectors - 1](p, longer * (rows + 1), tiles - longer);
}

#else

bool ck_has_byte_products(void) { return false; }
void ck_run_byte_panel(const ck_byte_panel *panel) { (void)panel; }

#endif
