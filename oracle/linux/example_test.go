package linux_test

import (
	"context"
	"encoding/binary"
	"fmt"
	"os"

	"github.com/rvfuzz/rvfuzz/oracle/linux"
)

// executable returns an ELF file with one segment: the headers, then the code and the data.
func executable(code []uint32, data string) []byte {
	const base, headers = 0x10000, 64 + 56
	le := binary.LittleEndian
	file := make([]byte, headers)
	copy(file, "\x7fELF\x02\x01\x01")
	le.PutUint16(file[16:], 2)            // e_type: executable
	le.PutUint16(file[18:], 243)          // e_machine: RISC-V
	le.PutUint64(file[24:], base+headers) // e_entry
	le.PutUint64(file[32:], 64)           // e_phoff
	le.PutUint16(file[54:], 56)           // e_phentsize
	le.PutUint16(file[56:], 1)            // e_phnum
	le.PutUint32(file[64:], 1)            // p_type: load
	le.PutUint32(file[68:], 5)            // p_flags: read, execute
	le.PutUint64(file[80:], base)         // p_vaddr
	size := uint64(headers + 4*len(code) + len(data))
	le.PutUint64(file[96:], size)  // p_filesz
	le.PutUint64(file[104:], size) // p_memsz
	for _, word := range code {
		file = le.AppendUint32(file, word)
	}
	return append(file, data...)
}

// A program that writes a line and exits with status 3.
func ExampleExecute() {
	file := executable([]uint32{
		0x04000893, // li a7,64 (write)
		0x00100513, // li a0,1
		0x00000597, // auipc a1,0
		0x01c58593, // addi a1,a1,28
		0x00600613, // li a2,6
		0x00000073, // ecall
		0x05d00893, // li a7,93 (exit)
		0x00300513, // li a0,3
		0x00000073, // ecall
	}, "hello\n")
	exit, err := linux.Execute(context.Background(), file, linux.Config{Stdout: os.Stdout})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(exit.Ending, exit.Status, exit.Steps)
	// Output:
	// hello
	// exited 3 9
}

// A file that is not an executable is an error that names the place.
func ExampleExecute_error() {
	_, err := linux.Execute(context.Background(), []byte("#!/bin/sh"), linux.Config{})
	fmt.Println(err)
	// Output: elf: file of 9 bytes is shorter than the header
}
