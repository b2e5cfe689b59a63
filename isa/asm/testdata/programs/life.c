// Conway's game on a torus, and a recursive solver of queens: arrays of arrays, recursion, characters.
#include <stdio.h>
#include <string.h>

enum { ROWS = 20, COLUMNS = 30 };
static char world[ROWS][COLUMNS], after[ROWS][COLUMNS];

static int around(int r, int c)
{
	int n = 0;
	for (int i = -1; i <= 1; i++)
		for (int j = -1; j <= 1; j++)
			if (i || j)
				n += world[(r + i + ROWS) % ROWS][(c + j + COLUMNS) % COLUMNS];
	return n;
}

static int queens(int row, int n, unsigned columns, unsigned up, unsigned down)
{
	if (row == n)
		return 1;
	int found = 0;
	for (int c = 0; c < n; c++) {
		unsigned a = 1u << c, b = 1u << (row + c), d = 1u << (row - c + n);
		if (!(columns & a) && !(up & b) && !(down & d))
			found += queens(row + 1, n, columns | a, up | b, down | d);
	}
	return found;
}

int main(void)
{
	static const char glider[3][4] = {".#.", "..#", "###"};
	for (int r = 0; r < 3; r++)
		for (int c = 0; c < 3; c++)
			world[r + 5][c + 5] = glider[r][c] == '#';
	for (int step = 0; step < 30; step++) {
		for (int r = 0; r < ROWS; r++)
			for (int c = 0; c < COLUMNS; c++) {
				int n = around(r, c);
				after[r][c] = n == 3 || (n == 2 && world[r][c]);
			}
		memcpy(world, after, sizeof world);
	}
	for (int r = 0; r < ROWS; r++)
		for (int c = 0; c < COLUMNS; c++)
			if (world[r][c])
				printf("%d,%d ", r, c);
	printf("%d\n", queens(0, 6, 0, 0, 0));
	return 0;
}
