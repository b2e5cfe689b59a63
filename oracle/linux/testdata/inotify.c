#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

// The events of files, of directories and of what is in them, in their order.

static long result;
#define show(call) (errno = 0, result = (long)(call), printf("%s = %ld %s\n", #call, result, errno ? strerror(errno) : ""), result)

static int watcher;
static unsigned cookies[100];

static int cookie_number(unsigned cookie) {
    for (int i = 1; cookie && i < 100; i++) {
        if (!cookies[i]) cookies[i] = cookie;
        if (cookies[i] == cookie) return i;
    }
    return 0;
}

static void events(const char *what) {
    char b[8192] __attribute__((aligned(8)));
    int size = -1;
    ioctl(watcher, FIONREAD, &size);
    ssize_t n = read(watcher, b, sizeof b);
    printf("%s: %zd bytes%s\n", what, n, n > 0 && n != size ? ", not what FIONREAD said" : "");
    for (char *at = b; at < b + n;) {
        struct inotify_event *e = (void *)at;
        printf("  %d %x %d %u %s\n", e->wd, e->mask, cookie_number(e->cookie), e->len, e->len ? e->name : "");
        at += sizeof *e + e->len;
    }
}

static void put(const char *name, const char *text) {
    int fd = open(name, O_WRONLY | O_CREAT, 0644);
    if (write(fd, text, strlen(text)) < 0) perror("write");
    close(fd);
}

static void in_directory(void) {
    char b[100];
    show(inotify_add_watch(watcher, "d", IN_ALL_EVENTS));
    events("nothing");
    put("d/a", "text");
    events("created");
    int fd = open("d/a", O_RDWR | O_APPEND);
    show(write(fd, "more", 4));
    show(write(fd, "more", 4));
    show(write(fd, "", 0));
    show(lseek(fd, 0, SEEK_SET));
    show(read(fd, b, 5));
    show(pread(fd, b, 5, 100));
    show(pread(fd, b, 5, 0));
    show(pwrite(fd, b, 5, 0));
    show(ftruncate(fd, 3));
    show(fchmod(fd, 0600));
    show(fchown(fd, -1, -1));
    events("used");
    close(fd);
    events("closed");
    show(truncate("d/a", 1));
    show(chmod("d/a", 0644));
    show(utimensat(AT_FDCWD, "d/a", NULL, 0));
    struct timespec times[2] = {{1, 0}, {0, UTIME_OMIT}}, second[2] = {{0, UTIME_OMIT}, {1, 0}};
    show(utimensat(AT_FDCWD, "d/a", times, 0));
    show(utimensat(AT_FDCWD, "d/a", second, 0));
    events("attributes");
    show(mkdir("d/sub", 0755));
    show(symlink("a", "d/link"));
    show(link("d/a", "d/name"));
    show(mkfifo("d/pipe", 0600));
    show(mknod("d/node", 0600, 0));
    events("entries");
    fd = open("d/sub", O_RDONLY);
    close(fd);
    events("directory");
    show(chmod("d/sub", 0700));
    events("chmod of a directory");
    fd = open("d/pipe", O_RDWR);
    close(fd);
    events("pipe");
    show(rename("d/a", "d/b"));
    show(rename("d/b", "c"));
    show(rename("c", "d/c"));
    show(rename("d/sub", "d/folder"));
    events("renamed");
    show(unlink("d/link"));
    show(unlink("d/pipe"));
    show(rmdir("d/folder"));
    show(unlink("d/node"));
    events("removed");
    put("d/x", "1");
    put("d/y", "2");
    events("two");
    show(rename("d/x", "d/y"));
    events("replaced");
    show(unlink("d/y"));
    int server = socket(AF_UNIX, SOCK_STREAM, 0);
    struct sockaddr_un address = {AF_UNIX, "d/socket"};
    events("removed");
    show(bind(server, (void *)&address, sizeof address));
    events("bound");
}

static void of_itself(void) {
    char b[100];
    put("file", "text");
    int watch = show(inotify_add_watch(watcher, "file", IN_ALL_EVENTS));
    show(inotify_add_watch(watcher, "file", IN_MODIFY) == watch);
    put("file", "new");
    events("only writes");
    show(inotify_add_watch(watcher, "file", IN_MASK_ADD | IN_OPEN) == watch);
    put("file", "new");
    events("and openings");
    show(inotify_add_watch(watcher, "file", IN_MASK_CREATE | IN_OPEN));
    show(inotify_add_watch(watcher, "file", IN_ALL_EVENTS) == watch);
    int fd = open("file", O_RDWR);
    events("opened");
    show(rename("file", "renamed"));
    events("moved");
    show(link("renamed", "again"));
    show(unlink("again"));
    events("another name");
    show(unlink("renamed"));
    events("without a name");
    show(write(fd, "x", 1));
    events("written then");
    close(fd);
    events("gone");
    show(inotify_rm_watch(watcher, watch));
    put("file", "text");
    watch = show(inotify_add_watch(watcher, "file", IN_ALL_EVENTS | IN_ONESHOT));
    put("file", "text");
    events("once");
    watch = show(inotify_add_watch(watcher, "file", IN_ATTRIB | IN_DELETE_SELF));
    show(unlink("file"));
    events("unlinked");
    mkdir("folder", 0755);
    watch = show(inotify_add_watch(watcher, "folder", IN_ALL_EVENTS | IN_ONLYDIR));
    show(rename("folder", "other"));
    show(rmdir("other"));
    events("a directory");
    put("file", "text");
    put("over", "text");
    watch = show(inotify_add_watch(watcher, "file", IN_ALL_EVENTS));
    show(inotify_add_watch(watcher, "over", IN_ALL_EVENTS));
    show(rename("over", "file"));
    events("replaced");
    show(inotify_rm_watch(watcher, watch + 1));
    show(inotify_rm_watch(watcher, watch + 1));
    events("not watched");
    (void)b;
}

int main(void) {
    char b[64];
    setvbuf(stdout, NULL, _IONBF, 0);
    watcher = inotify_init1(IN_NONBLOCK);
    mkdir("d", 0755);
    show(inotify_init1(1));
    show(inotify_add_watch(watcher, "none", IN_ALL_EVENTS));
    show(inotify_add_watch(watcher, "d", 0));
    show(inotify_add_watch(99, "d", IN_OPEN));
    show(inotify_add_watch(0, "d", IN_OPEN) < 0);
    show(inotify_rm_watch(watcher, 7));
    in_directory();
    of_itself();
    put("d/long name of a file", "text");
    struct pollfd p = {watcher, POLLIN, 0};
    show(poll(&p, 1, 0));
    show(read(watcher, b, 16));
    show(read(watcher, b, 48));
    show(write(watcher, b, 1));
    events("the others");
    show(poll(&p, 1, 0));
    show(read(watcher, b, 48));
    return 0;
}
