package machine

import (
	"bytes"
	"encoding/binary"
	"fmt"

	"github.com/rvfuzz/rvfuzz/backend/link"
	"github.com/rvfuzz/rvfuzz/isa"
)

// The layout of the executable: code, then one block of data for each sequence, at addresses that lui reaches.
const (
	textBase  = 0x10000
	dataBase  = 0x20000000
	writeSize = 1 << 19 // bytes per write system call
)

// program returns an executable that runs each sequence on its block, writes all blocks to standard output and exits
// with 0.
func (l layout) program(sequences []sequence) ([]byte, error) {
	var code []byte
	var failed error
	emit := func(list ...isa.Inst) {
		for _, in := range list {
			next, err := isa.Append(code, in)
			if err != nil {
				failed = fmt.Errorf("machine: %v: %w", in, err)
				return
			}
			code = next
		}
	}
	data := make([]byte, 0, len(sequences)*l.blockSize())
	for i := range sequences {
		emit(loadAddress(pointer, l.pointerTo(i))...)
		emit(l.loadState(sequences[i].vector)...)
		for _, g := range sequences[i].groups {
			emit(g...)
		}
		emit(l.saveState(sequences[i].vector)...)
		data = l.appendState(data, &sequences[i].start)
	}
	for at := 0; at < len(data); at += writeSize {
		emit(isa.Inst{Op: isa.ADDI, Rd: isa.A0, Imm: 1})
		emit(loadAddress(isa.A1, dataBase+int64(at))...)
		emit(loadAddress(isa.A2, int64(min(writeSize, len(data)-at)))...)
		emit(isa.Inst{Op: isa.ADDI, Rd: isa.A7, Imm: 64}, isa.Inst{Op: isa.ECALL})
	}
	emit(isa.Inst{Op: isa.ADDI, Rd: isa.A0}, isa.Inst{Op: isa.ADDI, Rd: isa.A7, Imm: 93}, isa.Inst{Op: isa.ECALL})
	if failed != nil {
		return nil, failed
	}
	return executable(code, data)
}

// loadAddress returns code that puts a number below 2^31 into a register.
func loadAddress(rd isa.Reg, value int64) []isa.Inst {
	return []isa.Inst{
		{Op: isa.LUI, Rd: rd, Imm: (value + 0x800) >> 12},
		{Op: isa.ADDI, Rd: rd, Rs1: rd, Imm: value << 52 >> 52},
	}
}

const csrFcsr, csrVcsr, csrVl, csrVtype = 0x003, 0x00f, 0xc20, 0xc21

// loadState returns code that loads the registers from the block.
func (l layout) loadState(vector bool) []isa.Inst {
	list := []isa.Inst{
		{Op: isa.LD, Rd: isa.RA, Rs1: pointer, Imm: fcsrOffset},
		{Op: isa.CSRRW, CSR: csrFcsr, Rs1: isa.RA},
	}
	if vector {
		list = append(list,
			isa.Inst{Op: isa.LD, Rd: isa.RA, Rs1: pointer, Imm: vcsrOffset},
			isa.Inst{Op: isa.CSRRW, CSR: csrVcsr, Rs1: isa.RA})
		list = append(list, l.moveVectors(isa.VL8RE8_V)...)
	}
	for i := range 32 {
		list = append(list, isa.Inst{Op: isa.FLD, Rd: isa.F(i), Rs1: pointer, Imm: fOffset + 8*int64(i)})
	}
	for i := 1; i < 31; i++ {
		list = append(list, isa.Inst{Op: isa.LD, Rd: isa.X(i), Rs1: pointer, Imm: xOffset + 8*int64(i)})
	}
	return list
}

// moveVectors returns code that loads or stores all vector registers.
func (l layout) moveVectors(op isa.Op) []isa.Inst {
	list := append(loadAddress(isa.RA, int64(l.vOffset())), isa.Inst{Op: isa.ADD, Rd: isa.RA, Rs1: isa.RA, Rs2: pointer})
	for i := 0; i < 32; i += 8 {
		move := isa.Inst{Op: op, Rd: isa.V(i), Rs1: isa.RA}
		if op == isa.VS8R_V {
			move = isa.Inst{Op: op, Rs3: isa.V(i), Rs1: isa.RA}
		}
		list = append(list, move, isa.Inst{Op: isa.ADDI, Rd: isa.RA, Rs1: isa.RA, Imm: 8 * int64(l.vlenb)})
	}
	return list
}

// saveState returns code that stores the registers to the block.
func (l layout) saveState(vector bool) []isa.Inst {
	var list []isa.Inst
	for i := range 31 {
		list = append(list, isa.Inst{Op: isa.SD, Rs2: isa.X(i), Rs1: pointer, Imm: xOffset + 8*int64(i)})
	}
	for i := range 32 {
		list = append(list, isa.Inst{Op: isa.FSD, Rs2: isa.F(i), Rs1: pointer, Imm: fOffset + 8*int64(i)})
	}
	save := func(csr uint16, offset int64) {
		list = append(list, isa.Inst{Op: isa.CSRRS, Rd: isa.RA, CSR: csr}, isa.Inst{Op: isa.SD, Rs2: isa.RA, Rs1: pointer, Imm: offset})
	}
	save(csrFcsr, fcsrOffset)
	if vector {
		save(csrVcsr, vcsrOffset)
		save(csrVl, vlOffset)
		save(csrVtype, typeOffset)
		list = append(list, l.moveVectors(isa.VS8R_V)...)
	}
	return list
}

// pointerTo returns the address of the block of sequence i that pointer holds.
func (l layout) pointerTo(i int) int64 { return dataBase + int64(i*l.blockSize()-blockStart) }

// appendState appends the block of a state.
func (l layout) appendState(data []byte, s *state) []byte {
	block := make([]byte, l.blockSize())
	put := func(offset int, v uint64) { binary.LittleEndian.PutUint64(block[offset-blockStart:], v) }
	for i := range 32 {
		put(xOffset+8*i, s.x[i])
		put(fOffset+8*i, s.f[i])
	}
	put(fcsrOffset, s.fcsr)
	put(vcsrOffset, s.vcsr)
	copy(block[l.vOffset()-blockStart:], s.v)
	copy(block[memoryLow-blockStart:], s.memory)
	return append(data, block...)
}

// executable returns an ELF file with code and data as its two segments.
func executable(code, data []byte) ([]byte, error) {
	var file bytes.Buffer
	err := link.WriteELF(&file, &link.Image{Entry: textBase, Segments: []link.Segment{
		{Name: ".text", Addr: textBase, Data: code, Size: uint64(len(code)), Rights: link.Read | link.Execute},
		{Name: ".data", Addr: dataBase, Data: data, Size: uint64(len(data)), Rights: link.Read | link.Write},
	}})
	return file.Bytes(), err
}
