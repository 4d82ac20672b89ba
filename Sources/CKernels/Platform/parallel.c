#define _GNU_SOURCE
#include "ckernels_parallel.h"
#include "bell.h"
#include <pthread.h>
#include <stdbool.h>

static _Atomic int threads = 1;

void ck_set_threads(int count) { atomic_store(&threads, count < 1 ? 1 : count); }

int ck_threads(void) { return atomic_load_explicit(&threads, memory_order_relaxed); }

/* What the calling thread is in a team, and whether it works for others already, alone or not. */
static _Thread_local struct {
    int number, count;
    bool shares;
} member = {0, 1, false};

int ck_member(void) { return member.number; }
int ck_members(void) { return member.count; }
bool ck_is_within(void) { return member.count > 1 || member.shares; }

/* The team that works for one caller at a time, a loop of ours or, by way of COpenMP, oneDNN. A call is a number;
   whoever takes one of its seats belongs to it. */
static struct {
    atomic_flag taken;
    _Atomic int workers;
    ck_bell calls, finished, meetings;
    /* The number of the call above, its free seats below. */
    _Atomic uint64_t seats;
    _Atomic int met;
    void (*body)(void *);
    void *context;
    int members;
} team = {.taken = ATOMIC_FLAG_INIT};

/* The number of the seat, or -1 where the call is over or has enough members. */
static int take_seat(uint32_t call) {
    uint64_t seats = atomic_load(&team.seats);
    while (seats >> 32 == call && (uint32_t)seats > 0)
        if (atomic_compare_exchange_weak(&team.seats, &seats, seats - 1)) return team.members - (int)(uint32_t)seats;
    return -1;
}

/* Takes the call's seats one after another, as long as there are any. */
static void take_seats(uint32_t call) {
    for (int seat; (seat = take_seat(call)) >= 0; ck_ring(&team.finished)) {
        member.number = seat, member.count = team.members;
        team.body(team.context);
    }
}

static void *serve(void *unused) {
    for (uint32_t heard = 0;; take_seats(heard)) {
        ck_await(&team.calls, heard);
        heard = atomic_load(&team.calls.rings);
    }
    return unused;
}

/* Starts what is missing of `count` workers; gives how many there are. */
static int start_workers(int count) {
    pthread_t thread;
    while (team.workers < count && pthread_create(&thread, NULL, serve, NULL) == 0) {
        pthread_detach(thread);
        team.workers++;
    }
    return team.workers < count ? team.workers : count;
}

static uint32_t call_team(int members, void (*body)(void *), void *context) {
    uint32_t call = atomic_load(&team.calls.rings) + 1;
    team.body = body, team.context = context, team.members = members;
    atomic_store(&team.finished.rings, 0);
    atomic_store(&team.seats, (uint64_t)call << 32 | (uint32_t)(members - 1));
    ck_ring(&team.calls);
    return call;
}

/* Runs the body for every member, by so many threads at most; false where the team is busy, be it with what the caller
   belongs to. Whoever is done takes the seats of members that have not come. Since all members of a body meet equally
   often, such a body has no meetings: where it has some, all that have come wait in the first for the others. */
static bool run(int members, int threads, void (*body)(void *), void *context) {
    if (members < 2 || ck_is_within() || atomic_flag_test_and_set(&team.taken)) return false;
    int wanted = (threads < members ? threads : members) - 1, workers = start_workers(wanted);
    if (workers < wanted) members = workers + 1;
    uint32_t call = call_team(members, body, context);
    member.count = members;
    body(context);
    take_seats(call);
    for (uint32_t seen; (seen = atomic_load(&team.finished.rings)) + 1 < (uint32_t)members;)
        ck_await(&team.finished, seen);
    member.number = 0, member.count = 1;
    atomic_flag_clear(&team.taken);
    return true;
}

void ck_together(int members, void (*body)(void *), void *context) {
    if (run(members, ck_threads(), body, context)) return;
    int number = member.number, count = member.count;
    member.number = 0, member.count = 1;
    body(context);
    member.number = number, member.count = count;
}

/* Where members are more than threads, those that meet must have one each. */
static void complete_team(void) {
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    if (atomic_load(&team.workers) + 1 >= member.count) return;
    pthread_mutex_lock(&lock);
    start_workers(member.count - 1);
    pthread_mutex_unlock(&lock);
}

void ck_meet(void) {
    if (member.count == 1) return;
    complete_team();
    uint32_t heard = atomic_load(&team.meetings.rings);
    if (atomic_fetch_add(&team.met, 1) + 1 < member.count) {
        ck_await(&team.meetings, heard);
    } else {
        atomic_store(&team.met, 0);
        ck_ring(&team.meetings);
    }
}

typedef struct {
    void (*body)(void *, int, int);
    void *context;
    int parts;
    _Atomic int next;
} shares;

static void take_parts(void *data) {
    shares *s = data;
    for (int part; (part = atomic_fetch_add(&s->next, 1)) < s->parts;) s->body(s->context, part, s->parts);
}

void ck_parallel(int parts, void (*body)(void *, int, int), void *context) {
    shares s = {.body = body, .context = context, .parts = parts};
    if (run(parts, parts, take_parts, &s)) return;
    bool shares = member.shares;
    member.shares = true;
    take_parts(&s);
    member.shares = shares;
}
