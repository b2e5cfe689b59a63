// Counts the primes below two million, some times over.
#include <stdio.h>
#include <string.h>

static char composite[2000000];

int main(void) {
  int count = 0;
  for (int round = 0; round < 8; round++) {
    memset(composite, 0, sizeof composite);
    count = 0;
    for (int i = 2; i < (int)sizeof composite; i++) {
      if (composite[i]) continue;
      count++;
      for (long j = (long)i * i; j < (long)sizeof composite; j += i) composite[j] = 1;
    }
  }
  printf("%d\n", count);
  return 0;
}
