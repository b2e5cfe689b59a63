// Thread-local storage, weak symbols, aliases, common symbols, functions in sections of their own, constructors.
#include <stdio.h>

__thread int counter = 40;
static __thread long zeros[4];
int common[10];
extern int absent(int) __attribute__((weak));
static int real(int x) { return x + 1; }
int other(int x) __attribute__((alias("real")));
static int began;
__attribute__((constructor)) static void begin(void) { began = 7; }
__attribute__((noinline, section(".text.apart"))) static int apart(int n) { return n * 3 + counter; }
__attribute__((noinline, aligned(64))) static int aligned(int n) { return n - 1; }
static int (*const table[])(int) = {real, other, apart, aligned};

int main(void)
{
	int sum = 0;
	counter += 2;
	zeros[2] = 5;
	for (int i = 0; i < 40; i++) {
		sum += table[i & 3](i);
		common[i % 10] += i;
	}
	printf("%d %d %ld %d %d %d\n", sum, counter, zeros[2] + zeros[3], common[3], began, absent ? absent(1) : -1);
	return 0;
}
