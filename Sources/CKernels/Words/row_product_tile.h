/* The inner tile of ck_multiply_rows for one instruction set: includes itself into a function.

   Needs TILE (name), TILE_TARGET (attribute), TILE_ROWS, TILE_LANES (int32 in a vector), VECTOR, ZERO, LOAD(p),
   PAIR(p) (one pair of int16 in every lane), MULTIPLY_ADD(sum, a, b), STORE(p, v). */
TILE_TARGET static void TILE(const int16_t *const *rows, const int64_t *segment_offsets, int64_t segments,
    int64_t pairs, const int16_t *packed, int32_t *tile) {
    VECTOR sums[TILE_ROWS][2];
    for (int r = 0; r < TILE_ROWS; r++) sums[r][0] = sums[r][1] = ZERO;
    for (int64_t s = 0; s < segments; s++) {
        int64_t offset = segment_offsets[s];
        for (int64_t p = 0; p < pairs; p++, packed += 4 * TILE_LANES) {
            VECTOR left = LOAD(packed), right = LOAD(packed + 2 * TILE_LANES);
#pragma clang loop unroll(full)
            for (int r = 0; r < TILE_ROWS; r++) {
                VECTOR value = PAIR(rows[r] + offset + 2 * p);
                sums[r][0] = MULTIPLY_ADD(sums[r][0], value, left);
                sums[r][1] = MULTIPLY_ADD(sums[r][1], value, right);
            }
        }
    }
    for (int r = 0; r < TILE_ROWS; r++) {
        STORE(tile + 2 * TILE_LANES * r, sums[r][0]);
        STORE(tile + 2 * TILE_LANES * r + TILE_LANES, sums[r][1]);
    }
}

#undef TILE
#undef TILE_TARGET
#undef TILE_ROWS
#undef TILE_LANES
#undef VECTOR
#undef ZERO
#undef LOAD
#undef PAIR
#undef MULTIPLY_ADD
#undef STORE
