#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/syscall.h>
#include <unistd.h>

// What the kernel tells of the machine.

struct pair { long key; unsigned long value; };

static long result;
static struct pair pairs[2];
static unsigned long set;

static long probe(long count, long size, unsigned long processors, long flags) {
    set = processors;
    return syscall(258, pairs, count, size, size || flags ? &set : NULL, flags);
}

#define show(call) (errno = 0, result = (long)(call), printf("%s = %ld %s, set %lx\n", #call, result, errno ? strerror(errno) : "", set))

int main(int argc, char **argv) {
    const long keys[] = {0, 2, 3, 4, 5, 6, 12, 99, -5};
    for (unsigned i = 0; i < sizeof keys / sizeof *keys; i++) {
        pairs[0] = (struct pair){keys[i], 1234};
        long got = probe(1, 0, 0, 0);
        printf("key %ld: %ld, %ld %#lx\n", keys[i], got, pairs[0].key, pairs[0].value);
    }
    if (argc > 1) return getauxval(AT_HWCAP) >> ('v' - 'a') & 1;
    pairs[0] = (struct pair){4, 3}, pairs[1] = (struct pair){3, 1};
    show(probe(1, 8, 0, 0));
    show(probe(1, 8, 1, 2));
    show(syscall(258, 8, 1, 0, 0, 0));
    show(syscall(258, NULL, 0, 0, 0, 0));
    puts("by processors"); // which the emulator has not
    show(probe(1, 8, 4, 0));
    pairs[0].value = 3;
    show(probe(2, 8, 1, 1));
    show(probe(2, 8, 0, 1));
    pairs[1].value = 2;
    show(probe(2, 8, 1, 1));
    pairs[1] = (struct pair){99, 0};
    show(probe(2, 8, 1, 1));
    show(pairs[1].key);
    show(probe(1, 0, 1, 1));
    return 0;
}
