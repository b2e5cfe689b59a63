#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

// Sockets of every kind that a system has without a network, and descriptors that wait for time and signals.

#define show(call) (errno = 0, result = (long)(call), printf("%s = %ld %s\n", #call, result, errno ? strerror(errno) : ""))
static long result;
static char text[300000];

static int events(int fd) {
    struct pollfd p = {fd, POLLIN | POLLOUT | POLLRDHUP, 0};
    poll(&p, 1, 0);
    return p.revents;
}

static void pairs(void) {
    int fd[2], kind, other;
    socklen_t length = sizeof kind;
    struct stat info;
    show(socketpair(AF_UNIX, SOCK_STREAM, 0, fd));
    show(write(fd[0], "hello", 5));
    show(write(fd[0], " there", 6));
    show(recv(fd[1], text, 3, MSG_PEEK));
    show(ioctl(fd[1], FIONREAD, &kind));
    printf("waiting %d, events %#x %#x\n", kind, events(fd[0]), events(fd[1]));
    show(read(fd[1], text, 100));
    printf("%.11s\n", text);
    show(recv(fd[1], text, 100, MSG_DONTWAIT));
    fstat(fd[0], &info);
    printf("mode %#o\n", info.st_mode & S_IFMT);
    show(getsockopt(fd[0], SOL_SOCKET, SO_TYPE, &kind, &length));
    show(getsockopt(fd[0], SOL_SOCKET, SO_DOMAIN, &other, &length));
    printf("type %d, domain %d\n", kind, other);
    show(lseek(fd[0], 0, SEEK_SET));
    show(shutdown(fd[0], SHUT_WR));
    printf("events %#x %#x\n", events(fd[0]), events(fd[1]));
    show(read(fd[1], text, 10));
    signal(SIGPIPE, SIG_IGN);
    show(write(fd[0], "x", 1));
    show(write(fd[1], "back", 4));
    show(read(fd[0], text, 10));
    close(fd[1]);
    printf("events %#x\n", events(fd[0]));
    show(send(fd[0], "x", 1, MSG_NOSIGNAL));
    close(fd[0]);
    show(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, fd));
    show(write(fd[0], "one", 3));
    show(write(fd[0], "", 0));
    show(write(fd[0], "three", 5));
    show(read(fd[1], text, 2));
    show(read(fd[1], text, 10));
    show(recv(fd[1], text, 2, MSG_TRUNC));
    show(read(fd[1], text, 10));
    close(fd[0]);
    close(fd[1]);
    show(socketpair(AF_INET, SOCK_STREAM, 0, fd));
    show(socketpair(AF_UNIX, 77, 0, fd));
    show(socket(AF_UNIX, SOCK_STREAM, 9));
    show(socket(99, SOCK_STREAM, 0));
    show(listen(99, 0));
}

static void pass(void) {
    int fd[2], pipes[2];
    union { char b[CMSG_SPACE(2 * sizeof(int))]; struct cmsghdr align; } control;
    struct iovec v = {"data", 4}, in = {text, 100};
    struct msghdr m = {.msg_iov = &v, .msg_iovlen = 1, .msg_control = control.b, .msg_controllen = sizeof control.b};
    memset(&control, 0, sizeof control);
    socketpair(AF_UNIX, SOCK_STREAM, 0, fd);
    pipe(pipes);
    struct cmsghdr *c = CMSG_FIRSTHDR(&m);
    c->cmsg_level = SOL_SOCKET, c->cmsg_type = SCM_RIGHTS, c->cmsg_len = CMSG_LEN(2 * sizeof(int));
    memcpy(CMSG_DATA(c), pipes, sizeof pipes);
    show(sendmsg(fd[0], &m, 0));
    close(pipes[0]);
    close(pipes[1]);
    m.msg_iov = &in, m.msg_controllen = sizeof control.b;
    show(recvmsg(fd[1], &m, MSG_CMSG_CLOEXEC));
    c = CMSG_FIRSTHDR(&m);
    memcpy(pipes, CMSG_DATA(c), sizeof pipes);
    printf("control %zu %zu, flags %#x, close on exec %d\n", m.msg_controllen, c->cmsg_len, m.msg_flags & ~MSG_CMSG_CLOEXEC, fcntl(pipes[0], F_GETFD));
    show(write(pipes[1], "through", 7));
    show(read(pipes[0], text, 10));
    close(fd[0]), close(fd[1]), close(pipes[0]), close(pipes[1]);
}

