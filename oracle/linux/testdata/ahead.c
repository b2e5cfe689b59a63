#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Functions with a limit, on bytes behind which nothing was written: the C library reads whole words.

int main(void) {
    char text[16], copy[32];
    for (volatile int i = 0; i < 5; i++) text[i] = "hello"[i];
    printf("%.5s %zu\n", text, strnlen(text, 5));
    printf("%d %d\n", memchr(text, 'z', 5) == NULL, (int)((char *)memchr(text, 'l', 5) - text));
    printf("%d\n", (int)((char *)memrchr(text, 'l', 5) - text));
    strncpy(copy, text, 5);
    printf("%d\n", strncmp(copy, text, 5));
    puts(strndup(text, 5));
    return 0;
}
