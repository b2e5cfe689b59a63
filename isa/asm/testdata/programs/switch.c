// Dense and sparse switches, on characters, integers and long integers, and strings that are compared.
#include <stdio.h>
#include <string.h>

static int dense(int n)
{
	switch (n) {
	case 0: return 17;
	case 1: return 3;
	case 2: return 44;
	case 3: return -9;
	case 4: puts("four"); return 1;
	case 5: return 60;
	case 6: puts("six"); /* falls through */
	case 7: return 1000;
	case 8: return 2000;
	case 9: return 5;
	}
	return -1;
}

static const char *sparse(long n)
{
	switch (n) {
	case -1000000000000: return "minus a million million";
	case 5: return "five";
	case 77777: return "seventy-seven thousand";
	case 1L << 40: return "two to the forty";
	}
	return "none";
}

static int word(const char *s)
{
	static const char *const words[] = {"add", "sub", "mul", "div", "and", "or", "xor"};
	for (unsigned i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(s, words[i]) == 0)
			return (int)i;
	return -1;
}

int main(int argc, char **argv)
{
	long sum = argc;
	for (int i = -2; i < 12; i++)
		sum = sum * 31 + dense(i);
	printf("%ld %s %s %s %s\n", sum, sparse(5), sparse(1L << 40), sparse(-1000000000000), sparse(6));
	printf("%d %d %d\n", word("mul"), word("xor"), word("nor"));
	return 0;
}
