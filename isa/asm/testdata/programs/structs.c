// Structures by value of all sizes and kinds, variadic functions, bit fields, unions.
#include <stdarg.h>
#include <stdio.h>

struct small { char c; short s; };
struct pair { double d; int i; };
struct floats { float a, b; };
struct big { long a[5]; };
struct bits { unsigned a : 3, b : 13; int c : 9; unsigned long d : 37; };
union any { int i; float f; unsigned char bytes[8]; };

struct small addSmall(struct small x, int n) { x.c += n; x.s -= n; return x; }
struct pair swap(struct pair p) { struct pair q = {p.i, (int)p.d}; return q; }
struct floats mix(struct floats f, float x) { struct floats g = {f.b * x, f.a + x}; return g; }
struct big shift(struct big b, int by)
{
	struct big out;
	for (int i = 0; i < 5; i++)
		out.a[i] = b.a[(i + by) % 5];
	return out;
}

static long sum(int n, ...)
{
	va_list list;
	long total = 0;
	va_start(list, n);
	for (int i = 0; i < n; i++)
		total += i & 1 ? (long)va_arg(list, double) : va_arg(list, long);
	va_end(list);
	return total;
}

int main(void)
{
	struct small s = addSmall((struct small){100, 5}, 77);
	struct pair p = swap((struct pair){2.5, 7});
	struct floats f = mix((struct floats){1.5f, 2.5f}, 4);
	struct big b = shift((struct big){{1, 2, 3, 4, 5}}, 2);
	struct bits x = {5, 8000, -200, 0x1234567890};
	union any u = {.f = 1.5f};
	x.a += 4;
	x.c -= 100;
	printf("%d %d %g %d %g %g %ld %ld\n", s.c, s.s, p.d, p.i, f.a, f.b, b.a[0], b.a[4]);
	printf("%u %u %d %lx %x %u\n", x.a, x.b, x.c, (unsigned long)x.d, (unsigned)u.i, u.bytes[3]);
	printf("%ld\n", sum(7, 1L, 2.0, 3L, 4.5, 5L, 6.0, 7L));
	return 0;
}
