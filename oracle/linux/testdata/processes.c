#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

// fork, vfork, wait, pipes between processes, poll, select, epoll, eventfd, shared memory, and files.

static int children;
static void child_signal(int signal) { (void)signal; children++; }

static void pipes(void) {
    int ends[2];
    char text[100];
    if (pipe(ends)) exit(1);
    pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        for (int i = 0; i < 5; i++) dprintf(ends[1], "line %d of %d\n", i, getppid() == 1);
        // more than the pipe holds
        char *big = malloc(200000);
        memset(big, 'x', 200000);
        if (write(ends[1], big, 200000) != 200000) _exit(9);
        _exit(42);
    }
    close(ends[1]);
    size_t total = 0;
    ssize_t n, first = 0;
    char head[16] = "";
    while ((n = read(ends[0], text, sizeof text)) > 0) {
        if (!first) memcpy(head, text, 6), first = n;
        total += n;
    }
    int status;
    pid_t waited = waitpid(child, &status, 0);
    printf("pipe: %zu bytes, %s, the child: %d, exited %d with %d\n", total, head, waited == child, WIFEXITED(status), WEXITSTATUS(status));
    close(ends[0]);
}

static void endings(void) {
    int status;
    pid_t child = fork();
    if (child == 0) abort();
    waitpid(child, &status, 0);
    printf("aborted: signal %d\n", WTERMSIG(status));
    child = fork();
    if (child == 0) for (;;) pause();
    kill(child, SIGSTOP);
    waitpid(child, &status, WUNTRACED);
    printf("stopped: %d by %d\n", WIFSTOPPED(status), WSTOPSIG(status));
    kill(child, SIGCONT);
    waitpid(child, &status, WCONTINUED);
    printf("continued: %d\n", WIFCONTINUED(status));
    printf("still there: %d\n", waitpid(child, &status, WNOHANG));
    kill(child, SIGTERM);
    siginfo_t info;
    memset(&info, 0, sizeof info);
    waitid(P_PID, child, &info, WEXITED | WNOWAIT);
    printf("waitid: code %d, status %d\n", info.si_code, info.si_status);
    waitid(P_PID, child, &info, WEXITED);
    printf("no more: %d %s\n", waitpid(-1, &status, 0), strerror(errno));
    child = vfork();
    if (child == 0) _exit(5);
    waitpid(child, &status, 0);
    printf("vfork: %d\n", WEXITSTATUS(status));
}

static void waiting(void) {
    int ends[2], event = eventfd(0, EFD_NONBLOCK);
    if (pipe2(ends, O_CLOEXEC)) exit(1);
    struct pollfd list[] = {{ends[0], POLLIN, 0}, {ends[1], POLLOUT, 0}, {99, POLLIN, 0}, {-1, POLLIN, 0}};
    int found = poll(list, 4, 10);
    printf("poll: %d: %x %x %x %x\n", found, list[0].revents, list[1].revents, list[2].revents, list[3].revents);
    list[1].fd = list[2].fd = -1;
    struct timespec start, end;
    clock_gettime(CLOCK_MONOTONIC, &start);
    found = poll(list, 1, 30);
    clock_gettime(CLOCK_MONOTONIC, &end);
    long spent = (end.tv_sec - start.tv_sec) * 1000 + (end.tv_nsec - start.tv_nsec) / 1000000;
    printf("poll: %d, after its time: %d\n", found, spent >= 29);
    int set = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event e = {.events = EPOLLIN, .data.u64 = 0x123456789}, events[4];
    epoll_ctl(set, EPOLL_CTL_ADD, ends[0], &e);
    e.data.u64 = 7;
    e.events = EPOLLIN | EPOLLET;
    epoll_ctl(set, EPOLL_CTL_ADD, event, &e);
    printf("epoll: twice %d %s, a file %d\n", epoll_ctl(set, EPOLL_CTL_ADD, event, &e), strerror(errno), epoll_wait(set, events, 4, 0));
    pid_t child = fork();
    if (child == 0) {
        usleep(2000);
        if (write(ends[1], "ab", 2) != 2) _exit(1);
        _exit(0);
    }
    found = epoll_wait(set, events, 4, -1);
    printf("epoll: %d: %x %llx\n", found, events[0].events, (unsigned long long)events[0].data.u64);
    char b[8];
    if (read(ends[0], b, 2) != 2) printf("short\n");
    waitpid(child, NULL, 0);
    eventfd_write(event, 3);
    eventfd_write(event, 4);
    found = epoll_wait(set, events, 4, 0);
    printf("eventfd: %d: %llx, then %d\n", found, (unsigned long long)events[0].data.u64, epoll_wait(set, events, 4, 0));
    eventfd_t value;
    eventfd_read(event, &value);
    printf("eventfd: %d, empty: %d %s\n", (int)value, eventfd_read(event, &value), strerror(errno));
    fd_set readable;
    FD_ZERO(&readable);
    FD_SET(ends[0], &readable);
    struct timeval soon = {0, 1000};
    printf("select: %d, set %d\n", select(ends[0] + 1, &readable, NULL, NULL, &soon), FD_ISSET(ends[0], &readable));
    close(ends[1]);
    list[0].events = POLLIN;
    found = poll(list, 1, -1);
    printf("hang-up: %d: %x, read %zd\n", found, list[0].revents, read(ends[0], b, 1));
}

