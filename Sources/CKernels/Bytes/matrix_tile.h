/* Products of bytes on the processor's matrix tiles (AMX): inside CKernels only. */
#ifndef CK_MATRIX_TILE_H
#define CK_MATRIX_TILE_H

#include "byte_tile.h"

/* Most rows of a tile, most quads of bytes, of which a row is a run, and how many groups of rows and vectors of columns
   are multiplied together. */
enum { CK_TILE_HEIGHT = 16, CK_TILE_QUADS = 16, CK_TILE_PAIR = 2 };

/* As many rows as the tiles in use have, `step` bytes apart; the first is row `row` of the panel. The first `done` are
   also rows of another group, and left to that. */
typedef struct {
    const uint8_t *begin;
    int64_t step, row;
    int done;
} ck_row_group;

/* Gives the calling thread tiles of `height` rows of `depth` quads, and takes them away. */
void ck_use_tiles(int height, int depth);
void ck_leave_tiles(void);

/* Multiplies groups of rows in place of the panel's own, whose segments tiles of these extents make up. The weights are
   those of one pair of vectors behind those of another. */
void ck_run_tile_panel(
    const ck_byte_panel *panel, int height, int depth, const ck_row_group *groups, int64_t count);

#endif
