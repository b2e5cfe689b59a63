#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

// Threads that share data, in a way that the argument names: with synchronisation, or with a race.

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_barrier_t barrier;
static long shared, cells[4];
static char bytes[8];
static atomic_int ready, order;
static int ends[2];
static volatile int from_signal;

static void *locked(void *unused) {
    for (int i = 0; i < 100; i++) {
        pthread_mutex_lock(&mutex);
        shared++;
        pthread_mutex_unlock(&mutex);
    }
    return unused;
}

static void *unlocked(void *unused) {
    for (int i = 0; i < 100; i++) shared++;
    return unused;
}

static void *half_locked(void *argument) {
    if (argument) return locked(argument);
    usleep(1000);
    shared++;
    return NULL;
}

static void *phases(void *argument) {
    long n = (long)argument;
    cells[n] = n;
    pthread_barrier_wait(&barrier);
    return (void *)(cells[0] + cells[1]);
}

static void *publish(void *argument) {
    if (argument) {
        shared = 17;
        atomic_store_explicit(&ready, 1, memory_order_release);
    } else {
        while (!atomic_load_explicit(&ready, memory_order_acquire)) usleep(10);
        return (void *)shared;
    }
    return NULL;
}

static void *publish_early(void *argument) {
    if (argument) {
        atomic_store_explicit(&ready, 1, memory_order_release);
        shared = 17;
    } else {
        while (!atomic_load_explicit(&ready, memory_order_acquire)) usleep(10);
        return (void *)shared;
    }
    return NULL;
}

static void *counted(void *argument) {
    atomic_fetch_add(&order, 1);
    (void)argument;
    return NULL;
}

static void *own_byte(void *argument) {
    for (int i = 0; i < 50; i++) bytes[(long)argument]++;
    return NULL;
}

static void *through_pipe(void *argument) {
    char c = 'x';
    if (argument) {
        shared = 5;
        if (write(ends[1], &c, 1) != 1) return argument;
    } else {
        if (read(ends[0], &c, 1) != 1) return argument;
        shared++;
    }
    return NULL;
}

static void handler(int signal) { from_signal = (int)shared + signal; }

static void *in_handler(void *unused) {
    while (!from_signal) usleep(10);
    return unused;
}

int main(int argc, char **argv) {
    static const struct { const char *name; void *(*body)(void *); } kinds[] = {
        {"locked", locked}, {"barrier", phases}, {"publish", publish}, {"counted", counted}, {"bytes", own_byte}, {"pipe", through_pipe},
        {"race", unlocked}, {"half", half_locked}, {"early", publish_early},
    };
    pthread_t threads[2];
    pthread_barrier_init(&barrier, NULL, 2);
    if (pipe(ends)) return 1;
    if (argc > 1 && !strcmp(argv[1], "signal")) {
        signal(SIGUSR1, handler);
        pthread_create(&threads[0], NULL, in_handler, NULL);
        usleep(100);
        shared = 30;
        pthread_kill(threads[0], SIGUSR1);
        pthread_join(threads[0], NULL);
        printf("signal %d\n", from_signal);
        return 0;
    }
    for (unsigned i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (argc > 1 && !strcmp(argv[1], kinds[i].name)) {
            for (long n = 0; n < 2; n++) pthread_create(&threads[n], NULL, kinds[i].body, (void *)n);
            for (int n = 0; n < 2; n++) pthread_join(threads[n], NULL);
            printf("%s %ld %d\n", argv[1], shared, (int)order);
        }
    return 0;
}
