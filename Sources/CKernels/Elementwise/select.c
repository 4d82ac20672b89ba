#include "ckernels_binary.h"
#include "Platform/dispatch.h"
#include <stdint.h>

/* Strides in bytes; the plain case on its own, since it vectorises. */
#define SELECT(T)                                                                                                   \
    CK_TWO_VARIANTS(plain_##T, (const uint8_t *condition, const T *x, const T *z, T *y, ptrdiff_t n), {             \
        CK_INDEPENDENT for (ptrdiff_t i = 0; i < n; i++) y[i] = condition[i] ? x[i] : z[i];                         \
    })                                                                                                              \
    static void select_##T(const uint8_t *condition, const char *x, const char *z, T *y, ck_select_axis axis) {     \
        if (axis.condition && axis.x && axis.z) {                                                                   \
            CK_PICK_TWO(plain_##T)(condition, (const T *)x, (const T *)z, y, axis.extent);                          \
            return;                                                                                                 \
        }                                                                                                           \
        for (ptrdiff_t i = 0; i < axis.extent; i++)                                                                 \
            y[i] = *(const T *)(condition[i * axis.condition] ? x + i * axis.x : z + i * axis.z);                   \
    }

SELECT(uint8_t)
SELECT(uint16_t)
SELECT(uint32_t)
SELECT(uint64_t)

static void select_row(const void *condition, const void *x, const void *z, void *y, ck_select_axis axis, int width) {
    switch (width) {
    case 1: select_uint8_t(condition, x, z, y, axis); break;
    case 2: select_uint16_t(condition, x, z, y, axis); break;
    case 4: select_uint32_t(condition, x, z, y, axis); break;
    default: select_uint64_t(condition, x, z, y, axis); break;
    }
}

void ck_select(const void *condition, const void *x, const void *z, void *y, const ck_select_axis *axes, int rank,
               int width) {
    if (rank <= 1) {
        ck_select_axis single = {1, 0, 0, 0, 0};
        select_row(condition, x, z, y, rank ? *axes : single, width);
        return;
    }
    const char *next_condition = condition, *next_x = x, *next_z = z;
    char *next_y = y;
    for (ptrdiff_t i = 0; i < axes->extent; i++) {
        ck_select(next_condition, next_x, next_z, next_y, axes + 1, rank - 1, width);
        next_condition += axes->condition, next_x += axes->x, next_z += axes->z, next_y += axes->y;
    }
}
