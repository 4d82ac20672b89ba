#include "ckernels_copy.h"
#include <string.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

typedef struct {
    uint64_t low, high;
} word16;

/* A block small enough for the first-level cache, element by element. */
#define DEFINE_BLOCK(T)                                                                                              \
    static void block_##T(const char *s, ptrdiff_t source_row, char *t, ptrdiff_t target_row, ptrdiff_t rows,        \
                          ptrdiff_t columns) {                                                                       \
        for (ptrdiff_t c = 0; c < columns; c++)                                                                      \
            for (ptrdiff_t r = 0; r < rows; r++)                                                                     \
                memcpy(t + c * target_row + r * (ptrdiff_t)sizeof(T), s + r * source_row + c * (ptrdiff_t)sizeof(T), \
                       sizeof(T));                                                                                   \
    }
DEFINE_BLOCK(uint8_t)
DEFINE_BLOCK(uint16_t)
DEFINE_BLOCK(uint32_t)
DEFINE_BLOCK(uint64_t)
DEFINE_BLOCK(word16)

static void block(const char *s, ptrdiff_t source_row, char *t, ptrdiff_t target_row, ptrdiff_t rows,
                  ptrdiff_t columns, int width) {
    switch (width) {
    case 1: block_uint8_t(s, source_row, t, target_row, rows, columns); break;
    case 2: block_uint16_t(s, source_row, t, target_row, rows, columns); break;
    case 4: block_uint32_t(s, source_row, t, target_row, rows, columns); break;
    case 8: block_uint64_t(s, source_row, t, target_row, rows, columns); break;
    default: block_word16(s, source_row, t, target_row, rows, columns); break;
    }
}

#if defined(__SSE2__)
static void square4_words(const char *s, ptrdiff_t source_row, char *t, ptrdiff_t target_row) {
    __m128i row[4], pair[4];
    for (int r = 0; r < 4; r++) row[r] = _mm_loadu_si128((const __m128i *)(s + r * source_row));
    pair[0] = _mm_unpacklo_epi32(row[0], row[1]);
    pair[1] = _mm_unpacklo_epi32(row[2], row[3]);
    pair[2] = _mm_unpackhi_epi32(row[0], row[1]);
    pair[3] = _mm_unpackhi_epi32(row[2], row[3]);
    _mm_storeu_si128((__m128i *)t, _mm_unpacklo_epi64(pair[0], pair[1]));
    _mm_storeu_si128((__m128i *)(t + target_row), _mm_unpackhi_epi64(pair[0], pair[1]));
    _mm_storeu_si128((__m128i *)(t + 2 * target_row), _mm_unpacklo_epi64(pair[2], pair[3]));
    _mm_storeu_si128((__m128i *)(t + 3 * target_row), _mm_unpackhi_epi64(pair[2], pair[3]));
}

/* Four perfect shuffles of 16 rows of 16 bytes are the transposition. */
static void square16_bytes(const char *s, ptrdiff_t source_row, char *t, ptrdiff_t target_row) {
    __m128i a[16], b[16];
    for (int r = 0; r < 16; r++) a[r] = _mm_loadu_si128((const __m128i *)(s + r * source_row));
    for (int round = 0; round < 4; round++) {
        for (int i = 0; i < 8; i++) {
            b[2 * i] = _mm_unpacklo_epi8(a[i], a[i + 8]);
            b[2 * i + 1] = _mm_unpackhi_epi8(a[i], a[i + 8]);
        }
        memcpy(a, b, sizeof a);
    }
    for (int c = 0; c < 16; c++) _mm_storeu_si128((__m128i *)(t + c * target_row), a[c]);
}

static void squares(const char *s, ptrdiff_t source_row, char *t, ptrdiff_t target_row, ptrdiff_t rows,
                    ptrdiff_t columns, int width) {
    ptrdiff_t side = width == 1 ? 16 : 4;
    for (ptrdiff_t c = 0; c < columns; c += side)
        for (ptrdiff_t r = 0; r < rows; r += side) {
            const char *from = s + r * source_row + c * width;
            char *to = t + c * target_row + r * width;
            if (width == 1)
                square16_bytes(from, source_row, to, target_row);
            else
                square4_words(from, source_row, to, target_row);
        }
}
#endif

/* A block by squares where the processor transposes those in registers, and what is left over one by one. */
static void block_by_squares(const char *s, ptrdiff_t source_row, char *t, ptrdiff_t target_row, ptrdiff_t rows,
                             ptrdiff_t columns, int width) {
    ptrdiff_t high = 0, wide = 0;
#if defined(__SSE2__)
    if (width == 1 || width == 4) {
        ptrdiff_t side = width == 1 ? 16 : 4;
        high = rows - rows % side;
        wide = columns - columns % side;
        squares(s, source_row, t, target_row, high, wide, width);
    }
#endif
    block(s + wide * width, source_row, t + wide * target_row, target_row, high, columns - wide, width);
    block(s + high * source_row, source_row, t + high * width, target_row, rows - high, columns, width);
}

enum { BLOCK = 32 };

void ck_transpose(const void *source, ptrdiff_t source_row, void *target, ptrdiff_t target_row, ptrdiff_t rows,
                  ptrdiff_t columns, int width) {
    for (ptrdiff_t r = 0; r < rows; r += BLOCK)
        for (ptrdiff_t c = 0; c < columns; c += BLOCK) {
            ptrdiff_t high = rows - r < BLOCK ? rows - r : BLOCK, wide = columns - c < BLOCK ? columns - c : BLOCK;
            block_by_squares((const char *)source + r * source_row + c * width, source_row,
                             (char *)target + c * target_row + r * width, target_row, high, wide, width);
        }
}
