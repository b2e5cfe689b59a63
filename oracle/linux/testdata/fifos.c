#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

// Named pipes: how they are made, opened, waited for, and what is left of them.

static long result;
#define show(call) (errno = 0, result = (long)(call), printf("%s = %ld %s\n", #call, result, errno ? strerror(errno) : ""), result)

static void describe(const char *name) {
    struct stat s;
    if (lstat(name, &s)) printf("%s: %s\n", name, strerror(errno));
    else printf("%s: mode %o, links %ld, size %ld\n", name, s.st_mode, (long)s.st_nlink, (long)s.st_size);
}

static int ready(int fd, int events) {
    struct pollfd p = {fd, events, 0};
    poll(&p, 1, 0);
    return p.revents;
}

static void making(void) {
    umask(022);
    show(mkfifo("pipe", 0666));
    show(mkfifo("pipe", 0666));
    show(mkfifo("none/pipe", 0666));
    show(mknod("second", S_IFIFO | 0600, 0));
    show(mknod("plain", 0644, 0));
    show(mknod("regular", S_IFREG | 0604, 0));
    show(mknod("socket", S_IFSOCK | 0644, 0));
    show(mknod("folder", S_IFDIR | 0644, 0));
    show(mknod("link", S_IFLNK | 0644, 0));
    show(mknod("odd", 0030000 | 0644, 0));
    for (char **name = (char *[]){"pipe", "second", "plain", "regular", "socket", NULL}; *name; name++) describe(*name);
    show(chmod("pipe", 0640));
    show(symlink("pipe", "to pipe"));
    show(link("second", "third"));
    describe("third");
    show(truncate("pipe", 0) < 0);
    show(open("pipe", O_CREAT | O_EXCL | O_RDWR, 0600));
    show(open("pipe", O_DIRECTORY | O_RDONLY));
    show(mkdir("pipe", 0700));
    show(open("pipe/x", O_RDONLY));
    DIR *d = opendir(".");
    int pipes = 0, sockets = 0, others = 0;
    for (struct dirent *e; (e = readdir(d));) e->d_type == DT_FIFO ? pipes++ : e->d_type == DT_SOCK ? sockets++ : others++;
    closedir(d);
    printf("%d pipes, %d socket, %d others\n", pipes, sockets, others);
}

static void alone(void) {
    char b[100];
    int size = -1;
    show(open("pipe", O_WRONLY | O_NONBLOCK));
    int in = open("pipe", O_RDONLY | O_NONBLOCK);
    show(read(in, b, 10));
    show(ready(in, POLLIN));
    int out = open("pipe", O_WRONLY | O_NONBLOCK);
    show(read(in, b, 10));
    show(write(out, "some text", 9));
    show(ready(in, POLLIN));
    show(ready(out, POLLOUT));
    show(ioctl(in, FIONREAD, &size));
    printf("%d bytes\n", size);
    show(lseek(in, 0, SEEK_SET));
    show(write(in, "x", 1));
    show(read(out, b, 1));
    show(close(out));
    show(ready(in, POLLIN));
    show(read(in, b, 4));
    show(read(in, b, 10));
    show(read(in, b, 10));
    show(ready(in, POLLIN));
    out = open("to pipe", O_WRONLY);
    show(ready(in, POLLIN));
    show(close(in));
    show(ready(out, POLLOUT));
    signal(SIGPIPE, SIG_IGN);
    show(write(out, "x", 1));
    close(out);
    int both = open("pipe", O_RDWR);
    show(write(both, "kept", 4));
    show(ready(both, POLLIN | POLLOUT));
    show(read(both, b, 2));
    struct stat s;
    fstat(both, &s);
    printf("%o %d\n", s.st_mode, S_ISFIFO(s.st_mode));
    close(both);
    both = open("pipe", O_RDWR | O_NONBLOCK);
    show(read(both, b, 10)); // the last one that closes it takes the content along
    show(unlink("pipe"));
    show(write(both, "after", 5));
    show(read(both, b, 10));
    fstat(both, &s);
    printf("%ld links\n", (long)s.st_nlink);
    show(mkfifo("pipe", 0600));
    in = open("pipe", O_RDONLY | O_NONBLOCK);
    show(write(both, "other", 5));
    show(read(in, b, 10));
    close(in);
    close(both);
}

static void *reader(void *name) {
    char b[100];
    int fd = open(name, O_RDONLY);
    long total = 0;
    for (ssize_t n; (n = read(fd, b, sizeof b)) > 0;) total += n;
    close(fd);
    return (void *)total;
}

static void handler(int signal) { (void)signal; }

static void meeting(void) {
    pthread_t thread;
    void *total;
    pthread_create(&thread, NULL, reader, "second");
    int fd = open("third", O_WRONLY);
    for (int i = 0; i < 1000; i++) dprintf(fd, "%d lines\n", i);
    close(fd);
    pthread_join(thread, &total);
    printf("a thread has read %ld\n", (long)total);
    pid_t child = fork();
    if (child == 0) {
        fd = open("second", O_WRONLY);
        dprintf(fd, "from a child");
        _exit(3);
    }
    char b[100] = "";
    fd = open("second", O_RDONLY);
    ssize_t n = read(fd, b, sizeof b);
    int status;
    waitpid(child, &status, 0);
    printf("%zd %s, %d\n", n, b, WEXITSTATUS(status));
    show(read(fd, b, 1));
    close(fd);
    struct sigaction action = {.sa_handler = handler};
    sigaction(SIGALRM, &action, NULL);
    ualarm(20000, 0);
    show(open("second", O_RDONLY));
    show(open("second", O_WRONLY | O_NONBLOCK));
    child = fork();
    if (child == 0) {
        open("second", O_RDONLY);
        _exit(4);
    }
    usleep(50000);
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
    printf("killed by %d\n", WTERMSIG(status));
    show(open("second", O_WRONLY | O_NONBLOCK));
    // an opener that comes and goes lets one that waits go on
    child = fork();
    if (child == 0) {
        fd = open("second", O_RDONLY);
        _exit(fd >= 0 && read(fd, b, 1) == 0 ? 5 : 6);
    }
    usleep(50000);
    fd = open("second", O_WRONLY | O_NONBLOCK);
    printf("open: %d\n", fd >= 0);
    close(fd);
    waitpid(child, &status, 0);
    printf("ended with %d\n", WEXITSTATUS(status));
    fd_set set;
    FD_ZERO(&set);
    fd = open("second", O_RDONLY | O_NONBLOCK);
    FD_SET(fd, &set);
    struct timeval none = {0, 0};
    show(select(fd + 1, &set, NULL, NULL, &none));
    show(rename("second", "fourth"));
    int out = open("fourth", O_WRONLY);
    show(write(out, "x", 1));
    show(read(fd, b, 1));
}

int main(void) {
    setvbuf(stdout, NULL, _IONBF, 0);
    making();
    alone();
    meeting();
    return 0;
}
