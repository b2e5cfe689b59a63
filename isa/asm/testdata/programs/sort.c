// Sorting by three algorithms, with a comparison through a pointer.
#include <stdio.h>
#include <stdlib.h>

static unsigned state = 12345;
static int next(void) { state = state * 1103515245 + 12345; return (int)(state >> 8) % 1000; }

static int ascending(const void *a, const void *b)
{
	int x = *(const int *)a, y = *(const int *)b;
	return (x > y) - (x < y);
}

static void insertion(int *a, int n)
{
	for (int i = 1; i < n; i++)
		for (int j = i; j > 0 && a[j - 1] > a[j]; j--) {
			int t = a[j];
			a[j] = a[j - 1];
			a[j - 1] = t;
		}
}

static void quick(int *a, int low, int high)
{
	if (low >= high)
		return;
	int pivot = a[(low + high) / 2], i = low, j = high;
	while (i <= j) {
		while (a[i] < pivot) i++;
		while (a[j] > pivot) j--;
		if (i <= j) {
			int t = a[i];
			a[i++] = a[j];
			a[j--] = t;
		}
	}
	quick(a, low, j);
	quick(a, i, high);
}

int main(void)
{
	int a[100], b[100], c[100], wrong = 0;
	for (int i = 0; i < 100; i++)
		a[i] = b[i] = c[i] = next();
	insertion(a, 100);
	quick(b, 0, 99);
	qsort(c, 100, sizeof *c, ascending);
	for (int i = 0; i < 100; i++)
		wrong += a[i] != b[i] || b[i] != c[i];
	printf("%d %d %d %d\n", a[0], a[50], a[99], wrong);
	return wrong;
}