static void memory(void) {
    int *shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    int *private = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    *private = 1;
    pid_t child = fork();
    if (child == 0) {
        *shared = 17, *private = 17;
        _exit(0);
    }
    waitpid(child, NULL, 0);
    printf("shared %d, private %d\n", *shared, *private);
    char *room = mmap(NULL, 1ul << 36, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    printf("reserved: %d\n", room != MAP_FAILED);
    printf("mprotect: %d\n", mprotect(room + (1ul << 35), 1 << 20, PROT_READ | PROT_WRITE));
    room[(1ul << 35) + 5000] = 3;
    printf("written: %d %d\n", room[(1ul << 35) + 5000], room[(1ul << 35) + 100000]);
    char *lazy = mmap(NULL, 1ul << 34, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    for (unsigned long i = 0; i < 1ul << 34; i += 1ul << 30) lazy[i] = 1;
    printf("sparse: %d\n", lazy[1ul << 33] + lazy[(1ul << 33) + 1]);
    printf("unmapped: %d %d\n", munmap(lazy + 4096, (1ul << 34) - 8192), munmap(room, 1ul << 36));
    char *hint = (char *)0x5500000000;
    printf("hint: %d\n", mmap(hint, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == hint);
}

static void filing(void) {
    struct stat a, b;
    umask(027);
    int fd = open("one", O_RDWR | O_CREAT | O_TRUNC, 0666);
    if (write(fd, "some text\n", 10) != 10) printf("short\n");
    fstat(fd, &a);
    printf("mode %o, size %ld, links %d\n", a.st_mode, (long)a.st_size, (int)a.st_nlink);
    link("one", "two");
    stat("two", &b);
    printf("same inode %d, same device %d, links %d\n", a.st_ino == b.st_ino, a.st_dev == b.st_dev, (int)b.st_nlink);
    symlink("one", "three");
    lstat("three", &b);
    printf("link: %d, another inode: %d\n", S_ISLNK(b.st_mode), a.st_ino != b.st_ino);
    chmod("one", 0640);
    fchmod(fd, 0600);
    stat("three", &b);
    printf("through the link: mode %o\n", b.st_mode);
    struct timespec times[2] = {{1000000, 5}, {2000000, 0}};
    utimensat(AT_FDCWD, "one", times, 0);
    stat("one", &b);
    printf("times: %ld %ld\n", (long)b.st_atime, (long)b.st_mtime);
    struct statx x;
    printf("statx: %d, size %d, mode %o, mtime %ld\n", statx(AT_FDCWD, "two", 0, STATX_BASIC_STATS, &x), (int)x.stx_size, x.stx_mode, (long)x.stx_mtime.tv_sec);
    mkdir("folder", 0777);
    printf("chdir: %d\n", chdir("folder"));
    int copy = open("copy", O_WRONLY | O_CREAT, 0600);
    off_t from = 5;
    printf("sendfile: %d, at %d\n", (int)sendfile(copy, fd, &from, 100), (int)from);
    printf("relative: %d, up: %d\n", access("copy", R_OK), access("../one", R_OK));
    printf("rename: %d\n", rename("copy", "../four"));
    chdir("..");
    stat("four", &b);
    printf("four: %d\n", (int)b.st_size);
    printf("flock: %d\n", flock(fd, LOCK_EX));
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    printf("lock: %d\n", fcntl(fd, F_SETLK, &lock));
    pid_t child = fork();
    if (child == 0) {
        int failed = fcntl(fd, F_SETLK, &lock);
        printf("locked by another: %d %s\n", failed, strerror(errno));
        fflush(stdout);
        _exit(0);
    }
    waitpid(child, NULL, 0);
    struct rusage used;
    printf("getrusage: %d\n", getrusage(RUSAGE_SELF, &used));
    unlink("one"), unlink("two"), unlink("three"), unlink("four"), rmdir("folder");
    printf("gone: %d %s\n", access("two", F_OK), strerror(errno));
    printf("null: %zd\n", write(open("/dev/null", O_WRONLY), "x", 1));
}

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    signal(SIGCHLD, child_signal);
    pipes();
    printf("children: %d\n", children);
    signal(SIGCHLD, SIG_DFL);
    endings();
    waiting();
    memory();
    filing();
    return 0;
}
