#include "kernel.h"

u32 digits(u32 n) {
  u32 rest = n, sum = 0;
  while (rest != 0) {
    sum += rest % 10;
    rest /= 10;
  }
  return sum;
}

u32 collatz(u64 n) {
  u64 x = n;
  u32 steps = 0;
  for (; x != 1; steps++) {
    if (x % 2 == 0)
      x /= 2;
    else
      x = x * 3 + 1;
  }
  return steps;
}

int main(void) {
  u32 total = 0;
  for (u32 i = 1; i < 60; i++) total += collatz(i) + digits(i * 12347);
  return (u8)total;
}
