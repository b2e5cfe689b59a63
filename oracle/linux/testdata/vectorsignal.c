#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <ucontext.h>

// A handler that uses the vector unit leaves what it interrupts as it was, and finds the registers in its ucontext_t.

static volatile int found;

static void handler(int signal, siginfo_t *info, void *context) {
    const unsigned char *extra = (const unsigned char *)&((ucontext_t *)context)->uc_mcontext + 776;
    uint32_t magic, size;
    uint64_t words[6];
    memcpy(&magic, extra, 4), memcpy(&size, extra + 4, 4), memcpy(words, extra + 8, sizeof words);
    const unsigned char *registers = (const unsigned char *)words[5];
    uint32_t end;
    memcpy(&end, extra + size, 4);
    found = magic == 0x53465457 && size == 56 + 32 * words[4] && words[1] == 4 && registers == extra + 56 && registers[3 * words[4]] == 11 && end == 0;
    __asm__ volatile("vsetvli t0, zero, e8, m8, ta, ma\n vmv.v.i v0, 5\n vmv.v.i v8, 5\n csrwi vxrm, 3" ::: "t0", "memory");
    (void)signal, (void)info;
}

int main(void) {
    struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};
    uint32_t out[4];
    unsigned long vl, rounding;
    sigaction(SIGUSR1, &action, NULL);
    __asm__ volatile("li t0, 4\n vsetvli t0, t0, e32, m1, ta, ma\n vmv.v.i v3, 11\n csrwi vxrm, 1\n" ::: "t0", "memory");
    register long a0 __asm__("a0") = 42, a1 __asm__("a1") = SIGUSR1, a7 __asm__("a7") = 129;
    __asm__ volatile("ecall\n csrr %1, vl\n csrr %2, vxrm\n vse32.v v3, (%3)\n" : "+r"(a0), "=&r"(vl), "=&r"(rounding) : "r"(out), "r"(a1), "r"(a7) : "memory");
    printf("found %d, v3 %u %u, vl %lu, vxrm %lu\n", found, out[0], out[3], vl, rounding);
    return 0;
}
