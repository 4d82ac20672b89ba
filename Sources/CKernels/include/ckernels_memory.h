#ifndef CKERNELS_MEMORY_H
#define CKERNELS_MEMORY_H

/* From now on blocks of 32 MiB and more go back to the system when they are freed. Left to itself, glibc keeps ever larger
   ones for reuse. */
void ck_give_back_large_blocks(void);

/* Gives pages on which nothing lies any more back to the system; glibc keeps them where anything lies behind them. */
void ck_give_back_free(void);

#endif
