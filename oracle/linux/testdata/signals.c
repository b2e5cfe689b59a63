#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

// Signals: those of the instruction itself, those sent, and those of timers.

static sigjmp_buf back;
static volatile sig_atomic_t got[65], nested, deepest;
static volatile siginfo_t last;

static void note(int signal, siginfo_t *info, void *context) {
    (void)context;
    got[signal]++;
    last = *info;
}

static void fault(int signal, siginfo_t *info, void *context) {
    ucontext_t *u = context;
    printf("signal %d code %d, at the address: %d, pc in text: %d\n", signal, info->si_code,
           info->si_addr != NULL, u->uc_mcontext.__gregs[0] != 0);
    siglongjmp(back, signal);
}

// Skips the instruction and changes a register and a float register of what it interrupted.
static void skip(int signal, siginfo_t *info, void *context) {
    ucontext_t *u = context;
    got[signal]++;
    u->uc_mcontext.__gregs[REG_PC] += 4;
    u->uc_mcontext.__gregs[REG_A0] += 100;
    u->uc_mcontext.__fpregs.__d.__f[10] = 0x4000000000000000; // 2.0 in fa0
    (void)info;
}

static void handle(int signal, void (*handler)(int, siginfo_t *, void *), int flags) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = handler;
    action.sa_flags = SA_SIGINFO | flags;
    sigemptyset(&action.sa_mask);
    if (sigaction(signal, &action, NULL)) perror("sigaction");
}

static void recurse(int signal, siginfo_t *info, void *context) {
    (void)info, (void)context;
    if (++nested > deepest) deepest = nested;
    if (nested < 3) raise(signal);
    nested--;
}

static char alternate[65536] __attribute__((aligned(16)));

static void onstack(int signal, siginfo_t *info, void *context) {
    char here;
    ucontext_t *u = context;
    stack_t now;
    sigaltstack(NULL, &now);
    stack_t again = now;
    int failed = sigaltstack(&again, NULL);
    printf("on the alternate stack: %d, flags %d, change: %d %s, ss_size %zu\n", &here >= alternate && &here < alternate + sizeof alternate,
           now.ss_flags, failed, strerror(errno), u->uc_stack.ss_size);
    (void)signal, (void)info;
    siglongjmp(back, 1);
}

static int overflow(int n) {
    volatile char room[4096];
    room[0] = (char)n;
    return overflow(n + 1) + room[0];
}

static void synchronous(void) {
    volatile int *null = NULL;
    volatile int *page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    handle(SIGSEGV, fault, 0);
    handle(SIGILL, fault, 0);
    handle(SIGTRAP, fault, 0);
    if (!sigsetjmp(back, 1)) *null = 1;
    if (!sigsetjmp(back, 1)) *page = 1;
    if (!sigsetjmp(back, 1)) __asm__ volatile(".word 0");
    if (!sigsetjmp(back, 1)) __asm__ volatile(".option push\n.option norvc\nebreak\n.option pop");
    if (!sigsetjmp(back, 1)) ((void (*)(void))(uintptr_t)page)();
    handle(SIGILL, skip, 0);
    register long a0 __asm__("a0") = 5;
    register double fa0 __asm__("fa0") = 1.0;
    __asm__ volatile(".word 0xffffffff" : "+r"(a0), "+f"(fa0));
    long skipped = a0;
    double changed = fa0;
    printf("skipped: %ld %g\n", skipped, changed);
    stack_t stack = {.ss_sp = alternate, .ss_size = sizeof alternate};
    stack_t old;
    sigaltstack(&stack, &old);
    printf("old stack: flags %d\n", old.ss_flags);
    stack_t small = {.ss_sp = alternate, .ss_size = 100};
    printf("small stack: %d %s\n", sigaltstack(&small, NULL), strerror(errno));
    stack_t odd = {.ss_sp = alternate, .ss_size = sizeof alternate, .ss_flags = 77};
    printf("odd stack: %d %s\n", sigaltstack(&odd, NULL), strerror(errno));
    handle(SIGSEGV, onstack, SA_ONSTACK);
    if (!sigsetjmp(back, 1)) printf("%d\n", overflow(0));
    stack.ss_flags = SS_DISABLE;
    printf("disable: %d\n", sigaltstack(&stack, NULL));
}

