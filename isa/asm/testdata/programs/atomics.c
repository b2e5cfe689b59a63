// Atomic operations of all widths and orders, and fences.
#include <stdatomic.h>
#include <stdio.h>

static atomic_uchar small;
static atomic_ushort half;
static atomic_int word;
static atomic_long wide;

int main(void)
{
	int expected = 5;
	for (int i = 0; i < 100; i++) {
		atomic_fetch_add(&small, 3);
		atomic_fetch_sub_explicit(&half, 7, memory_order_relaxed);
		atomic_fetch_xor_explicit(&word, i, memory_order_acquire);
		atomic_fetch_or_explicit(&wide, 1L << (i & 31), memory_order_release);
	}
	atomic_thread_fence(memory_order_seq_cst);
	int old = atomic_exchange(&word, 5);
	int swapped = atomic_compare_exchange_strong(&word, &expected, 9);
	int failed = atomic_compare_exchange_strong(&word, &expected, 11);
	atomic_store_explicit(&half, (unsigned short)(atomic_load(&half) + 1), memory_order_release);
	printf("%d %d %d %lx %d %d %d\n", small, half, old, (long)wide, swapped, failed, expected);
	return 0;
}
