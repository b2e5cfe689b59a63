#include <stdio.h>
#include <sys/auxv.h>

// The size of vector registers in bytes, and whether Linux says that there are any.
int main(void) {
	unsigned long bytes;
	__asm__("csrr %0, vlenb" : "=r"(bytes));
	printf("%lu %lu\n", bytes, getauxval(AT_HWCAP) >> ('v' - 'a') & 1);
	return 0;
}
