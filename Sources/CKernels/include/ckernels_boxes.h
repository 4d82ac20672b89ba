/* Upright rectangles, each the four floats left, top, right and bottom. */
#ifndef CKERNELS_BOXES_H
#define CKERNELS_BOXES_H

#include <stddef.h>
#include <stdint.h>

/* Floats of scratch that ck_keep_boxes needs to keep `most` boxes. */
size_t ck_keep_boxes_scratch(size_t most);

/* Of the boxes `order` [count], best first, those that share at most `overlap` of their union with each better one that
   is kept, `most` in all: positions among `boxes` [*, 4] to `kept`, their number to `found`. Boxes without an area share
   nothing. */
void ck_keep_boxes(const float *boxes, const int32_t *order, size_t count, size_t most, float overlap, float *scratch,
    int32_t *kept, size_t *found);

#endif
