// Single and double precision: sums, roots, conversions, comparisons with NaN, constants.
#include <math.h>
#include <stdio.h>

static double poly(double x)
{
	static const double c[] = {1, -0.5, 1.0 / 6, -1.0 / 24, 1.0 / 120};
	double sum = 0;
	for (int i = 4; i >= 0; i--)
		sum = sum * x + c[i];
	return sum;
}

static float dot(const float *a, const float *b, int n)
{
	float sum = 0;
	for (int i = 0; i < n; i++)
		sum += a[i] * b[i];
	return sum;
}

int main(void)
{
	float a[64], b[64];
	for (int i = 0; i < 64; i++) {
		a[i] = (float)i / 7;
		b[i] = (float)(64 - i) * 0.25f;
	}
	volatile double zero = 0;
	double nan = zero / zero, inf = 1 / zero;
	printf("%.9g %.9g %.9g\n", dot(a, b, 64), poly(0.3), sqrt(2.0 + zero));
	printf("%d %d %d %d\n", nan == nan, nan < 1, inf > 1e300, nan != nan);
	printf("%d %ld %u %lu\n", (int)-3.99, (long)1e15, (unsigned)3e9, (unsigned long)1.5e19);
	printf("%g %g %g\n", fmin(1, nan), fmax(-zero, zero), floor(-2.5 + zero));
	printf("%.9g %.17g\n", (double)(float)0.1, 0.1f * 3.0);
	return 0;
}
