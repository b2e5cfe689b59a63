package diff

import (
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/link"
	"github.com/rvfuzz/rvfuzz/isa"
)

// A location record says that an instruction has just finished when control reaches a place. At a place that jumps lead
// to, that holds only for the record of a block that ends there for every way in. The record of the last instruction of
// an arm, or of the last one before a loop, has the same place, but control that jumps there has not been through it:
//
//	.L2:  srli t1,t1,48    # record of %18: u16 in t1
//	.L1:                   # record of %5, the block; that of %18 is invalid after a jump here
//
// ambiguous returns for each location record of the image whether it is of that kind.
func (b *buffers) ambiguous(c *compiled) []bool {
	records := c.image.Locations
	drop := append(b.drop[:0], make([]bool, len(records))...)
	b.drop = drop
	for first := 0; first < len(records); {
		last := first
		for last < len(records) && records[last].Func == records[first].Func {
			last++
		}
		f := &c.image.Funcs[records[first].Func]
		if code, ok := c.image.Bytes(f.Addr, f.Size); ok {
			b.findTargets(code)
			b.dropBefore(c, records[first:last], drop[first:last])
		}
		first = last
	}
	return drop
}

// dropBefore drops, at each place that a jump leads to, all records but that of the outermost block that ends there;
// and that one too where a loop begins.
func (b *buffers) dropBefore(c *compiled, records []link.LocationRecord, drop []bool) {
	f := &c.image.Funcs[records[0].Func]
	insts := c.Module.Funcs[c.position(records[0].Func)].Insts
	for first := 0; first < len(records); {
		pc, last := records[first].PC, first
		for last < len(records) && records[last].PC == pc {
			last++
		}
		if at := (pc - f.Addr) / 2; at < uint64(len(b.targets)) && b.targets[at] != 0 {
			for i := first; i < last; i++ {
				drop[i] = true
			}
			for i := last - 1; i >= first && b.targets[at] == forward; i-- {
				if joins(insts[records[i].Inst].Tag) {
					drop[i] = false
					break
				}
			}
		}
		first = last
	}
}

// joins reports whether the location record of a tag stands where control flow joins.
func joins(t air.Tag) bool { return t == air.Block || t == air.DbgInlineBlock }

// The ways in which jumps lead to a place.
const (
	forward = 1 << iota
	backward
)

// findTargets finds the halfwords of a function's code that its own jumps and branches lead to.
func (b *buffers) findTargets(code []byte) {
	targets := append(b.targets[:0], make([]uint8, (len(code)+1)/2)...)
	upper, isUpper := int64(0), false // of the auipc just before, for a far jump
	for at := 0; at+2 <= len(code); {
		word, size := isa.WordAt(code[at:])
		distance, ok := jump(word, size)
		if word&0x707f == 0x67 && isUpper { // jalr
			distance, ok = upper-4+int64(int32(word)>>20), true
		}
		upper, isUpper = int64(int32(word&^0xfff)), word&0x7f == 0x17
		if to := int64(at) + distance; ok && to >= 0 && to < int64(len(code)) {
			if distance > 0 {
				targets[to/2] |= forward
			} else {
				targets[to/2] |= backward
			}
		}
		at += size
	}
	b.targets = targets
}

// jump returns the distance of a jump or branch.
func jump(word uint32, size int) (distance int64, ok bool) {
	if size == 2 {
		return compressedJump(word)
	}
	switch word & 0x7f {
	case 0x63:
		return int64(int32(word)>>31<<12) | int64(word>>7&1<<11|word>>25&0x3f<<5|word>>8&0xf<<1), true
	case 0x6f:
		return int64(int32(word)>>31<<20) | int64(word>>12&0xff<<12|word>>20&1<<11|word>>21&0x3ff<<1), true
	}
	return 0, false
}

// compressedJump returns the distance of c.j, c.beqz and c.bnez.
func compressedJump(word uint32) (distance int64, ok bool) {
	switch word & 0xe003 {
	case 0xa001:
		sign := int64(int32(word<<19)>>31) << 11
		return sign | int64(word>>11&1<<4|word>>9&3<<8|word>>8&1<<10|word>>7&1<<6|word>>6&1<<7|word>>3&7<<1|word>>2&1<<5), true
	case 0xc001, 0xe001:
		sign := int64(int32(word<<19)>>31) << 8
		return sign | int64(word>>10&3<<3|word>>5&3<<6|word>>3&3<<1|word>>2&1<<5), true
	}
	return 0, false
}
