#include "kernel.h"

u32 escape(f64 cr, f64 ci) {
  f64 x = 0, y = 0;
  u32 n;
  for (n = 0; n < 50; n++) {
    f64 xx = x * x, yy = y * y;
    if (xx + yy > 4) break;
    f64 xy = x * y;
    y = xy + xy + ci;
    x = xx - yy + cr;
  }
  return n;
}

int main(void) {
  u32 total = 0;
  for (u32 row = 0; row < 20; row++)
    for (u32 col = 0; col < 20; col++) total += escape(col * 0.125 - 1.5, row * 0.125 - 1.5);
  return (u8)total;
}
