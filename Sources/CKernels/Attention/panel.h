/* Products of float32 rows by a packed panel of columns: inside CKernels only. */
#ifndef CK_PANEL_PRODUCT_H
#define CK_PANEL_PRODUCT_H

#include <stddef.h>
#include <stdint.h>

/* Columns that a panel's are padded to a multiple of; the most rows and columns of one product. */
enum { CK_PANEL_LANES = 16, CK_MOST_TILE_ROWS = 6, CK_MOST_PANEL_WIDTH = 64 };

/* How many rows one product takes on this processor. */
int ck_tile_rows(void);

/* How many columns the next panel has where `columns` are left. */
int ck_panel_width(int64_t columns);

/* Where the sums of a product go: `columns` of each of `rows` rows, `row` floats apart, row r times factors[r] where
   there are factors. */
typedef struct {
    float *at;
    ptrdiff_t row;
    int64_t rows, columns;
    const float *factors;
} ck_panel_target;

/* target[r][c] = sum over i of rows[r][i * step] * panel[i][c], from the first term to the last. `rows` has
   CK_MOST_TILE_ROWS addresses, all of which can be read; `width` is what ck_panel_width gave. */
void ck_multiply_panel(const float *const *rows, ptrdiff_t step, int64_t depth, const float *panel, int width,
    ck_panel_target target);

/* Packs a matrix [depth, columns] in panels, each [depth][width], one behind the other. Distances count elements. */
void ck_pack_panels(const float *source, ptrdiff_t depth_step, ptrdiff_t column_step, int64_t depth, int64_t columns,
    float *packed);

#endif