static void *echo(void *at) {
    int fd = accept4((int)(long)at, NULL, NULL, SOCK_CLOEXEC), n;
    char b[1000];
    while ((n = read(fd, b, sizeof b)) > 0)
        for (int done = 0; done < n;) done += write(fd, b + done, n - done);
    close(fd);
    return NULL;
}

static void named(const char *name, int length) {
    struct sockaddr_un a = {AF_UNIX}, b;
    socklen_t size = sizeof b;
    pthread_t thread;
    struct stat info;
    memcpy(a.sun_path, name, length);
    int s = socket(AF_UNIX, SOCK_STREAM, 0), c = socket(AF_UNIX, SOCK_STREAM, 0), kind;
    show(connect(c, (void *)&a, 2 + length));
    show(bind(s, (void *)&a, 2 + length));
    show(connect(c, (void *)&a, 2 + length));
    show(listen(s, 2));
    if (name[0]) printf("stat %d, %#o\n", stat(name, &info), info.st_mode & S_IFMT);
    show(bind(c, (void *)&a, 2 + length));
    pthread_create(&thread, NULL, echo, (void *)(long)s);
    show(connect(c, (void *)&a, 2 + length));
    show(connect(c, (void *)&a, 2 + length));
    show(getpeername(c, (void *)&b, &size));
    printf("peer %d, %u bytes\n", b.sun_family, size);
    size = sizeof b;
    show(getsockname(c, (void *)&b, &size));
    printf("own %u bytes\n", size);
    struct ucred who;
    size = sizeof who;
    show(getsockopt(c, SOL_SOCKET, SO_PEERCRED, &who, &size));
    printf("us: %d\n", who.pid == getpid());
    show(write(c, "echoed", 6));
    show(recv(c, text, 6, MSG_WAITALL));
    size = sizeof kind;
    show(getsockopt(s, SOL_SOCKET, SO_ACCEPTCONN, &kind, &size));
    printf("listens %d\n", kind);
    close(c);
    pthread_join(thread, NULL);
    close(s);
    if (name[0]) show(unlink(name));
}

static int port(int fd) {
    struct sockaddr_in a;
    socklen_t size = sizeof a;
    getsockname(fd, (void *)&a, &size);
    return a.sin_port;
}

static void tcp(void) {
    struct sockaddr_in a = {AF_INET, 0, {htonl(INADDR_LOOPBACK)}}, peer;
    struct sockaddr_in6 six = {AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    socklen_t size = sizeof peer;
    pthread_t thread;
    int s = socket(AF_INET, SOCK_STREAM, 0), c = socket(AF_INET, SOCK_STREAM, 0), on = 1, got = 7;
    show(setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on));
    show(bind(s, (void *)&a, sizeof a));
    show(bind(s, (void *)&a, sizeof a));
    a.sin_port = port(s);
    printf("port given: %d\n", a.sin_port != 0);
    show(accept(s, NULL, NULL));
    show(connect(c, (void *)&a, sizeof a));
    close(c);
    c = socket(AF_INET, SOCK_STREAM, 0);
    show(listen(s, 5));
    fcntl(s, F_SETFL, O_NONBLOCK);
    show(accept(s, NULL, NULL));
    fcntl(s, F_SETFL, 0);
    show(send(c, "x", 1, MSG_NOSIGNAL));
    show(recv(c, text, 1, 0));
    show(getpeername(c, (void *)&peer, &size));
    pthread_create(&thread, NULL, echo, (void *)(long)s);
    show(connect(c, (void *)&a, sizeof a));
    show(setsockopt(c, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on));
    size = sizeof got;
    show(getsockopt(c, IPPROTO_TCP, TCP_NODELAY, &got, &size));
    printf("no delay %d\n", got);
    size = sizeof peer;
    show(getpeername(c, (void *)&peer, &size));
    printf("peer %s, same port %d\n", inet_ntoa(peer.sin_addr), peer.sin_port == a.sin_port);
    for (int i = 0; i < (int)sizeof text; i++) text[i] = i * 7;
    int sent = 0, received = 0, wrong = 0;
    while (received < 200000) {
        if (sent < 200000) sent += write(c, text + sent, sent + 4000 < 200000 ? 4000 : 200000 - sent);
        char b[5000];
        int n = read(c, b, sizeof b);
        for (int i = 0; i < n; i++) wrong += b[i] != text[received + i];
        received += n;
    }
    printf("received %d, wrong %d\n", received, wrong);
    show(shutdown(c, SHUT_WR));
    show(read(c, text, 10));
    pthread_join(thread, NULL);
    close(c), close(s);
    c = socket(AF_INET6, SOCK_STREAM, 0);
    six.sin6_port = htons(1);
    show(connect(c, (void *)&six, sizeof six));
    close(c);
}

