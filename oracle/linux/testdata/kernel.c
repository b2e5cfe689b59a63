#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

// System calls as they are, without a library between: what they return, and with which errors.

#define show(call) (errno = 0, result = (long)(call), printf("%s = %ld %s\n", #call, result, errno ? strerror(errno) : ""))
static long result;

static int word, other;
static volatile int arrived;

static long futex(int *at, int command, int value, const struct timespec *time, int *second, int third) {
    return syscall(SYS_futex, at, command, value, time, second, third);
}

static void *waiter(void *unused) {
    __atomic_fetch_add(&arrived, 1, __ATOMIC_SEQ_CST);
    futex(&word, FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0);
    return unused;
}

static void *bit_waiter(void *bits) {
    __atomic_fetch_add(&arrived, 1, __ATOMIC_SEQ_CST);
    futex(&word, FUTEX_WAIT_BITSET_PRIVATE, 0, NULL, NULL, (int)(long)bits);
    return NULL;
}

static void start(pthread_t *threads, int count, void *(*body)(void *), long step) {
    arrived = 0;
    for (long i = 0; i < count; i++) pthread_create(&threads[i], NULL, body, (void *)((i + 1) * step));
    while (arrived < count) usleep(1000);
    usleep(20000);
}

static void join(pthread_t *threads, int count) {
    for (int i = 0; i < count; i++) pthread_join(threads[i], NULL);
}

static void futexes(void) {
    pthread_t threads[4];
    struct timespec soon = {0, 1000000}, bad = {0, 1000000000}, past = {1, 0};
    show(futex(&word, FUTEX_WAIT, 1, NULL, NULL, 0));
    show(futex(&word, FUTEX_WAIT, 0, &soon, NULL, 0));
    show(futex(&word, FUTEX_WAIT, 0, &bad, NULL, 0));
    show(futex(&word, FUTEX_WAIT_BITSET, 0, &past, NULL, -1));
    show(futex(&word, FUTEX_WAIT_BITSET | FUTEX_CLOCK_REALTIME, 0, &past, NULL, -1));
    show(futex(&word, FUTEX_WAIT_BITSET, 0, NULL, NULL, 0));
    show(futex((int *)((char *)&word + 1), FUTEX_WAIT, 0, NULL, NULL, 0));
    show(futex(NULL, FUTEX_WAIT, 0, NULL, NULL, 0));
    show(futex(&word, FUTEX_WAKE, 10, NULL, NULL, 0));
    start(threads, 4, waiter, 0);
    show(futex(&word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0));
    show(futex(&word, FUTEX_CMP_REQUEUE_PRIVATE, 1, (void *)1, &other, 5));
    show(futex(&word, FUTEX_CMP_REQUEUE_PRIVATE, 1, (void *)1, &other, 0));
    show(futex(&word, FUTEX_REQUEUE_PRIVATE, 0, (void *)9, &other, 0));
    show(futex(&other, FUTEX_WAKE_PRIVATE, 9, NULL, NULL, 0));
    join(threads, 4);
    start(threads, 2, bit_waiter, 1);
    show(futex(&word, FUTEX_WAKE_BITSET_PRIVATE, 9, NULL, NULL, 4));
    show(futex(&word, FUTEX_WAKE_BITSET_PRIVATE, 9, NULL, NULL, 2));
    show(futex(&word, FUTEX_WAKE_BITSET_PRIVATE, 9, NULL, NULL, 0));
    show(futex(&word, FUTEX_WAKE_BITSET_PRIVATE, 9, NULL, NULL, 1));
    join(threads, 2);
    start(threads, 2, waiter, 0);
    other = 3;
    show(futex(&other, FUTEX_WAKE_OP_PRIVATE, 1, (void *)5, &word, FUTEX_OP(FUTEX_OP_ADD, 7, FUTEX_OP_CMP_EQ, 0)));
    printf("word %d\n", word);
    show(futex(&other, FUTEX_WAKE_OP_PRIVATE, 1, (void *)5, &word, FUTEX_OP(FUTEX_OP_OR | FUTEX_OP_OPARG_SHIFT, 4, FUTEX_OP_CMP_LT, 7)));
    printf("word %d\n", word);
    join(threads, 2);
}

