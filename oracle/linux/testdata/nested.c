#include <stdio.h>
#include <stdlib.h>

// A function within a function, called through a pointer: gcc writes code onto the stack, which must be executable.

static int apply(int (*f)(int), int x) { return f(x); }

int main(void) {
    volatile int base = 40;
    int add(int x) { return base + x; }
    int again(int x) { return apply(add, x) + base; }
    printf("%d %d\n", apply(add, 2), apply(again, 3));
    base = 7;
    printf("%d\n", apply(again, 1));
    return 0;
}
