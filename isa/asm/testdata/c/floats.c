/* Floating point: arithmetic, conversions, comparisons, constants in memory. */
float f3(float a, float b) { return a * 1.5f + b / 0.1f; }
double a0(double a, int n) { return a + n * 3.14159265358979; }
long convert(double a, float b) { return (long)a + (unsigned)b; }
double back(unsigned long a, int b) { return (double)a - (float)b; }
int order(double a, double b) { return a < b ? 1 : a >= b ? 2 : a != b; }
double table[] = {0.0, -0.0, 1e300, 2.5e-310, 1.0 / 3};
double pick(int i) { return table[i & 3] + __builtin_fabs(table[4]); }
