#ifndef CKERNELS_COPY_H
#define CKERNELS_COPY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One dimension of a strided copy: how many elements, and the bytes from one to the next on both sides. */
typedef struct {
    ptrdiff_t extent, source, target;
} ck_axis;

/* Copies elements of `width` (1, 2, 4, 8 or 16) bytes between strided arrays that do not overlap. `axes` are the
   dimensions, slowest first, none of extent 0; a source stride may be 0 (repeat) or negative (backwards). Fast where
   the last axis is contiguous on both sides, and where the last is contiguous in the target and the one before it in
   the source (a transposition). O(elements). */
void ck_copy_strided(const void *source, void *target, const ck_axis *axes, int rank, int width);

/* Transposes: target[c * target_row + r] = source[r * source_row + c] for elements of `width` bytes; the row strides
   are in bytes. */
void ck_transpose(const void *source, ptrdiff_t source_row, void *target, ptrdiff_t target_row, ptrdiff_t rows,
                  ptrdiff_t columns, int width);

/* Writes the columns of a matrix of 2 to 4 rows one after the other, for elements of 1 or 4 bytes; false, and nothing
   done, for any other matrix. O(rows x columns). */
bool ck_interleave(
    const void *source, ptrdiff_t source_row, void *target, ptrdiff_t rows, ptrdiff_t columns, int width);

/* Part of an axis of a padded copy: `count` target positions that read `source`, `source + step`, ... (in elements of
   the axis), or the fill value where `source` is negative. */
typedef struct {
    ptrdiff_t count, source, step;
} ck_run;

/* An axis of a padded copy: its runs, in target order, and the bytes between neighbours on both sides. */
typedef struct {
    ptrdiff_t first_run, run_count, source, target;
} ck_run_axis;

/* Fills a contiguous target from runs along every axis. The last axis counts elements of its own `target` bytes, which
   are contiguous; the fill value has `width` bytes. O(target bytes). */
void ck_copy_runs(const void *source, void *target, const ck_run_axis *axes, int rank, const ck_run *runs,
                  const void *fill, int width);

/* Writes the `width` bytes at `value` over `bytes` bytes. */
void ck_fill(void *target, size_t bytes, const void *value, int width);

#endif
