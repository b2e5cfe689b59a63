/* Jump tables, calls through pointers, tail calls, recursion, labels as values. */
extern int f(int);
static int twice(int x) { return f(x) + f(x + 1); }
int (*hooks[])(int) = {f, twice};

int choose(int op, int a, int b)
{
	switch (op) {
	case 0: return a + b;
	case 1: return a - b;
	case 2: return f(a * b);
	case 3: return a & b;
	case 4: return a | b;
	case 5: return twice(a);
	case 6: return a << (b & 31);
	case 7: return hooks[b & 1](a);
	case 100: return -1;
	default: return f(op);
	}
}

int fp(int n) { return n < 2 ? n : fp(n - 1) + fp(n - 2); }

int walk(const char *s)
{
	static void *const next[] = {&&zero, &&one, &&end};
	int n = 0;
	goto *next[*s & 1];
zero:
	n++;
one:
	n += 2;
	if (*++s)
		goto *next[*s & 1];
end:
	return n;
}
