/* Integers of all widths, shifts, divisions, 128 bits, constants that take several instructions. */
typedef unsigned long u64;
typedef unsigned __int128 u128;

u64 mix(u64 a, u64 b) { return (a * 0x9e3779b97f4a7c15ul) ^ (b >> 7) ^ 0x123456789abcdef0ul; }
int divide(int a, int b) { return b ? a / b - a % b : 0x7fffffff; }
unsigned char narrow(unsigned char a, signed char b, short c) { return a * b + (c >> 3); }
u128 wide(u128 a, u128 b) { return a * b + (a >> 65) - (b << 3); }
long rotate(u64 a, int n) { return (a << n) | (a >> (64 - n)); }
int compare(long a, u64 b, int c) { return (a < 0) + (b > 0xfffffffful) * 2 + (c == -2048) * 4; }

long sum(const long *p, long n)
{
	long s = 0;
	for (long i = 0; i < n; i++)
		s += p[i] > 100 ? p[i] : -p[i];
	return s;
}
