#ifndef CKERNELS_GATHER_H
#define CKERNELS_GATHER_H

#include "ckernels_element.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Indices as ONNX has them: int32 or int64, negative ones counting from the end. */
typedef struct {
    const void *values;
    bool is_wide;
} ck_indices;

/* One dimension of an indexed walk: positions of the index tensor, and the bytes the data moves from one to the next
   (0 along the indexed axis). */
typedef struct {
    ptrdiff_t extent, stride;
} ck_walk_axis;

/* What a scatter does where something is there already. */
typedef enum { CK_REPLACE, CK_ADD, CK_MULTIPLY, CK_MINIMUM, CK_MAXIMUM } ck_reduction;

/* Combines one element at `target` with one at `update`. */
typedef void (*ck_combine)(void *target, const void *update);

/* Null for CK_REPLACE and for types without such arithmetic (strings, complex, packed and 8-bit float types). Integer
   sums and products wrap around. */
ck_combine ck_combine_for(ck_reduction reduction, ck_element type);

/* Every function from here on returns -1, or the position of the first index that is outside of its axis. */

/* target[o][i] = source[o][indices[i]], each a block of `block` bytes; the source has `extent` blocks for each of the
   `outer` ones. O(target bytes). */
ptrdiff_t ck_gather(const void *source, ck_indices indices, ptrdiff_t count, ptrdiff_t outer, ptrdiff_t extent,
                    size_t block, void *target);

/* Element i of the index tensor reads source at its own coordinates, the indexed axis replaced by the index. */
ptrdiff_t ck_gather_elements(const void *source, ck_indices indices, const ck_walk_axis *axes, int rank,
                             ptrdiff_t extent, ptrdiff_t stride, int width, void *target);

/* As `ck_gather_elements`, writing into `target`; `combine` may be null for replacement. */
ptrdiff_t ck_scatter_elements(void *target, ck_indices indices, const ck_walk_axis *axes, int rank, ptrdiff_t extent,
                              ptrdiff_t stride, int width, const void *updates, ck_combine combine);

/* Tuples of `depth` int64 indices, `tuples` in each of `batches` parts of `batch` bytes; each names a block of `block`
   bytes at the sum of index times stride (bytes). */
typedef struct {
    const int64_t *indices;
    ptrdiff_t batches, tuples, batch, block;
    const ptrdiff_t *extents, *strides;
    int depth;
} ck_tuples;

/* Copies the blocks that the tuples name to `target`, in order. */
ptrdiff_t ck_gather_nd(const void *source, ck_tuples tuples, void *target);

/* Writes the blocks of `updates` to where the tuples name; `combine` (over elements of `width` bytes) may be null. */
ptrdiff_t ck_scatter_nd(void *target, ck_tuples tuples, const void *updates, int width, ck_combine combine);

#endif
