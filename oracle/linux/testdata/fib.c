// Calls: Fibonacci numbers and Ackermann's function by recursion.
#include <stdio.h>

static __attribute__((noinline, noipa)) long fib(long n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }

static __attribute__((noinline, noipa)) long ackermann(long m, long n) {
  if (m == 0) return n + 1;
  if (n == 0) return ackermann(m - 1, 1);
  return ackermann(m - 1, ackermann(m, n - 1));
}

int main(void) {
  printf("%ld %ld\n", fib(31), ackermann(2, 1500));
  return 0;
}
