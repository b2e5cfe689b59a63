#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

// Mutexes, condition variables, barriers, thread-local storage, semaphores, once, cancellation, robust mutexes.

enum { workers = 8, rounds = 2000 };

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static pthread_barrier_t barrier;
static pthread_rwlock_t table_lock = PTHREAD_RWLOCK_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static long total, table[16];
static atomic_long counted;
static _Thread_local long mine;
static sem_t tickets;
static int onces;

static void at_once(void) { onces++; }

static void *count(void *argument) {
    long id = (long)argument;
    pthread_once(&once, at_once);
    pthread_barrier_wait(&barrier);
    for (int i = 0; i < rounds; i++) {
        pthread_mutex_lock(&mutex);
        total += id;
        pthread_mutex_unlock(&mutex);
        atomic_fetch_add(&counted, 1);
        mine += id;
        if (i % 64 == 0) {
            pthread_rwlock_wrlock(&table_lock);
            table[id]++;
            pthread_rwlock_unlock(&table_lock);
        } else {
            pthread_rwlock_rdlock(&table_lock);
            mine += table[id] < 0;
            pthread_rwlock_unlock(&table_lock);
        }
    }
    sem_post(&tickets);
    return (void *)mine;
}

// A bounded queue of numbers between two producers and two consumers.
static int queue[4], queued, produced, consumed;
static long sum;

static void *produce(void *unused) {
    for (;;) {
        pthread_mutex_lock(&mutex);
        while (queued == 4 && produced < 500)
            pthread_cond_wait(&changed, &mutex);
        if (produced >= 500) {
            pthread_cond_broadcast(&changed);
            pthread_mutex_unlock(&mutex);
            return unused;
        }
        queue[queued++] = ++produced;
        pthread_cond_broadcast(&changed);
        pthread_mutex_unlock(&mutex);
    }
}

static void *consume(void *unused) {
    for (;;) {
        pthread_mutex_lock(&mutex);
        while (queued == 0 && consumed < 500)
            pthread_cond_wait(&changed, &mutex);
        if (consumed >= 500) {
            pthread_cond_broadcast(&changed);
            pthread_mutex_unlock(&mutex);
            return unused;
        }
        sum += queue[--queued];
        consumed++;
        pthread_cond_broadcast(&changed);
        pthread_mutex_unlock(&mutex);
    }
}

static void *sleeper(void *unused) {
    for (;;) pause();
    return unused;
}

static pthread_mutex_t robust;

static void *abandon(void *unused) {
    pthread_mutex_lock(&robust);
    return unused;
}

static pthread_key_t key;
static atomic_int destroyed;
static void destroy(void *value) { destroyed += *(int *)value; free(value); }

static void *keyed(void *argument) {
    int *value = malloc(sizeof *value);
    *value = (int)(long)argument;
    pthread_setspecific(key, value);
    return NULL;
}

int main(void) {
    pthread_t threads[workers];
    pthread_barrier_init(&barrier, NULL, workers);
    sem_init(&tickets, 0, 0);
    for (long i = 0; i < workers; i++)
        if (pthread_create(&threads[i], NULL, count, (void *)i)) return 1;
    for (int i = 0; i < workers; i++) {
        void *result;
        sem_wait(&tickets);
        pthread_join(threads[i], &result);
        printf("thread %d has %ld, table %ld\n", i, (long)result, table[i]);
    }
    printf("total %ld, counted %ld, onces %d\n", total, (long)counted, onces);

    pthread_t four[4];
    for (int i = 0; i < 4; i++) pthread_create(&four[i], NULL, i < 2 ? produce : consume, NULL);
    for (int i = 0; i < 4; i++) pthread_join(four[i], NULL);
    printf("sum %ld\n", sum);

    struct timespec soon;
    clock_gettime(CLOCK_REALTIME, &soon);
    soon.tv_nsec += 2000000;
    if (soon.tv_nsec >= 1000000000) soon.tv_nsec -= 1000000000, soon.tv_sec++;
    pthread_mutex_lock(&mutex);
    printf("timed wait: %s\n", strerror(pthread_cond_timedwait(&changed, &mutex, &soon)));
    pthread_mutex_unlock(&mutex);
    printf("timed semaphore: %d %s\n", sem_timedwait(&tickets, &soon), strerror(errno));

    pthread_t lazy;
    void *result;
    pthread_create(&lazy, NULL, sleeper, NULL);
    usleep(1000);
    pthread_cancel(lazy);
    pthread_join(lazy, &result);
    printf("cancelled: %d\n", result == PTHREAD_CANCELED);

    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
    pthread_mutex_init(&robust, &attributes);
    pthread_create(&lazy, NULL, abandon, NULL);
    pthread_join(lazy, NULL);
    int locked = pthread_mutex_lock(&robust);
    printf("abandoned: %s, consistent: %d\n", strerror(locked), pthread_mutex_consistent(&robust));
    pthread_mutex_unlock(&robust);

    pthread_key_create(&key, destroy);
    for (long i = 0; i < 4; i++) pthread_create(&four[i], NULL, keyed, (void *)(i + 1));
    for (int i = 0; i < 4; i++) pthread_join(four[i], NULL);
    printf("destroyed %d\n", (int)destroyed);

    pthread_create(&lazy, NULL, sleeper, NULL);
    pthread_detach(lazy);
    printf("leaving\n");
    exit(7);
}
