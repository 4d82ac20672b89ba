#include "ckernels_copy.h"
#include "Platform/dispatch.h"
#include <string.h>

/* A loop over constant numbers of rows, which the compiler turns into shuffles of whole registers. */
#define DEFINE_INTERLEAVE(T, ROWS)                                                                                   \
    CK_BODY interleave_##T##_##ROWS##_body(const char *s, ptrdiff_t row, char *t, ptrdiff_t columns) {               \
        const T *from[ROWS];                                                                                         \
        for (int r = 0; r < ROWS; r++) from[r] = (const T *)(s + r * row);                                           \
        T *restrict to = (T *)t;                                                                                     \
        for (ptrdiff_t c = 0; c < columns; c++)                                                                      \
            for (int r = 0; r < ROWS; r++) to[c * ROWS + r] = from[r][c];                                            \
    }                                                                                                                \
    CK_DISPATCH(static void, interleave_##T##_##ROWS, (const char *s, ptrdiff_t row, char *t, ptrdiff_t columns),    \
        (s, row, t, columns))

typedef uint32_t word __attribute__((aligned(1), may_alias));
typedef uint8_t byte;

DEFINE_INTERLEAVE(word, 2)
DEFINE_INTERLEAVE(word, 3)
DEFINE_INTERLEAVE(word, 4)
DEFINE_INTERLEAVE(byte, 2)
DEFINE_INTERLEAVE(byte, 3)
DEFINE_INTERLEAVE(byte, 4)

bool ck_interleave(
    const void *source, ptrdiff_t source_row, void *target, ptrdiff_t rows, ptrdiff_t columns, int width) {
    if (rows < 2 || rows > 4 || (width != 1 && width != 4)) return false;
    typedef void function(const char *, ptrdiff_t, char *, ptrdiff_t);
    static function *const words[] = {interleave_word_2, interleave_word_3, interleave_word_4};
    static function *const bytes[] = {interleave_byte_2, interleave_byte_3, interleave_byte_4};
    (width == 4 ? words : bytes)[rows - 2](source, source_row, target, columns);
    return true;
}
