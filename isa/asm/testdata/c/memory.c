/* Variable arguments, atomics, big frames, inline assembly, alloca. */
typedef __builtin_va_list list;
extern void use(void *);

long add(int n, ...)
{
	list ap;
	long s = 0;
	__builtin_va_start(ap, n);
	while (n--)
		s += __builtin_va_arg(ap, long) + __builtin_va_arg(ap, double);
	__builtin_va_end(ap);
	return s;
}

int atomics(int *p, long *q, int v)
{
	int old = __atomic_fetch_add(p, v, __ATOMIC_SEQ_CST);
	long zero = 0;
	__atomic_compare_exchange_n(q, &zero, v, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
	__atomic_store_n(p, __atomic_load_n(q, __ATOMIC_ACQUIRE), __ATOMIC_RELEASE);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	return old + __atomic_exchange_n(p, 3, __ATOMIC_RELAXED);
}

int frame(int n)
{
	char big[5000];
	char *more = __builtin_alloca(n);
	use(big);
	use(more);
	return big[n] + more[1];
}

unsigned long cycles(void)
{
	unsigned long c;
	__asm__ volatile("csrr %0, cycle\n\t# a comment; not a statement\n\tfence rw, w; nop\n1:\tbnez zero, 1b" : "=r"(c));
	return c;
}
