#include "ckernels_binary.h"
#include "Platform/dispatch.h"
#include <math.h>
#include <stdint.h>

#define CLIP(NAME, T, LEAST, MOST)                                                                                  \
    CK_TWO_VARIANTS(NAME, (const void *x_, void *y_, ptrdiff_t n, const void *low_, const void *high_), {           \
        const T *x = x_;                                                                                            \
        T *y = y_;                                                                                                  \
        T low = low_ ? *(const T *)low_ : LEAST, high = high_ ? *(const T *)high_ : MOST;                           \
        CK_INDEPENDENT for (ptrdiff_t i = 0; i < n; i++) {                                                          \
            T raised = x[i] < low ? low : x[i];                                                                     \
            y[i] = raised > high ? high : raised;                                                                   \
        }                                                                                                           \
    })

CLIP(clip_float, float, -INFINITY, INFINITY)
CLIP(clip_double, double, -INFINITY, INFINITY)
CLIP(clip_uint8, uint8_t, 0, UINT8_MAX)
CLIP(clip_int8, int8_t, INT8_MIN, INT8_MAX)
CLIP(clip_uint16, uint16_t, 0, UINT16_MAX)
CLIP(clip_int16, int16_t, INT16_MIN, INT16_MAX)
CLIP(clip_uint32, uint32_t, 0, UINT32_MAX)
CLIP(clip_int32, int32_t, INT32_MIN, INT32_MAX)
CLIP(clip_uint64, uint64_t, 0, UINT64_MAX)
CLIP(clip_int64, int64_t, INT64_MIN, INT64_MAX)

ck_clip_loop ck_find_clip(ck_element type) {
    switch (type) {
    case CK_FLOAT32: return CK_PICK_TWO(clip_float);
    case CK_FLOAT64: return CK_PICK_TWO(clip_double);
    case CK_UINT8: return CK_PICK_TWO(clip_uint8);
    case CK_INT8: return CK_PICK_TWO(clip_int8);
    case CK_UINT16: return CK_PICK_TWO(clip_uint16);
    case CK_INT16: return CK_PICK_TWO(clip_int16);
    case CK_UINT32: return CK_PICK_TWO(clip_uint32);
    case CK_INT32: return CK_PICK_TWO(clip_int32);
    case CK_UINT64: return CK_PICK_TWO(clip_uint64);
    case CK_INT64: return CK_PICK_TWO(clip_int64);
    default: return 0;
    }
}
