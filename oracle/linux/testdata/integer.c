// Integer work of the kinds that benchmarks have: a linked list, a matrix, a
// state machine over text, and a checksum.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

struct node { struct node *next; int value; };

static uint16_t checksum(uint16_t crc, uint32_t v) {
  for (int i = 0; i < 32; i++, v >>= 1) crc = crc >> 1 ^ ((crc ^ v) & 1 ? 0xa001 : 0);
  return crc;
}

static int numbers(const char *s) {
  enum { start, integer, fraction, other } state = start;
  int count[4] = {0};
  for (; *s; s++)
    switch (state) {
    case start: state = *s >= '0' && *s <= '9' ? integer : *s == ' ' ? start : other; break;
    case integer: state = *s == '.' ? fraction : *s == ' ' ? start : *s >= '0' && *s <= '9' ? integer : other; count[state]++; break;
    case fraction: state = *s == ' ' ? start : *s >= '0' && *s <= '9' ? fraction : other; count[state]++; break;
    case other: state = *s == ' ' ? start : other; count[state]++; break;
    }
  return count[0] + 3 * count[1] + 5 * count[2] + 7 * count[3];
}

int main(void) {
  enum { n = 40 };
  static int a[n][n], b[n][n], c[n][n];
  struct node *list = 0;
  for (int i = 0; i < 200; i++) {
    struct node *new = malloc(sizeof *new);
    new->next = list, new->value = i * 7919 % 1009, list = new;
  }
  uint16_t crc = 0;
  for (int round = 0; round < 300; round++) {
    for (int i = 0; i < n; i++)
      for (int j = 0; j < n; j++) a[i][j] = i * round + j, b[i][j] = i - j;
    for (int i = 0; i < n; i++)
      for (int j = 0; j < n; j++) {
        int sum = 0;
        for (int k = 0; k < n; k++) sum += a[i][k] * b[k][j];
        c[i][j] = sum;
      }
    crc = checksum(crc, c[round % n][3]);
    struct node *reversed = 0;
    for (struct node *next; list; list = next) next = list->next, list->next = reversed, reversed = list;
    list = reversed;
    for (struct node *p = list; p; p = p->next) crc = checksum(crc, p->value);
    crc = checksum(crc, numbers("123 45.67 x9 8.8.8 0 1e5 .5 99999 12.5 abc 3.14159 42"));
  }
  printf("%u\n", crc);
  return 0;
}
