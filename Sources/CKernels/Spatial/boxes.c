#include "ckernels_boxes.h"
#include "Platform/dispatch.h"

/* Boxes are held against as many at a time. */
enum { GROUP = 16 };

/* GROUP boxes that were kept, number by number. */
typedef struct {
    float left[GROUP], top[GROUP], right[GROUP], bottom[GROUP], area[GROUP];
} group;

typedef struct {
    float left, top, right, bottom, area;
} candidate;

static inline __attribute__((always_inline)) float smaller(float a, float b) { return b < a ? b : a; }
static inline __attribute__((always_inline)) float larger(float a, float b) { return b < a ? a : b; }

/* The extents of what the candidate has in common with box i of the group; not above 0 where they do not meet. */
typedef struct {
    float width, height;
} common;

static inline __attribute__((always_inline)) common common_of(const group *g, int i, candidate c) {
    return (common){smaller(c.right, g->right[i]) - larger(c.left, g->left[i]),
        smaller(c.bottom, g->bottom[i]) - larger(c.top, g->top[i])};
}

/* Whether any box of the group meets the candidate: few do, and only those need a division. */
static inline __attribute__((always_inline)) int meets(const group *g, candidate c) {
    int any = 0;
    for (int i = 0; i < GROUP; i++) {
        common m = common_of(g, i, c);
        any |= (m.width > 0) & (m.height > 0);
    }
    return any;
}

static inline __attribute__((always_inline)) int exceeds(const group *g, candidate c, float overlap) {
    int any = 0;
    for (int i = 0; i < GROUP; i++) {
        common m = common_of(g, i, c);
        float shared = m.width * m.height, share = shared / (c.area + g->area[i] - shared);
        any |= (m.width > 0) & (m.height > 0) & (c.area > 0) & (g->area[i] > 0) & !(share <= overlap);
    }
    return any;
}

static inline __attribute__((always_inline)) void put(group *g, size_t lane, candidate c) {
    g->left[lane] = c.left, g->top[lane] = c.top, g->right[lane] = c.right, g->bottom[lane] = c.bottom;
    g->area[lane] = c.area;
}

size_t ck_keep_boxes_scratch(size_t most) { return (most + GROUP - 1) / GROUP * sizeof(group) / sizeof(float); }

CK_BODY ck_keep_boxes_body(const float *boxes, const int32_t *order, size_t count, size_t most, float overlap,
    float *scratch, int32_t *kept, size_t *found) {
    group *groups = (group *)scratch;
    const candidate nothing = {0, 0, 0, 0, 0};
    size_t n = 0;
    for (size_t o = 0; o < count && n < most; o++) {
        const float *b = boxes + 4 * (ptrdiff_t)order[o];
        candidate c = {b[0], b[1], b[2], b[3], (b[2] - b[0]) * (b[3] - b[1])};
        int goes = 0;
        for (size_t g = 0; g * GROUP < n && !goes; g++) goes = meets(groups + g, c) && exceeds(groups + g, c, overlap);
        if (goes) continue;
        if (n % GROUP == 0)
            for (size_t lane = 0; lane < GROUP; lane++) put(groups + n / GROUP, lane, nothing);
        put(groups + n / GROUP, n % GROUP, c);
        kept[n++] = order[o];
    }
    *found = n;
}

CK_DISPATCH(void, ck_keep_boxes,
    (const float *boxes, const int32_t *order, size_t count, size_t most, float overlap, float *scratch, int32_t *kept,
        size_t *found),
    (boxes, order, count, most, overlap, scratch, kept, found))
