#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

// Takes more and more of one thing, until it is refused.

static void refused(const char *what, int number) {
    printf("%s: %s\n", what, strerror(number));
    fflush(stdout);
    _exit(0);
}

static void *wait_for_ever(void *unused) {
    for (;;) pause();
    return unused;
}

int main(int argc, char **argv) {
    const char *kind = argc > 1 ? argv[1] : "";
    if (!strcmp(kind, "fork"))
        for (;;) {
            pid_t child = fork();
            if (child < 0) refused("fork", errno);
            if (child == 0) _exit(0); // and is not waited for
        }
    if (!strcmp(kind, "forks"))
        for (;;) {
            pid_t child = fork();
            if (child < 0) refused("fork", errno);
            if (child == 0) for (;;) pause();
        }
    if (!strcmp(kind, "thread")) {
        pthread_attr_t small;
        pthread_attr_init(&small);
        pthread_attr_setstacksize(&small, 65536);
        for (;;) {
            pthread_t thread;
            int failed = pthread_create(&thread, &small, wait_for_ever, NULL);
            if (failed) refused("pthread_create", failed);
        }
    }
    if (!strcmp(kind, "map"))
        for (;;)
            if (mmap(NULL, 1 << 24, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED) refused("mmap", errno);
    if (!strcmp(kind, "touch")) {
        char *room = mmap(NULL, 1ul << 40, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (room == MAP_FAILED) return 1;
        for (;; room += 4096) *room = 1;
    }
    char name[32];
    static char zeros[65536];
    if (!strcmp(kind, "file")) {
        int fd = open("file", O_CREAT | O_WRONLY, 0600);
        for (;;)
            if (write(fd, zeros, sizeof zeros) < 0) refused("write", errno);
    }
    if (!strcmp(kind, "names"))
        for (int i = 0;; i++) {
            sprintf(name, "name %d", i);
            int fd = open(name, O_CREAT | O_WRONLY, 0600);
            if (fd < 0) refused("open", errno);
            close(fd);
        }
    return 2;
}
