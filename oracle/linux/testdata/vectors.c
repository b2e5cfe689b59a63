// Loops that a compiler makes vector instructions of: floats of 32 and 64 bits, and integers of all widths.
#include <stdint.h>
#include <stdio.h>

enum { n = 2000 };
static float a[n], b[n], c[n];
static double u[n], v[n];
static int32_t i32[n], j32[n];
static uint8_t bytes[n], more[n];
static int64_t wide[n];

static __attribute__((noinline)) void saxpy(float k) { for (int i = 0; i < n; i++) c[i] = k * a[i] + b[i]; }
static __attribute__((noinline)) void scale(float k) { for (int i = 0; i < n; i++) a[i] = (a[i] - c[i]) * k; }
static __attribute__((noinline)) void daxpy(double k) { for (int i = 0; i < n; i++) u[i] += k * v[i]; }
static __attribute__((noinline)) int32_t dot(void) { int32_t s = 0; for (int i = 0; i < n; i++) s += i32[i] * j32[i]; return s; }
static __attribute__((noinline)) void blend(void) { for (int i = 0; i < n; i++) bytes[i] = (bytes[i] + more[i] + 1) >> 1; }
static __attribute__((noinline)) void clamp(int32_t k) { for (int i = 0; i < n; i++) i32[i] = i32[i] > k ? k : i32[i] ^ j32[i]; }
static __attribute__((noinline)) int64_t total(void) { int64_t s = 0; for (int i = 0; i < n; i++) wide[i] += i32[i], s += wide[i]; return s; }

int main(void) {
  int64_t sum = 0;
  for (int i = 0; i < n; i++) {
    a[i] = i * 0.5f, b[i] = 3.25f - i, u[i] = i / 3.0, v[i] = 1.0 / (i + 1);
    i32[i] = i * 2654435761u >> 8, j32[i] = i * i, bytes[i] = i * 7, more[i] = i * 13, wide[i] = i;
  }
  for (int round = 0; round < 500; round++) {
    saxpy(0.75f), scale(0.5f), daxpy(0.125), blend(), clamp(1 << 20);
    sum += dot() + total() + bytes[round];
  }
  printf("%lld %.9g %.17g\n", (long long)sum, (double)(a[17] + c[1999]), u[1234]);
  return 0;
}
