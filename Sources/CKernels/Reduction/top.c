#include "ckernels_reduce.h"

/* A heap of the positions of the best elements so far, the worst of them at the root; sorted in place at the end. */
#define TOP(T)                                                                                                      \
    static bool before_##T(const T *x, ptrdiff_t inner, bool greatest, int64_t a, int64_t b) {                      \
        T v = x[a * inner], w = x[b * inner];                                                                       \
        bool is_greater = v > w || (v != v && w == w), is_less = v < w || (v == v && w != w);                       \
        if (is_greater || is_less) return greatest ? is_greater : is_less;                                          \
        return a < b;                                                                                               \
    }                                                                                                               \
    static void sift_##T(const T *x, ptrdiff_t inner, bool greatest, int64_t *heap, ptrdiff_t n, ptrdiff_t root) {  \
        for (ptrdiff_t child; (child = 2 * root + 1) < n; root = child) {                                           \
            if (child + 1 < n && before_##T(x, inner, greatest, heap[child], heap[child + 1])) child++;             \
            if (!before_##T(x, inner, greatest, heap[root], heap[child])) return;                                   \
            int64_t moved = heap[root];                                                                             \
            heap[root] = heap[child];                                                                               \
            heap[child] = moved;                                                                                    \
        }                                                                                                           \
    }                                                                                                               \
    static void select_##T(const T *x, ptrdiff_t extent, ptrdiff_t inner, ptrdiff_t k, bool greatest,               \
                           int64_t *heap) {                                                                         \
        for (ptrdiff_t i = 0; i < k; i++) heap[i] = i;                                                              \
        for (ptrdiff_t root = k / 2; root-- > 0;) sift_##T(x, inner, greatest, heap, k, root);                      \
        for (ptrdiff_t e = k; e < extent; e++)                                                                      \
            if (before_##T(x, inner, greatest, e, heap[0])) {                                                       \
                heap[0] = e;                                                                                        \
                sift_##T(x, inner, greatest, heap, k, 0);                                                           \
            }                                                                                                       \
        for (ptrdiff_t n = k - 1; n > 0; n--) {                                                                     \
            int64_t worst = heap[0];                                                                                \
            heap[0] = heap[n];                                                                                      \
            heap[n] = worst;                                                                                        \
            sift_##T(x, inner, greatest, heap, n, 0);                                                               \
        }                                                                                                           \
    }                                                                                                               \
    static void top_##T(const void *source, ptrdiff_t outer, ptrdiff_t extent, ptrdiff_t inner, ptrdiff_t k,        \
                        bool greatest, int64_t *heap, void *target, int64_t *positions) {                           \
        const T *x = source;                                                                                        \
        T *values = target;                                                                                         \
        if (k == 0) return;                                                                                         \
        for (ptrdiff_t o = 0; o < outer; o++, x += extent * inner)                                                  \
            for (ptrdiff_t i = 0; i < inner; i++) {                                                                 \
                select_##T(x + i, extent, inner, k, greatest, heap);                                                \
                for (ptrdiff_t n = 0; n < k; n++) {                                                                 \
                    if (values) values[(o * k + n) * inner + i] = x[heap[n] * inner + i];                           \
                    if (positions) positions[(o * k + n) * inner + i] = heap[n];                                    \
                }                                                                                                   \
            }                                                                                                       \
    }

TOP(float)
TOP(double)
TOP(uint8_t)
TOP(int8_t)
TOP(uint16_t)
TOP(int16_t)
TOP(uint32_t)
TOP(int32_t)
TOP(uint64_t)
TOP(int64_t)

ck_top_loop ck_find_top(ck_element type) {
    switch (type) {
    case CK_FLOAT32: return top_float;
    case CK_FLOAT64: return top_double;
    case CK_UINT8: return top_uint8_t;
    case CK_INT8: return top_int8_t;
    case CK_UINT16: return top_uint16_t;
    case CK_INT16: return top_int16_t;
    case CK_UINT32: return top_uint32_t;
    case CK_INT32: return top_int32_t;
    case CK_UINT64: return top_uint64_t;
    case CK_INT64: return top_int64_t;
    default: return 0;
    }
}
