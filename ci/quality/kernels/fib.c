#include "kernel.h"

u32 fib(u32 n) {
  if (n < 2) return n;
  return fib(n - 1) + fib(n - 2);
}

int main(void) { return (u8)fib(17); }
