#include "panel.h"
#include "ckernels_copy.h"
#include "Platform/dispatch.h"
#include <stdbool.h>
#include <string.h>

typedef float columns16 __attribute__((ext_vector_type(CK_PANEL_LANES)));

/* The sums of `tile_rows` rows and `vectors` times CK_PANEL_LANES columns stay in registers; `sums` has room for them. */
CK_BODY multiply(const float *const *rows, ptrdiff_t step, int64_t depth, const float *panel, const float *factors,
    float *sums, ptrdiff_t sums_row, const int tile_rows, const int vectors, const bool fused) {
    columns16 total[CK_MOST_TILE_ROWS][CK_MOST_PANEL_WIDTH / CK_PANEL_LANES] = {0};
    for (int64_t i = 0; i < depth; i++, panel += vectors * CK_PANEL_LANES) {
#pragma clang loop unroll(full)
        for (int r = 0; r < tile_rows; r++) {
            columns16 factor = rows[r][i * step];
#pragma clang loop unroll(full)
            for (int v = 0; v < vectors; v++) {
                columns16 column;
                memcpy(&column, panel + v * CK_PANEL_LANES, sizeof column);
                total[r][v] = fused ? __builtin_elementwise_fma(factor, column, total[r][v])
                                    : total[r][v] + factor * column;
            }
        }
    }
#pragma clang loop unroll(full)
    for (int r = 0; r < tile_rows; r++)
#pragma clang loop unroll(full)
        for (int v = 0; v < vectors; v++) {
            if (factors) total[r][v] *= factors[r];
            memcpy(sums + r * sums_row + v * CK_PANEL_LANES, &total[r][v], sizeof total[r][v]);
        }
}

#define PRODUCT(NAME, CODE, TILE_ROWS, VECTORS, FUSED)                                                                \
    CODE static void NAME(const float *const *rows, ptrdiff_t step, int64_t depth, const float *panel,                \
        const float *factors, float *sums, ptrdiff_t sums_row) {                                                      \
        multiply(rows, step, depth, panel, factors, sums, sums_row, TILE_ROWS, VECTORS, FUSED);                       \
    }

/* As many sums as the processor has registers for. */
#if defined(__aarch64__)
enum { BASELINE_ROWS = 6, BASELINE_FUSES = true };
#else
enum { BASELINE_ROWS = 2, BASELINE_FUSES = false };
#endif
PRODUCT(product_baseline, , BASELINE_ROWS, 1, BASELINE_FUSES)
PRODUCT(product_avx2, CK_AVX2_CODE, CK_MOST_TILE_ROWS, 1, true)
PRODUCT(product_avx512, CK_AVX512_CODE, CK_MOST_TILE_ROWS, 1, true)
PRODUCT(product_of_32, CK_AVX512_CODE, CK_MOST_TILE_ROWS, 2, true)
PRODUCT(product_of_48, CK_AVX512_CODE, CK_MOST_TILE_ROWS, 3, true)
PRODUCT(product_of_64, CK_AVX512_CODE, CK_MOST_TILE_ROWS, 4, true)

int ck_tile_rows(void) { return ck_active_isa() >= CK_AVX2 ? CK_MOST_TILE_ROWS : BASELINE_ROWS; }

int ck_panel_width(int64_t columns) {
    int most = ck_active_isa() >= CK_AVX512 ? CK_MOST_PANEL_WIDTH : CK_PANEL_LANES;
    int64_t padded = (columns + CK_PANEL_LANES - 1) / CK_PANEL_LANES * CK_PANEL_LANES;
    return padded < most ? (int)padded : most;
}

void ck_multiply_panel(const float *const *rows, ptrdiff_t step, int64_t depth, const float *panel, int width,
    ck_panel_target target) {
    float tile[CK_MOST_TILE_ROWS * CK_MOST_PANEL_WIDTH], factors[CK_MOST_TILE_ROWS];
    bool whole = target.rows == ck_tile_rows() && target.columns == width;
    float *sums = whole ? target.at : tile;
    ptrdiff_t row = whole ? target.row : width;
    for (int64_t r = 0; target.factors && r < CK_MOST_TILE_ROWS; r++)
        factors[r] = r < target.rows ? target.factors[r] : 0;
    const float *scaled = target.factors ? factors : NULL;
    switch (width) {
    case 32: product_of_32(rows, step, depth, panel, scaled, sums, row); break;
    case 48: product_of_48(rows, step, depth, panel, scaled, sums, row); break;
    case 64: product_of_64(rows, step, depth, panel, scaled, sums, row); break;
    default: CK_PICK(product)(rows, step, depth, panel, scaled, sums, row);
    }
    for (int64_t r = 0; !whole && r < target.rows; r++)
        memcpy(target.at + r * target.row, tile + r * width, (size_t)target.columns * sizeof *tile);
}

static void pack_panel(const float *source, ptrdiff_t depth_step, ptrdiff_t column_step, int64_t depth, int64_t columns,
    int width, float *panel) {
    if (columns < width) memset(panel, 0, (size_t)(depth * width) * sizeof *panel);
    const ptrdiff_t size = sizeof *panel;
    if (column_step == 1) {
        for (int64_t i = 0; i < depth; i++)
            memcpy(panel + i * width, source + i * depth_step, (size_t)columns * sizeof *panel);
    } else if (depth_step == 1) {
        ck_transpose(source, column_step * size, panel, width * size, columns, depth, (int)size);
    } else {
        for (int64_t i = 0; i < depth; i++)
            for (int64_t c = 0; c < columns; c++) panel[i * width + c] = source[i * depth_step + c * column_step];
    }
}

void ck_pack_panels(const float *source, ptrdiff_t depth_step, ptrdiff_t column_step, int64_t depth, int64_t columns,
    float *packed) {
    for (int width; columns > 0; columns -= width, source += width * column_step, packed += depth * width) {
        width = ck_panel_width(columns);
        pack_panel(source, depth_step, column_step, depth, columns < width ? columns : width, width, packed);
    }
}
