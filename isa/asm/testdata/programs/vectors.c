// Loops that compilers make vectors of: integers of four widths, reductions, strides, saturation, selections.
#include <stdint.h>
#include <stdio.h>

#define N 203
static int8_t bytes[N];
static uint16_t halves[N];
static int32_t words[N], chosen[N];
static int64_t longs[N];
static double numbers[N];

static void fill(void)
{
	for (int i = 0; i < N; i++) {
		bytes[i] = (int8_t)(i * 7);
		halves[i] = (uint16_t)(i * 321);
		words[i] = i * i - 5000;
		longs[i] = (int64_t)words[i] * words[i];
		numbers[i] = i * 0.5;
	}
}

int main(void)
{
	int64_t sum = 0, most = INT64_MIN;
	uint32_t mixed = 0;
	double total = 0;
	fill();
	for (int i = 0; i < N; i++)
		chosen[i] = words[i] > 0 ? words[i] : -bytes[i];
	for (int i = 0; i < N; i++)
		sum += chosen[i] + halves[i];
	for (int i = 0; i < N; i++)
		most = longs[i] > most ? longs[i] : most;
	for (int i = 0; i < N; i += 3)
		mixed ^= (uint32_t)(halves[i] << (i & 15));
	for (int i = 0; i < N; i++)
		numbers[i] = numbers[i] * 2 + 1;
	for (int i = 0; i < N; i++)
		total += numbers[N - 1 - i];
	printf("%ld %ld %u %g\n", (long)sum, (long)most, mixed, total);
	return 0;
}
