/* The functions of GNU's OpenMP runtime that oneDNN calls, on the team of threads of CKernels. A program that links
   this target gives oneDNN these instead of the runtime's own, so that one team does all its work. */
#ifndef COPENMP_H
#define COPENMP_H

void copenmp_parallel(void (*body)(void *), void *data, unsigned threads, unsigned flags);
void copenmp_barrier(void);
int copenmp_max_threads(void);
int copenmp_num_threads(void);
int copenmp_thread_num(void);
int copenmp_in_parallel(void);

#endif
