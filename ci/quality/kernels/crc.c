#include "kernel.h"

u32 crc(const u8 *bytes, u64 len) {
  u32 crc = 0xffffffff;
  for (u64 i = 0; i < len; i++) {
    u8 byte = bytes[i];
    crc ^= byte;
    for (u8 k = 0; k < 8; k++) {
      u32 mask = -(crc & 1);
      crc = crc >> 1 ^ (0xedb88320 & mask);
    }
  }
  return ~crc;
}

int main(void) {
  u8 bytes[256];
  for (u64 i = 0; i < 256; i++) bytes[i] = i * 7;
  return (u8)crc(bytes, 256);
}
