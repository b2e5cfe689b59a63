// Work on strings: copying, comparing, searching, sorting and hashing of words.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { words = 500, longest = 24 };
static char text[words][longest], joined[words * longest];

static int order(const void *a, const void *b) { return strcmp(a, b); }

static uint64_t hash(const char *s) {
  uint64_t h = 14695981039346656037u;
  for (; *s; s++) h = (h ^ (unsigned char)*s) * 1099511628211u;
  return h;
}

int main(void) {
  uint32_t seed = 1;
  uint64_t sum = 0;
  for (int round = 0; round < 150; round++) {
    char *end = joined;
    for (int i = 0; i < words; i++) {
      int size = 3 + (seed >> 16) % (longest - 4);
      for (int k = 0; k < size; k++) seed = seed * 1103515245 + 12345, text[i][k] = 'a' + (seed >> 16) % 26;
      text[i][size] = 0;
    }
    qsort(text, words, longest, order);
    for (int i = 0; i < words; i++) {
      sum += hash(text[i]) ^ strlen(text[i]);
      strcpy(end, text[i]);
      end += strlen(end);
      *end++ = i % 8 ? ' ' : '\n';
    }
    *end = 0;
    for (const char *p = joined; (p = strchr(p, '\n')); p++) sum++;
    for (int i = 0; i < words; i += 50) sum += strstr(joined, text[i]) - joined;
    for (char *p = strtok(joined, " \n"); p; p = strtok(0, " \n")) sum += *p;
  }
  printf("%llu\n", (unsigned long long)sum);
  return 0;
}
