#include <stdio.h>

struct pair {
	int left;
	double right;
};

int counter = 7;
struct pair shared = {3, 0.5};

__attribute__((noinline)) static int square(int n) {
	counter += n;
	return n * n;
}

int main(void) {
	int sum = 0;
	for (int i = 1; i <= 3; i++)
		sum += square(i + 10);
	printf("sum %d, counter %d\n", sum, counter);
	return counter & 127;
}
