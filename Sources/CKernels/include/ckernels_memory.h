#ifndef CKERNELS_MEMORY_H
#define CKERNELS_MEMORY_H

/* From now on blocks of 1 MiB and more go back to the system when they are freed. Left to itself, glibc keeps ever larger
   ones for reuse. */
void ck_give_back_large_blocks(void);

#endif
