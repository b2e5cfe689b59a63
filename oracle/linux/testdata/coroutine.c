// A coroutine on a stack of its own, which unmaps memory while it is there.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>

static ucontext_t inside, outside;
static char *heap;

__attribute__((noinline)) static int fill(int n) {
  volatile char room[500];
  for (int i = 0; i < 500; i++) room[i] = n + i;
  return room[n];
}

static void coroutine(void) {
  for (int i = 0; i < 5; i++) {
    char *page = mmap(NULL, 3 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    memset(page, i, 3 * 4096);
    printf("%d %d\n", fill(i), page[i]);
    munmap(page + 4096, 4096);
    printf("%d\n", heap[i] + page[0]);
    swapcontext(&inside, &outside);
  }
}

int main(void) {
  size_t size = 256 << 10;
  heap = mmap(NULL, 2 * size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  memset(heap, 3, 2 * size);
  getcontext(&inside);
  inside.uc_stack.ss_sp = heap + size;
  inside.uc_stack.ss_size = size;
  inside.uc_link = &outside;
  makecontext(&inside, coroutine, 0);
  for (int i = 0; i < 6; i++) {
    swapcontext(&outside, &inside);
    int sum = 0;
    for (size_t at = 0; at < size; at++) sum += heap[at];
    printf("outside %d %d\n", fill(i), sum);
  }
  return 0;
}
