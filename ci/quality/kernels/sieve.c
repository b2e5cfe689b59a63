#include "kernel.h"

u32 sieve(u64 rounds) {
  u8 flags[4096];
  u32 count = 0;
  for (u64 round = 0; round < rounds; round++) {
    count = 0;
    for (u64 i = 0; i < 4096; i++) flags[i] = 1;
    for (u64 i = 2; i < 4096; i++) {
      if (flags[i] != 0) {
        count++;
        for (u64 j = i * 2; j < 4096; j += i) flags[j] = 0;
      }
    }
  }
  return count;
}

int main(void) { return (u8)sieve(4); }
