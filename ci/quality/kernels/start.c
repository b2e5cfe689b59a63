/* What a kernel is linked with: it calls main and exits with its result. Nothing of it is counted as code. */
__asm__(".globl _start\n"
        "_start:\n"
        "	.option push\n"
        "	.option norelax\n"
        "	la gp, __global_pointer$\n"
        "	.option pop\n"
        "	call main\n"
        "	li a7, 93\n"
        "	ecall\n");
