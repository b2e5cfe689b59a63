// System calls and their errors, of memory, descriptors, pipes, time and signals.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

static void show(const char *what, long result) {
  printf("%s: %ld%s%s\n", what, result < 0 ? -1 : result, result < 0 ? " " : "", result < 0 ? strerror(errno) : "");
}
#define SHOW(call) (errno = 0, show(#call, (long)(call)))

static void descriptors(void) {
  SHOW(fcntl(0, F_GETFL) & O_ACCMODE);
  SHOW(fcntl(1, F_GETFL) & O_ACCMODE);
  SHOW(fcntl(77, F_GETFL));
  SHOW(fcntl(77, F_DUPFD, 3));
  FILE *again = fdopen(1, "w");
  SHOW(again != NULL);
  int copy = fcntl(1, F_DUPFD, 10);
  SHOW(copy >= 10);
  SHOW(fcntl(copy, F_GETFD));
  SHOW(fcntl(copy, F_SETFD, FD_CLOEXEC));
  SHOW(fcntl(copy, F_GETFD));
  SHOW(fcntl(1, F_GETFD));
  SHOW(fcntl(fcntl(1, F_DUPFD_CLOEXEC, 20), F_GETFD));
  fflush(stdout);
  SHOW(write(copy, "by the copy\n", 12));
  SHOW(dup(77));
  SHOW(dup2(copy, 30));
  SHOW(dup3(30, 30, 0));
  SHOW(close(30));
  SHOW(close(30));
  SHOW(write(30, "", 1));
  SHOW(read(1, &copy, 1));
  SHOW(write(0, "", 1));
  SHOW(lseek(0, 0, SEEK_CUR));
  SHOW(pread(0, &copy, 1, 0));
  SHOW(ftruncate(77, 0));
  int ends[2];
  char text[20] = "";
  SHOW(pipe2(ends, O_NONBLOCK));
  SHOW(read(ends[0], text, 3));
  SHOW(write(ends[1], "through the pipe", 16));
  SHOW(read(ends[0], text, 10));
  SHOW(fcntl(ends[1], F_GETFL) & (O_ACCMODE | O_NONBLOCK));
  SHOW(read(ends[1], text, 10));
  SHOW(close(ends[1]));
  SHOW(read(ends[0], text, 19));
  SHOW(read(ends[0], text, 19));
  struct iovec bad = {(void *)8, 4};
  SHOW(writev(1, &bad, 1));
  SHOW(writev(1, (void *)8, 1));
  SHOW(writev(1, &bad, -1));
}

static void signals(void) {
  struct sigaction action = {.sa_handler = SIG_IGN}, old;
  SHOW(sigaction(SIGUSR1, &action, NULL));
  SHOW(sigaction(SIGUSR1, NULL, &old));
  SHOW(old.sa_handler == SIG_IGN);
  SHOW(raise(SIGUSR1));
  SHOW(raise(SIGCHLD));
  SHOW(raise(SIGURG));
  SHOW(raise(SIGWINCH));
  SHOW(raise(SIGCONT));
  SHOW(sigaction(SIGKILL, &action, NULL));
  SHOW(kill(getpid(), 65));
  SHOW(kill(0x3ffffff, 0));
  SHOW(kill(0x3ffffff, SIGUSR1));
  SHOW(syscall(SYS_tgkill, getpid(), 0x3ffffff, 1));
  SHOW(syscall(SYS_tgkill, -1, 1, 1));
  SHOW(kill(getpid(), 0));
  sigset_t set, was;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR2);
  SHOW(sigprocmask(SIG_BLOCK, &set, &was));
  SHOW(sigismember(&was, SIGUSR2));
  SHOW(raise(SIGUSR2));
  SHOW(sigpending(&was));
  SHOW(sigismember(&was, SIGUSR2));
  SHOW(sigprocmask(SIG_BLOCK, NULL, &was));
  SHOW(sigismember(&was, SIGUSR2));
  SHOW(sigaction(SIGUSR2, &action, NULL));
  SHOW(sigpending(&was));
  SHOW(sigismember(&was, SIGUSR2));
  SHOW(sigprocmask(77, &set, NULL));
  SHOW(sigprocmask(SIG_UNBLOCK, &set, NULL));
}

static void memory(void) {
  char *at = mmap(NULL, 5 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  memset(at, 'x', 5 * 4096);
  SHOW(munmap(at + 2 * 4096, 4096));
  SHOW(mprotect(at, 5 * 4096, PROT_READ));
  SHOW(mprotect(at + 2 * 4096, 4096, PROT_READ));
  SHOW(mprotect(at + 3 * 4096, 4096, PROT_READ));
  SHOW(mprotect(at + 1, 4096, PROT_READ));
  SHOW(read(0, at, 1));
  SHOW(mprotect(at, 2 * 4096, PROT_READ | PROT_WRITE));
  SHOW(madvise(at, 4096, MADV_DONTNEED));
  SHOW(at[0] + at[4096]);
  SHOW(munmap(at, 0));
  SHOW(munmap(at + 1, 4096));
  SHOW(mmap(NULL, 0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED);
  SHOW(mmap(NULL, 4096, PROT_READ, MAP_ANONYMOUS, -1, 0) == MAP_FAILED);
  SHOW(mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, 77, 0) == MAP_FAILED);
  char *block = mmap(NULL, 4 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  block[0] = 1, block[4 * 4096 - 1] = 2;
  block = mremap(block, 4 * 4096, 400 * 4096, MREMAP_MAYMOVE);
  SHOW(block[0] + block[4 * 4096 - 1] + block[400 * 4096 - 1]);
  SHOW(mremap(block, 400 * 4096, 4096, 0) == block);
  SHOW(mremap(block, 4096, 0, 0) == MAP_FAILED);
  SHOW(mremap((void *)4096, 4096, 8192, MREMAP_MAYMOVE) == MAP_FAILED);
  size_t size = 200000;
  for (block = malloc(size), memset(block, 7, size); size < 20000000; size *= 2) block = realloc(block, 2 * size);
  SHOW(block[0] + block[199999]);
  free(block);
}

static void times(void) {
  struct timespec before, after, rest = {0, 3000000}, bad = {0, 1000000000};
  clock_gettime(CLOCK_MONOTONIC, &before);
  SHOW(nanosleep(&rest, NULL));
  clock_gettime(CLOCK_MONOTONIC, &after);
  SHOW((after.tv_sec - before.tv_sec) * 1000000000 + after.tv_nsec - before.tv_nsec >= 3000000);
  SHOW(nanosleep(&bad, NULL));
}

int main(void) {
  descriptors();
  signals();
  memory();
  times();
  return 0;
}
