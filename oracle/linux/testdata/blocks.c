// Copies, fills and searches blocks of every short length and alignment.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(void) {
  char from[300], to[320];
  unsigned sum = 0;
  for (int length = 0; length < 150; length++)
    for (int offset = 0; offset < 8; offset++) {
      memset(from, length, sizeof from);
      memset(to, 0, sizeof to);
      for (int i = 0; i < length; i++) from[i] = i * 7;
      memcpy(to + offset, from + (offset * 3 & 7), length);
      memmove(to + offset + 1, to + offset, length);
      for (int i = 0; i < length + 9; i++) sum = sum * 31 + (unsigned char)to[i];
      char *text = malloc(length + 1);
      memset(text, 'x', length);
      text[length] = 0;
      sum += strlen(text) + (strchr(text, 'y') != 0) + (memchr(text, 0, length + 1) != 0);
      free(text);
    }
  printf("%u\n", sum);
  int c, count = 0;
  while ((c = getchar()) != EOF) count += c;
  printf("%d\n", count);
  return 3;
}
