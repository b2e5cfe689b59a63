/* Globals of all kinds, strings, structures, bit fields, pointers into objects. */
struct inner { char c; short s; int bits : 5; unsigned more : 11; };
struct outer { long l; struct inner in[3]; const char *name; struct outer *next; double d; };

const char greeting[] = "tab\there, \"quotes\", \\ and bytes \001\377\0end";
static char zeros[1000];
static long counter;
long ra = 7, t0[4] = {1, -2, 0x123456789abcdef};
extern struct outer chain;
struct outer chain = {1, {{'a', -1, 3, 1000}, {'#', 2}, {';', 3}}, "name; with # marks", &chain, 2.5};
int *const middle = (int *)&t0[2] + 1;
const int squares[] = {0, 1, 4, 9, 16};
__attribute__((aligned(64))) char aligned[3] = {1, 2, 3};
__attribute__((section(".special"), used)) int special = 0x1234;
__attribute__((weak)) int maybe(void) { return 1; }
extern int absent(void) __attribute__((weak));
_Bool flag = 1;
long double quad = 1.25L;

struct outer copy(const struct outer *p, int i)
{
	struct outer o = *p;
	o.in[i].bits = -3;
	o.in[0].more += squares[i];
	counter += zeros[i]++ + ra;
	if (absent)
		o.l = absent() + maybe();
	return o;
}

const char *text(int i) { return i ? greeting + i : "another string"; }
