// Prints 64-bit integers and floats of every magnitude, sorted and unsorted.
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int compare(const void *a, const void *b) {
  int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return x < y ? -1 : x > y;
}

int main(int argc, char **argv) {
  int64_t values[100];
  uint64_t state = 88172645463325252ull;
  for (int i = 0; i < 100; i++) {
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    values[i] = (int64_t)state;
  }
  qsort(values, 100, sizeof values[0], compare);
  for (int i = 0; i < 100; i++) {
    double d;
    memcpy(&d, &values[i], sizeof d);
    printf("%lld %llu %llx\n", (long long)values[i], (unsigned long long)values[i], (long long)values[i]);
    printf("%.17g %a %f %g\n", d, d, (float)i / 3, (double)(float)d);
    printf("%g %g %g %g\n", sqrt(i), sin(i), pow(1.1, i), fma(d, 3, i));
    printf("%lld %d %llu\n", (long long)(i * 1e17), (int)(i * -1.5f), (unsigned long long)(i * 1.8e17));
  }
  double read = 0;
  sscanf("3.14159265358979", "%lf", &read);
  printf("%.15f\n", read);
  fprintf(stderr, "%d %s\n", argc, argv[argc - 1]);
  return argc * 7;
}
