/* What happens to attention's scores between its two products: inside CKernels only. */
#ifndef CK_SCORE_ROWS_H
#define CK_SCORE_ROWS_H

#include <stddef.h>
#include <stdint.h>

/* `rows` rows of `count` scores, `step` floats apart, a multiple of 16. The addend may be null. */
typedef struct {
    int64_t rows, count;
    ptrdiff_t step;
    float scale;
    const float *addend;
    ptrdiff_t addend_row, addend_column;
} ck_score_rows;

/* Replaces every score by e^(x - greatest x of its row), where x = score * scale + addend, and what is behind a row's
   scores by zeros; writes 1 over each row's sum. */
void ck_exponentiate(const ck_score_rows *rows, float *scores, float *factors);

#endif
