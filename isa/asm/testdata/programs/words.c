// Bits and wide integers: rotations, counts, byte orders, products of 128 bits, divisions, carries.
#include <stdint.h>
#include <stdio.h>

static uint64_t rotate(uint64_t x, int n) { return x << n | x >> (-n & 63); }
static int count(uint64_t x) { int n = 0; for (; x; x &= x - 1) n++; return n; }

static uint32_t crc(const unsigned char *p, int n)
{
	uint32_t c = ~0u;
	for (int i = 0; i < n; i++) {
		c ^= p[i];
		for (int k = 0; k < 8; k++)
			c = c >> 1 ^ (c & 1 ? 0xedb88320u : 0);
	}
	return ~c;
}

int main(void)
{
	uint64_t x = 0x0123456789abcdefULL;
	for (int i = 1; i < 64; i += 9)
		x = rotate(x, i) * 0x9e3779b97f4a7c15ULL + (uint64_t)count(x);
	unsigned __int128 wide = (unsigned __int128)x * x;
	__int128 quotient = (__int128)wide / 1000003 - (__int128)(wide % 77);
	printf("%016lx %016lx %016lx\n", (unsigned long)x, (unsigned long)(wide >> 64), (unsigned long)quotient);
	printf("%d %d %d\n", __builtin_clzl(x), __builtin_ctzl(x << 13), __builtin_popcountl(x));
	printf("%08x %lx %x\n", __builtin_bswap32((uint32_t)x), __builtin_bswap64(x), (unsigned)(uint16_t)(x >> 3));
	printf("%08x\n", crc((const unsigned char *)"123456789", 9));
	volatile int zero = 0;
	printf("%d %d %ld\n", 7 / (zero + 2), -7 % (zero + 3), (long)x / (zero - 5));
	return 0;
}
