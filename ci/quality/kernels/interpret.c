#include "kernel.h"

u32 interpret(const u8 *code, u32 n) {
  u32 regs[16];
  u64 pc = 0;
  u32 acc = 0, count = n;
  for (;;) {
    u8 op = code[pc], arg = code[pc + 1];
    pc += 2;
    switch (op) {
    case 0: acc = arg; break;
    case 1: acc += arg; break;
    case 2: acc = regs[arg]; break;
    case 3: regs[arg] = acc; break;
    case 4: acc += regs[arg]; break;
    case 5: acc *= regs[arg]; break;
    case 6: count--; if (count != 0) pc = arg; break;
    default: return acc;
    }
  }
}

int main(void) {
  u8 program[] = {0, 1, 3, 0, 0, 3, 3, 1, 2, 1, 4, 0, 3, 2, 5, 0, 1, 7, 3, 1, 2, 2, 1, 3, 3, 0, 6, 8, 2, 1, 4, 0, 7, 0};
  return (u8)interpret(program, 300);
}
