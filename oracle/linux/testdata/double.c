// Work on doubles: bodies that attract each other, and a matrix.
#include <math.h>
#include <stdio.h>

static double x[5][3] = {{0, 0, 0}, {4.8, -1.2, -0.1}, {8.3, 4.1, -0.4}, {12.9, -15.1, -0.2}, {15.4, -25.9, 0.2}};
static double v[5][3] = {{0, 0, 0}, {0.6, 2.8, 0}, {-1, 1.8, 0}, {1, 0.9, 0}, {1, 0.6, 0}};
static double mass[5] = {39.5, 0.04, 0.01, 0.002, 0.002};

int main(void) {
  for (int step = 0; step < 60000; step++) {
    for (int i = 0; i < 5; i++)
      for (int j = i + 1; j < 5; j++) {
        double d[3], square = 0;
        for (int k = 0; k < 3; k++) d[k] = x[i][k] - x[j][k], square += d[k] * d[k];
        double pull = 0.001 / (square * sqrt(square));
        for (int k = 0; k < 3; k++) v[i][k] -= d[k] * mass[j] * pull, v[j][k] += d[k] * mass[i] * pull;
      }
    for (int i = 0; i < 5; i++)
      for (int k = 0; k < 3; k++) x[i][k] += 0.001 * v[i][k];
  }
  enum { n = 60 };
  static double a[n][n], b[n][n], c[n][n];
  for (int i = 0; i < n; i++)
    for (int j = 0; j < n; j++) a[i][j] = 1.0 / (i + j + 1), b[i][j] = i == j ? 2 : 1.0 / (i - j);
  for (int round = 0; round < 10; round++)
    for (int i = 0; i < n; i++)
      for (int j = 0; j < n; j++)
        for (int k = 0; k < n; k++) c[i][j] += a[i][k] * b[k][j];
  printf("%.17g %.17g %.17g\n", x[0][0], v[4][2], c[7][11]);
  return 0;
}
