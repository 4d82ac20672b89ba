#ifndef CKERNELS_MEMORY_H
#define CKERNELS_MEMORY_H

/* From now on blocks of 32 MiB and more go back to the system when they are freed. Left to itself, glibc keeps ever larger
   ones for reuse. */
void ck_give_back_large_blocks(void);

/* Gives pages on which nothing lies any more back to the system, but in a small process, which would soon take them
   again; glibc keeps them where anything lies behind them. */
void ck_give_back_free(void);

/* Asks the system for pages of 2 MiB behind the next 96 MiB of smaller blocks. Setting up pages of 4 KiB one by one takes
   a tenth of the time that converting a small model takes. Where the system has no such pages, nothing changes. */
void ck_use_large_pages(void);

#endif
