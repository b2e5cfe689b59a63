package diff

import (
	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/link"
	"github.com/rvfuzz/rvfuzz/isa"
)

// A mark says that an instruction has just finished when control reaches a
// place. At a place that jumps lead to, that holds only for the mark of a block
// that ends there for every way in. The mark of the last instruction of an
// arm, or of the last one before a loop, has the same place, but whoever jumps
// there has not been through it:
//
//	.L2:  srli t1,t1,48    # mark %18: u16 in t1
//	.L1:                   # mark %5, the block; %18 means nothing to a jump here
//
// ambiguous says which marks of the image are of that kind; it has one element
// for each.
func (k *Checker) ambiguous() []bool {
	marks, drop := k.image.Locations, k.host.drop[:0]
	for range marks {
		drop = append(drop, false)
	}
	k.host.drop = drop
	for first := 0; first < len(marks); {
		last := first
		for last < len(marks) && marks[last].Func == marks[first].Func {
			last++
		}
		if code, ok := k.funcCode(marks[first].Func); ok {
			k.findTargets(code)
			k.dropBefore(marks[first:last], drop[first:last])
		}
		first = last
	}
	return drop
}

func (k *Checker) funcCode(imageFunc int) ([]byte, bool) {
	f := &k.image.Funcs[imageFunc]
	return k.image.Bytes(f.Addr, f.Size)
}

// dropBefore marks, at each place that a jump leads to, all marks but that of
// the outermost block that ends there; and that one too where a loop begins.
func (k *Checker) dropBefore(marks []link.LocationRecord, drop []bool) {
	f := &k.image.Funcs[marks[0].Func]
	insts := k.c.Module.Funcs[k.position(marks[0].Func)].Insts
	for first := 0; first < len(marks); {
		pc, last := marks[first].PC, first
		for last < len(marks) && marks[last].PC == pc {
			last++
		}
		if at := (pc - f.Addr) / 2; at < uint64(len(k.host.targets)) && k.host.targets[at] != 0 {
			for i := first; i < last; i++ {
				drop[i] = true
			}
			for i := last - 1; i >= first && k.host.targets[at] == forward; i-- {
				if joins(insts[marks[i].Inst].Tag) {
					drop[i] = false
					break
				}
			}
		}
		first = last
	}
}

// joins says that a mark of the tag stands where ways meet.
func joins(t air.Tag) bool { return t == air.Block || t == air.DbgInlineBlock }

// The ways in which jumps lead to a place.
const (
	forward = 1 << iota
	backward
)

// findTargets notes the halfwords of a function's code that its own jumps and
// branches lead to.
func (k *Checker) findTargets(code []byte) {
	targets := k.host.targets[:0]
	for range (len(code) + 1) / 2 {
		targets = append(targets, 0)
	}
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
	k.host.targets = targets
}

// jump gives the distance of a jump or branch.
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

// compressedJump reads c.j, c.beqz and c.bnez.
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