static void udp(void) {
    struct sockaddr_in a = {AF_INET, 0, {htonl(INADDR_LOOPBACK)}}, from;
    socklen_t size = sizeof from;
    int s = socket(AF_INET, SOCK_DGRAM, 0), c = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    struct timeval soon = {0, 20000};
    show(bind(s, (void *)&a, sizeof a));
    a.sin_port = port(s);
    show(send(c, "x", 1, 0));
    show(sendto(c, "to", 2, 0, (void *)&a, sizeof a));
    show(recvfrom(s, text, 100, 0, (void *)&from, &size));
    printf("from the sender: %d\n", from.sin_port == port(c) && size == sizeof from);
    show(sendto(s, "answer", 6, 0, (void *)&from, size));
    show(connect(c, (void *)&a, sizeof a));
    show(recv(c, text, 100, 0));
    show(send(c, "again", 5, 0));
    show(recv(s, text, 100, 0));
    show(setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &soon, sizeof soon));
    show(recv(s, text, 100, 0));
    show(recv(c, text, 100, 0));
    printf("events %#x\n", events(c));
    close(s), close(c);
}

static void waiting(void) {
    int e = epoll_create1(0), fd[2], n;
    struct epoll_event event = {EPOLLIN | EPOLLET | EPOLLRDHUP, {.u32 = 5}}, got[4];
    socketpair(AF_UNIX, SOCK_STREAM, 0, fd);
    show(epoll_ctl(e, EPOLL_CTL_ADD, fd[0], &event));
    show(epoll_wait(e, got, 4, 0));
    write(fd[1], "a", 1);
    n = epoll_wait(e, got, 4, -1);
    printf("%d: %#x %d\n", n, got[0].events, got[0].data.u32);
    show(epoll_wait(e, got, 4, 0));
    write(fd[1], "b", 1);
    show(epoll_wait(e, got, 4, 0));
    close(fd[1]);
    n = epoll_wait(e, got, 4, -1);
    printf("%d: %#x\n", n, got[0].events);
    close(fd[0]);

    struct itimerspec once = {{0, 0}, {0, 5000000}}, often = {{0, 1000000}, {0, 1000000}}, left;
    unsigned long times;
    int f = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
    show(read(f, &times, 8));
    show(timerfd_settime(f, 0, &once, NULL));
    show(timerfd_gettime(f, &left));
    printf("left %d\n", left.it_value.tv_nsec > 0 && left.it_value.tv_nsec <= 5000000);
    event.events = EPOLLIN;
    show(epoll_ctl(e, EPOLL_CTL_ADD, f, &event));
    show(epoll_wait(e, got, 4, -1));
    show(read(f, &times, 4));
    show(read(f, &times, 8));
    printf("%lu\n", times);
    show(read(f, &times, 8));
    show(timerfd_settime(f, 0, &often, NULL));
    usleep(20000);
    show(read(f, &times, 8));
    printf("often %d\n", times >= 15);
    show(write(f, &times, 8));
    show(timerfd_settime(0, 0, &once, NULL));
    show(timerfd_create(99, 0));
    close(f);

    sigset_t set;
    struct signalfd_siginfo info[3];
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigaddset(&set, SIGCHLD);
    sigprocmask(SIG_BLOCK, &set, NULL);
    f = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    show(read(f, info, sizeof info));
    show(kill(getpid(), SIGUSR1));
    printf("events %#x\n", events(f));
    show(read(f, info, sizeof info));
    printf("signal %u, code %d, us %d\n", info[0].ssi_signo, info[0].ssi_code, info[0].ssi_pid == (unsigned)getpid());
    fcntl(f, F_SETFL, 0);
    int child = fork();
    if (!child) _exit(3);
    show(read(f, info, sizeof info[0]));
    printf("signal %u, status %d, child %d\n", info[0].ssi_signo, info[0].ssi_status, info[0].ssi_pid == (unsigned)child);
    wait(NULL);
    show(read(f, info, 10));
    close(f), close(e);
}

int main(void) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    pairs();
    pass();
    named("\0a name of no file", 18);
    if (!chdir("/tmp")) unlink("rvfuzz-socket");
    named("rvfuzz-socket", 13);
    tcp();
    udp();
    waiting();
    return 0;
}