static void memory(void) {
    char *room = mmap(NULL, 16 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    room[5000] = 1, room[9000] = 2;
    show(madvise(room + 4096, 4096, MADV_DONTNEED));
    printf("%d %d\n", room[5000], room[9000]);
    show(munmap(room + 3 * 4096, 4096));
    show(mprotect(room, 16 * 4096, PROT_READ));
    show(mprotect(room + 1, 4096, PROT_READ));
    show(munmap(room + 1, 4096));
    show(munmap(room, 0));
    show(mmap(room + 3 * 4096, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) == room + 3 * 4096);
    show(mmap(NULL, 0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == (void *)-1);
    show(mmap(NULL, 4096, PROT_READ, MAP_ANONYMOUS, -1, 0) == (void *)-1);
    show(mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, 99, 0) == (void *)-1);
    char *grown = mremap(room + 8 * 4096, 8 * 4096, 64 * 4096, MREMAP_MAYMOVE);
    show(grown != (void *)-1);
    show(mremap(grown, 64 * 4096, 4096, 0) == grown);
    show(mremap(grown + 1, 4096, 4096, 0) == (void *)-1);
    char *none = mmap(NULL, 1 << 20, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    show(write(1, none, 10));
    show(mprotect(none + 4096, 4096, PROT_READ | PROT_WRITE));
    none[4096] = 'n', none[4097] = '\n';
    show(write(1, none + 4096, 2));
    show(munmap(none, 1 << 20));
    show(pipe((int *)none));
    show(syscall(SYS_brk, 0) > 0);
}

static void processes(void) {
    int status;
    show(syscall(SYS_wait4, -1, &status, 0, NULL));
    show(syscall(SYS_wait4, -1, &status, 0x1000, NULL));
    show(syscall(SYS_waitid, P_ALL, 0, NULL, 0, NULL));
    show(kill(getpid(), 65));
    show(kill(getpid(), 0));
    show(kill(99999999, 0));
    show(syscall(SYS_tgkill, getpid(), 99999999, 0));
    show(syscall(SYS_tgkill, -1, 1, 0));
    show(getpgid(0) > 0);
    show(sched_yield());
    show(syscall(SYS_clone, CLONE_THREAD, 0, 0, 0, 0));
    show(umask(077) == 022 || 1);
    show(umask(022));
    struct itimerval bad = {{0, 0}, {0, 1000000}};
    show(setitimer(ITIMER_REAL, &bad, NULL));
    show(setitimer(7, &bad, NULL));
    timer_t timer;
    struct sigevent event = {.sigev_notify = 77};
    show(timer_create(CLOCK_MONOTONIC, &event, &timer));
    show(nanosleep(&(struct timespec){0, -1}, NULL));
    show(clock_gettime(77, &(struct timespec){0}));
}

static void files(void) {
    char b[16];
    int fd = open("file", O_RDWR | O_CREAT | O_TRUNC, 0600), ends[2];
    struct iovec v[] = {{"one ", 4}, {"two\n", 4}, {NULL, 0}};
    show(writev(fd, v, 3));
    show(pwrite(fd, "TWO", 3, 4));
    show(pread(fd, b, 8, 0));
    printf("%.8s", b);
    show(lseek(fd, -1, SEEK_SET));
    show(lseek(fd, 2, SEEK_END));
    show(ftruncate(fd, -1));
    show(fallocate(fd, 0, 0, 100));
    show(lseek(fd, 0, SEEK_END));
    show(open("file", O_CREAT | O_EXCL | O_RDWR, 0600));
    show(open("file/", O_RDONLY));
    show(open("file/x", O_RDONLY));
    show(open("none/x", O_CREAT | O_RDWR, 0600));
    show(open(".", O_WRONLY));
    show(read(open(".", O_RDONLY | O_DIRECTORY), b, 1));
    show(symlink("loop", "loop"));
    show(open("loop", O_RDONLY));
    show(open("loop", O_RDONLY | O_NOFOLLOW));
    show(mkdir("file", 0700));
    show(rmdir("file"));
    show(unlink("missing"));
    show(rename("missing", "x"));
    show(link("file", "file"));
    show(chdir("file"));
    show(dup2(99, 5));
    show(fcntl(fd, F_GETFL) & O_ACCMODE);
    show(pipe2(ends, O_NONBLOCK));
    show(read(ends[0], b, 1));
    show(lseek(ends[0], 0, SEEK_SET));
    show(write(ends[0], b, 1));
    close(ends[1]);
    show(read(ends[0], b, 1));
    show(access("file", X_OK) == 0 || 1);
    show(faccessat(AT_FDCWD, "none", F_OK, 0));
    show(unlink("file"));
    show(unlink("loop"));
}

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    futexes();
    memory();
    processes();
    files();
    return 0;
}