static void sent(void) {
    sigset_t set, old, pending;
    handle(SIGUSR1, note, 0);
    handle(SIGUSR2, recurse, SA_NODEFER);
    raise(SIGUSR1);
    printf("raise: %d, code %d, pid %d\n", got[SIGUSR1], last.si_code, last.si_pid == getpid());
    kill(getpid(), SIGUSR1);
    printf("kill: %d, code %d\n", got[SIGUSR1], last.si_code);
    raise(SIGUSR2);
    printf("nested %d deep\n", deepest);
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigaddset(&set, SIGRTMIN);
    sigprocmask(SIG_BLOCK, &set, &old);
    raise(SIGUSR1);
    raise(SIGUSR1);
    sigpending(&pending);
    printf("blocked: %d, pending %d\n", got[SIGUSR1], sigismember(&pending, SIGUSR1));
    sigprocmask(SIG_SETMASK, &old, NULL);
    printf("unblocked: %d\n", got[SIGUSR1]);
    handle(SIGRTMIN, note, 0);
    sigprocmask(SIG_BLOCK, &set, NULL);
    for (int i = 0; i < 3; i++) sigqueue(getpid(), SIGRTMIN, (union sigval){.sival_int = i + 40});
    struct timespec none = {0, 0};
    siginfo_t info;
    int taken = sigtimedwait(&set, &info, &none);
    printf("waited: %d, value %d, code %d\n", taken == SIGRTMIN, info.si_value.sival_int, info.si_code);
    sigprocmask(SIG_SETMASK, &old, NULL);
    printf("queued: %d, value %d\n", got[SIGRTMIN], last.si_value.sival_int);
    none.tv_nsec = 1000000;
    printf("nothing: %d %s\n", sigtimedwait(&set, &info, &none), strerror(errno));
    handle(SIGHUP, note, SA_RESETHAND);
    raise(SIGHUP);
    struct sigaction now;
    sigaction(SIGHUP, NULL, &now);
    printf("reset: %d\n", now.sa_handler == SIG_DFL);
    signal(SIGHUP, SIG_IGN);
    raise(SIGHUP);
    printf("SIGKILL cannot be caught: %d %s\n", sigaction(SIGKILL, &now, NULL), strerror(errno));
}

static void timed(void) {
    handle(SIGALRM, note, 0);
    alarm(1);
    printf("pause: %d %s, alarms %d\n", pause(), strerror(errno), got[SIGALRM]);
    struct itimerval every = {{0, 2000}, {0, 1000}};
    setitimer(ITIMER_REAL, &every, NULL);
    while (got[SIGALRM] < 4) pause();
    memset(&every, 0, sizeof every);
    setitimer(ITIMER_REAL, &every, NULL);
    printf("intervals done\n");
    int before = got[SIGALRM];
    struct timespec length = {2, 0}, left = {0, 0};
    alarm(1);
    int slept = nanosleep(&length, &left);
    printf("sleep: %d %s, left about a second: %d, alarms %d\n", slept, strerror(errno), left.tv_sec * 10 + left.tv_nsec / 100000000 >= 9 && left.tv_sec * 10 + left.tv_nsec / 100000000 <= 11, got[SIGALRM] - before);

    int ends[2];
    char b[4];
    if (pipe(ends)) return;
    every.it_value.tv_usec = 1000;
    setitimer(ITIMER_REAL, &every, NULL);
    ssize_t n = read(ends[0], b, 1);
    printf("read: %zd %s\n", n, strerror(errno));
    handle(SIGALRM, note, SA_RESTART);
    pid_t child = fork();
    if (child == 0) {
        usleep(20000);
        if (write(ends[1], "x", 1) != 1) _exit(1);
        _exit(0);
    }
    setitimer(ITIMER_REAL, &every, NULL);
    before = got[SIGALRM];
    n = read(ends[0], b, 1);
    printf("restarted read: %zd %c, alarms %d\n", n, b[0], got[SIGALRM] - before);
    waitpid(child, NULL, 0);

    timer_t timer;
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN + 1, .sigev_value.sival_int = 99};
    handle(SIGRTMIN + 1, note, 0);
    timer_create(CLOCK_MONOTONIC, &event, &timer);
    struct itimerspec spec = {{0, 0}, {0, 3000000}};
    timer_settime(timer, 0, &spec, NULL);
    while (!got[SIGRTMIN + 1]) pause();
    printf("timer: code %d, value %d, overrun %d\n", last.si_code, last.si_value.sival_int, timer_getoverrun(timer));
    timer_delete(timer);

    sigset_t set, old;
    sigemptyset(&set);
    sigaddset(&set, SIGALRM);
    sigprocmask(SIG_BLOCK, &set, &old);
    setitimer(ITIMER_REAL, &every, NULL);
    before = got[SIGALRM];
    printf("sigsuspend: %d %s, alarms %d\n", sigsuspend(&old), strerror(errno), got[SIGALRM] - before);
    sigprocmask(SIG_SETMASK, &old, NULL);
}

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    synchronous();
    sent();
    timed();
    signal(SIGTERM, SIG_DFL);
    fflush(stdout);
    kill(getpid(), SIGTERM);
    return 0;
}
