#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <linux/futex.h>

// Files in memory and their mappings; several messages in one call.

static long result;
#define show(call) (errno = 0, result = (long)(call), printf("%s = %ld %s\n", #call, result, errno ? strerror(errno) : ""), result)

static void files(void) {
    char b[100] = "", name[300];
    struct stat s;
    memset(name, 'n', sizeof name);
    name[250] = 0;
    show(memfd_create(name, 0));
    name[249] = 0;
    close(show(memfd_create(name, 0)) ? result : -1);
    show(memfd_create("x", 0x1000));
    int fd = memfd_create("name", MFD_CLOEXEC);
    show(fcntl(fd, F_GETFD));
    show(fcntl(fd, F_GETFL) & O_ACCMODE);
    show(write(fd, "some text", 9));
    show(lseek(fd, 4, SEEK_SET));
    show(read(fd, b, 20));
    puts(b);
    show(pwrite(fd, "far", 3, 10000));
    show(lseek(fd, 0, SEEK_END));
    show(pread(fd, b, 4, 9999));
    printf("%d %c\n", b[0], b[1]);
    show(ftruncate(fd, 5));
    show(ftruncate(fd, 20000));
    show(pread(fd, b, 5, 3));
    printf("%c%c%d%d\n", b[0], b[1], b[2], b[3]);
    fstat(fd, &s);
    printf("mode %o, size %ld, links %ld\n", s.st_mode, (long)s.st_size, (long)s.st_nlink);
    show(fcntl(fd, F_GET_SEALS));
    show(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE));
    show(fchmod(fd, 0600));
    fstat(fd, &s);
    printf("mode %o\n", s.st_mode);
    int other = open("plain", O_RDWR | O_CREAT, 0600);
    show(sendfile(other, fd, (off_t[]){0}, 100));
    show(fcntl(other, F_GET_SEALS));
    show(lseek(fd, 0, SEEK_SET));
    int copy = dup(fd);
    show(write(copy, "shared position", 15));
    show(lseek(fd, 0, SEEK_CUR));
    close(copy);
    close(fd);
}

static void mappings(void) {
    int fd = memfd_create("map", MFD_ALLOW_SEALING);
    show(fcntl(fd, F_GET_SEALS));
    ftruncate(fd, 8192);
    char *first = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    char *second = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 4096);
    char *own = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
    char b[20] = "";
    strcpy(first, "by the mapping");
    strcpy(first + 4096, "second page");
    own[0] = 'X';
    show(pread(fd, b, 15, 0));
    printf("%s, %s\n", b, second);
    show(pwrite(fd, "by the call", 12, 4096));
    printf("%s, %c%s\n", second, own[0], first + 1);
    // it grows while it is mapped
    show(ftruncate(fd, 1 << 20));
    char *third = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    third[4096] = 'B';
    third[1000000] = 'z';
    printf("%s, %c\n", second, first[4096]);
    show(munmap(first, 4096));
    strcpy(third + 4100, "xyz");
    printf("%s\n", first + 4096);
    int *word = (int *)third + 100;
    pid_t child = fork();
    if (child == 0) {
        while (!__atomic_load_n(word, __ATOMIC_ACQUIRE)) syscall(SYS_futex, word, FUTEX_WAIT, 0, NULL, NULL, 0);
        word[1] = 77;
        _exit(0);
    }
    // the other process waits at another address of the same word
    int *same = (int *)(char *)mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) + 100;
    __atomic_store_n(same, 1, __ATOMIC_RELEASE);
    syscall(SYS_futex, same, FUTEX_WAKE, 1, NULL, NULL, 0);
    waitpid(child, NULL, 0);
    printf("%d from the child\n", word[1]);
    int reads = open("/dev/null", O_RDONLY);
    show(mmap(NULL, 4096, PROT_READ, MAP_SHARED, -1, 0) == MAP_FAILED);
    show(fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW));
    show(ftruncate(fd, 100));
    show(ftruncate(fd, 1 << 21));
    show(pwrite(fd, "x", 1, 1 << 20));
    show(pwrite(fd, "x", 1, 0));
    show(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE));
    munmap(first + 4096, 4096), munmap(third, 1 << 20), munmap((char *)same - 400, 4096);
    show(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE));
    munmap(second, 4096);
    show(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE));
    show(pwrite(fd, "x", 1, 0));
    show(mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) == MAP_FAILED);
    second = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 4096);
    show(fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL));
    show(fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK));
    show(fcntl(fd, F_GET_SEALS));
    show(fcntl(fd, F_ADD_SEALS, 0x1000));
    printf("%s\n", second);
    close(reads);
}

static void *sender(void *socket) {
    usleep(30000);
    struct iovec piece = {"late", 4};
    struct mmsghdr list[2] = {{.msg_hdr = {.msg_iov = &piece, .msg_iovlen = 1}}, {.msg_hdr = {.msg_iov = &piece, .msg_iovlen = 1}}};
    sendmmsg(*(int *)socket, list, 2, 0);
    return NULL;
}

static void messages(void) {
    int ends[2];
    socketpair(AF_UNIX, SOCK_DGRAM, 0, ends);
    char *texts[] = {"one", "the second", "3"};
    struct iovec out[3], in[4];
    struct mmsghdr sent[3], got[4];
    char room[4][8];
    memset(sent, 0, sizeof sent), memset(got, 0, sizeof got), memset(room, 0, sizeof room);
    for (int i = 0; i < 3; i++) {
        out[i] = (struct iovec){texts[i], strlen(texts[i])};
        sent[i].msg_hdr.msg_iov = &out[i], sent[i].msg_hdr.msg_iovlen = 1;
    }
    for (int i = 0; i < 4; i++) {
        in[i] = (struct iovec){room[i], sizeof room[i]};
        got[i].msg_hdr.msg_iov = &in[i], got[i].msg_hdr.msg_iovlen = 1;
    }
    show(recvmmsg(ends[1], got, 4, MSG_DONTWAIT, NULL));
    show(sendmmsg(ends[0], sent, 3, 0));
    for (int i = 0; i < 3; i++) printf("sent %u\n", sent[i].msg_len);
    show(recvmmsg(ends[1], got, 4, MSG_WAITFORONE, NULL));
    for (int i = 0; i < 3; i++) printf("%u %x %.*s\n", got[i].msg_len, got[i].msg_hdr.msg_flags, (int)got[i].msg_len, room[i]);
    show(sendmmsg(ends[0], sent, 0, 0));
    show(recvmmsg(ends[1], got, 0, MSG_DONTWAIT, NULL));
    show(sendmmsg(ends[0], NULL, 1, 0));
    show(sendmmsg(1, sent, 1, 0));
    show(sendmmsg(99, sent, 1, 0));
    sent[1].msg_hdr.msg_iov = NULL;
    show(sendmmsg(ends[0], sent, 3, 0));
    show(recvmmsg(ends[1], got, 4, MSG_DONTWAIT, NULL));
    pthread_t thread;
    pthread_create(&thread, NULL, sender, &ends[0]);
    show(recvmmsg(ends[1], got, 2, 0, NULL));
    pthread_join(thread, NULL);
    printf("%.4s %.4s\n", room[0], room[1]);
    close(ends[1]);
    sent[1].msg_hdr.msg_iov = &out[1];
    show(sendmmsg(ends[0], sent, 3, MSG_NOSIGNAL));
}

int main(void) {
    setvbuf(stdout, NULL, _IONBF, 0);
    files();
    mappings();
    messages();
    return 0;
}
