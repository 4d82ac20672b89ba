#include "ckernels_gather.h"
#include <string.h>

static inline int64_t index_at(ck_indices indices, ptrdiff_t i) {
    return indices.is_wide ? ((const int64_t *)indices.values)[i] : ((const int32_t *)indices.values)[i];
}

/* The index counted from the front, or -1 where it is outside. */
static inline int64_t from_front(int64_t index, ptrdiff_t extent) {
    if (index < 0) index += extent;
    return index >= 0 && index < extent ? index : -1;
}

#define DEFINE_BLOCKS(T)                                                                                            \
    static void blocks_##T(const char *s, ck_indices indices, ptrdiff_t count, ptrdiff_t extent, char *t) {          \
        for (ptrdiff_t i = 0; i < count; i++)                                                                       \
            memcpy(t + i * (ptrdiff_t)sizeof(T), s + from_front(index_at(indices, i), extent) * (ptrdiff_t)sizeof(T), \
                   sizeof(T));                                                                                      \
    }
DEFINE_BLOCKS(uint8_t)
DEFINE_BLOCKS(uint16_t)
DEFINE_BLOCKS(uint32_t)
DEFINE_BLOCKS(uint64_t)

static void blocks(const char *s, ck_indices indices, ptrdiff_t count, ptrdiff_t extent, size_t block, char *t) {
    switch (block) {
    case 1: blocks_uint8_t(s, indices, count, extent, t); return;
    case 2: blocks_uint16_t(s, indices, count, extent, t); return;
    case 4: blocks_uint32_t(s, indices, count, extent, t); return;
    case 8: blocks_uint64_t(s, indices, count, extent, t); return;
    }
    for (ptrdiff_t i = 0; i < count; i++)
        memcpy(t + (size_t)i * block, s + (size_t)from_front(index_at(indices, i), extent) * block, block);
}

ptrdiff_t ck_gather(const void *source, ck_indices indices, ptrdiff_t count, ptrdiff_t outer, ptrdiff_t extent,
                    size_t block, void *target) {
    for (ptrdiff_t i = 0; i < count; i++)
        if (from_front(index_at(indices, i), extent) < 0) return i;
    for (ptrdiff_t o = 0; o < outer; o++)
        blocks((const char *)source + (size_t)(o * extent) * block, indices, count, extent, block,
               (char *)target + (size_t)(o * count) * block);
    return -1;
}

typedef struct {
    ck_indices indices;
    ptrdiff_t extent, stride, position;
    int width;
    const char *packed; /* updates of a scatter */
    char *target;       /* of a gather */
    ck_combine combine;
} element_walk;

/* Visits the index tensor in order; `data` is the address that its coordinates without the indexed axis give. */
static bool walk(element_walk *w, const ck_walk_axis *axes, int rank, char *data) {
    if (rank > 0) {
        for (ptrdiff_t i = 0; i < axes->extent; i++)
            if (!walk(w, axes + 1, rank - 1, data + i * axes->stride)) return false;
        return true;
    }
    int64_t index = from_front(index_at(w->indices, w->position), w->extent);
    if (index < 0) return false;
    char *element = data + index * w->stride;
    ptrdiff_t packed = w->position * w->width;
    if (w->target)
        memcpy(w->target + packed, element, (size_t)w->width);
    else if (w->combine)
        w->combine(element, w->packed + packed);
    else
        memcpy(element, w->packed + packed, (size_t)w->width);
    w->position++;
    return true;
}

ptrdiff_t ck_gather_elements(const void *source, ck_indices indices, const ck_walk_axis *axes, int rank,
                             ptrdiff_t extent, ptrdiff_t stride, int width, void *target) {
    element_walk w = {indices, extent, stride, 0, width, NULL, target, NULL};
    return walk(&w, axes, rank, (char *)source) ? -1 : w.position;
}

ptrdiff_t ck_scatter_elements(void *target, ck_indices indices, const ck_walk_axis *axes, int rank, ptrdiff_t extent,
                              ptrdiff_t stride, int width, const void *updates, ck_combine combine) {
    element_walk w = {indices, extent, stride, 0, width, updates, NULL, combine};
    return walk(&w, axes, rank, target) ? -1 : w.position;
}

/* The byte offset tuple `i` names, or -1 where an index is outside. */
static ptrdiff_t tuple_offset(const ck_tuples *t, ptrdiff_t i) {
    ptrdiff_t offset = i / t->tuples * t->batch;
    for (int d = 0; d < t->depth; d++) {
        int64_t index = from_front(t->indices[i * t->depth + d], t->extents[d]);
        if (index < 0) return -1;
        offset += index * t->strides[d];
    }
    return offset;
}

ptrdiff_t ck_gather_nd(const void *source, ck_tuples tuples, void *target) {
    for (ptrdiff_t i = 0; i < tuples.batches * tuples.tuples; i++) {
        ptrdiff_t offset = tuple_offset(&tuples, i);
        if (offset < 0) return i;
        memcpy((char *)target + i * tuples.block, (const char *)source + offset, (size_t)tuples.block);
    }
    return -1;
}

ptrdiff_t ck_scatter_nd(void *target, ck_tuples tuples, const void *updates, int width, ck_combine combine) {
    for (ptrdiff_t i = 0; i < tuples.batches * tuples.tuples; i++) {
        ptrdiff_t offset = tuple_offset(&tuples, i);
        if (offset < 0) return i;
        char *to = (char *)target + offset;
        const char *from = (const char *)updates + i * tuples.block;
        if (!combine) {
            memcpy(to, from, (size_t)tuples.block);
            continue;
        }
        for (ptrdiff_t b = 0; b < tuples.block; b += width) combine(to + b, from + b);
    }
    return -1;
}
