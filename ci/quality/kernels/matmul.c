#include "kernel.h"

u32 matmul(u32 seed) {
  u32 a[400], b[400], c[400];
  u64 i;
  u32 x = seed;
  for (i = 0; i < 400; i++) {
    x = x * 1103515245 + 12345;
    a[i] = x >> 16;
    b[i] = x >> 8 ^ 21;
  }
  for (i = 0; i < 20; i++) {
    for (u64 j = 0; j < 20; j++) {
      u32 sum = 0;
      for (u64 k = 0; k < 20; k++) sum += a[i * 20 + k] * b[k * 20 + j];
      c[i * 20 + j] = sum;
    }
  }
  u32 total = 0;
  for (i = 0; i < 400; i++) total += c[i];
  return total;
}

int main(void) { return (u8)matmul(7); }
