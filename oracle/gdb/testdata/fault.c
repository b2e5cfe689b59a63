#include <stdio.h>

// What the program does wrong depends on the number of its arguments.
__attribute__((noinline)) static void wild(int *place) { *place = 1; }

__attribute__((noinline)) static int choose(void) {
	volatile int nothing[4];
	return nothing[2] > 5 ? puts("more") : puts("less");
}

__attribute__((noinline)) static void loop(volatile int *count) {
	for (;;)
		++*count;
}

int main(int argc, char **argv) {
	volatile int count = 0;
	if (argc == 2)
		return choose();
	if (argc > 3)
		loop(&count);
	wild((int *)0x123456780);
	return count;
}
