/* A number that one thread changes and others wait for: inside CKernels only. */
#ifndef CK_BELL_H
#define CK_BELL_H

#include <limits.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <unistd.h>
#if defined(__linux__)
#include <linux/futex.h>
#include <sys/syscall.h>
#endif

typedef struct {
    _Alignas(64) _Atomic uint32_t rings;
    _Atomic uint32_t sleepers;
} ck_bell;

/* How often a waiting thread looks before it lets others run, and how often it does that before it sleeps. */
enum { CK_LOOKS = 2000, CK_YIELDS = 3000 };

static inline void ck_pause(void) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
}

static inline void ck_sleep(ck_bell *bell, uint32_t heard) {
#if defined(__linux__)
    syscall(SYS_futex, &bell->rings, FUTEX_WAIT_PRIVATE, heard, 0, 0, 0);
#else
    if (atomic_load(&bell->rings) == heard) usleep(50);
#endif
}

/* Returns when the bell has rung another number of times than `heard`. */
static inline void ck_await(ck_bell *bell, uint32_t heard) {
    for (int look = 0; look < CK_LOOKS; look++, ck_pause())
        if (atomic_load_explicit(&bell->rings, memory_order_acquire) != heard) return;
    for (int yield = 0; yield < CK_YIELDS; yield++, sched_yield())
        if (atomic_load_explicit(&bell->rings, memory_order_acquire) != heard) return;
    atomic_fetch_add(&bell->sleepers, 1);
    while (atomic_load(&bell->rings) == heard) ck_sleep(bell, heard);
    atomic_fetch_sub(&bell->sleepers, 1);
}

static inline void ck_ring(ck_bell *bell) {
    atomic_fetch_add(&bell->rings, 1);
    if (atomic_load(&bell->sleepers) == 0) return;
#if defined(__linux__)
    syscall(SYS_futex, &bell->rings, FUTEX_WAKE_PRIVATE, INT_MAX, 0, 0, 0);
#endif
}

#endif
