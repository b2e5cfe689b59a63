#include "kernel.h"

void sort(u32 *items, u64 len) {
  for (u64 i = 1; i < len; i++) {
    u32 x = items[i];
    u64 j = i;
    while (j > 0) {
      u32 y = items[j - 1];
      if (y <= x) break;
      items[j] = y;
      j--;
    }
    items[j] = x;
  }
}

int main(void) {
  u32 items[150];
  u32 x = 1;
  u64 i;
  for (i = 0; i < 150; i++) {
    x = x * 17364 % 65521;
    items[i] = x;
  }
  sort(items, 150);
  u32 hash = 0;
  for (i = 0; i < 150; i++) hash = hash * 31 + items[i];
  return (u8)hash;
}
