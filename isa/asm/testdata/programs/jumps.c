// Computed jumps, jumps out of functions, large frames, arrays of variable length, far branches.
#include <setjmp.h>
#include <stdio.h>

static jmp_buf out;

static int interpret(const unsigned char *code)
{
	static const void *const targets[] = {&&stop, &&increment, &&twice, &&negate, &&leave};
	int value = 1;
	goto *targets[*code++];
increment: value++; goto *targets[*code++];
twice: value *= 2; goto *targets[*code++];
negate: value = -value; goto *targets[*code++];
leave: longjmp(out, value);
stop: return value;
}

static long large(int n)
{
	long room[600], flexible[n];
	for (int i = 0; i < 600; i++)
		room[i] = i * n;
	for (int i = 0; i < n; i++)
		flexible[i] = room[i * 7 % 600];
	return flexible[n - 1] + room[599];
}

#define TEN(x) x x x x x x x x x x
static int far(int n)
{
	volatile int v = n;
	if (n > 3) {
		TEN(TEN(v += 3; v ^= 0x1234;))
	}
	return v;
}

int main(void)
{
	printf("%d\n", interpret((const unsigned char[]){1, 2, 2, 3, 1, 0}));
	int value = setjmp(out);
	if (value == 0)
		interpret((const unsigned char[]){2, 2, 2, 1, 4});
	printf("%d %ld %d %d\n", value, large(33), far(2), far(5));
	return 0;
}
