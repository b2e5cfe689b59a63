package rv64

import (
	"bytes"
	"testing"

	"github.com/rvfuzz/rvfuzz/oracle"
)

// vectorCode returns the word of an instruction; masked is whether v0 masks it.
func vectorCode(t *testing.T, name string, vd, vs2, vs1 uint32, masked bool) uint32 {
	t.Helper()
	r := rowNamed(t, name).vector
	word := r.match | vd<<7
	if r.mask&maskVs2 == 0 {
		word |= vs2 << 20
	}
	if r.mask&maskVs1 == 0 {
		word |= vs1 << 15
	}
	if !masked && r.mask&maskUnmasked == 0 {
		word |= maskUnmasked
	}
	return word
}

// What an instruction leaves of a register of sevens, when its result is zero for all 5 of 16 bytes, or for those with
// an even number, which the mask selects. A dot is a seven, F a byte of ones.
func TestAgnosticElements(t *testing.T) {
	const ta, ma, e16 = 1 << 6, 1 << 7, 1 << 3
	tests := []struct {
		name   string
		vtype  uint64
		masked bool
		want   string
	}{
		{"vand.vi", 0, false, "00000..........."}, {"vand.vi", ta, false, "00000FFFFFFFFFFF"}, {"vand.vi", ma, true, "0F0F0..........."},
		{"vand.vi", ta, true, "0.0.0FFFFFFFFFFF"}, {"vand.vi", ta | ma, true, "0F0F0FFFFFFFFFFF"}, {"vand.vi", ta | 5, false, "00FFFFFFFFFFFFFF"},
		{"vwmulu.vv", ta | ma, true, "00FF00FF00FFFFFF"}, {"vand.vi", ta | e16, false, "0000000000FFFFFF"}, {"vredand.vs", ta | ma, true, "0FFFFFFFFFFFFFFF"},
		{"vredand.vs", ma, true, "0..............."}, {"vmv.s.x", ta, false, "0FFFFFFFFFFFFFFF"}, {"vmerge.vim", ta | ma, true, "00000FFFFFFFFFFF"},
		{"vcompress.vm", ta, false, "000FFFFFFFFFFFFF"}, {"vslideup.vi", ta | ma, true, "..0F0FFFFFFFFFFF"}, {"vmv1r.v", ta | ma, false, "0000000000000000"},
		{"vle8.v", ta | ma, true, "0F0F0FFFFFFFFFFF"}, {"vle8.v", 0, true, "0.0.0..........."}, {"vlm.v", 0, false, "0FFFFFFFFFFFFFFF"},
		{"vle8ff.v", ta, false, "00000FFFFFFFFFFF"}, {"vl1re8.v", ta, false, "0000000000000000"}, {"vlse8.v", ma, true, "0F0F0..........."},
	}
	operands := map[string]uint32{"vslideup.vi": 2, "vredand.vs": 8, "vwmulu.vv": 8, "vle8.v": 11, "vle8ff.v": 11, "vlm.v": 11, "vl1re8.v": 11, "vlse8.v": 11}
	for _, test := range tests {
		for _, keep := range []bool{false, true} {
			m := New(Config{KeepAgnostic: keep})
			program(t, m, vectorCode(t, test.name, 4, 8, operands[test.name], test.masked), ret)
			m.SetX(11, dataBase)
			m.SetX(8, 1) // the stride
			m.SetVType(5, test.vtype)
			for n, fill := range map[int]byte{0: 0x55, 4: 7, 8: 0} {
				m.SetV(n, bytes.Repeat([]byte{fill}, 16))
			}
			if end := m.Call(textBase, 10); end.Ending != oracle.Returned {
				t.Fatalf("%s: %+v", test.name, end)
			}
			bytesOf := map[rune]byte{'0': 0, '.': 7, 'F': 0xff}
			if keep {
				bytesOf['F'] = 7
			}
			var want []byte
			for _, c := range test.want {
				want = append(want, bytesOf[c])
			}
			if got := m.V(4); !bytes.Equal(got, want) {
				t.Errorf("%s under vtype %#x, masked %v, keep %v: %x, want %x", test.name, test.vtype, test.masked, keep, got, want)
			}
		}
	}
}

// The bits of a mask past vl are agnostic whatever the vtype, and those that a mask excludes under ma.
func TestAgnosticMask(t *testing.T) {
	const ma = 1 << 7
	for _, test := range []struct {
		name   string
		vtype  uint64
		masked bool
		want   uint16
	}{
		{"vmsne.vi", 0, false, 0xffe0}, {"vmsne.vi", ma, true, 0xffea}, {"vmsne.vi", 0, true, 0xffea &^ 0x0a}, {"vmand.mm", ma, false, 0xffe0},
		{"vmsif.m", ma, true, 0xffff}, {"vmadc.vim", ma, true, 0xffe0}, // the mask is the carry
	} {
		m := New(Config{})
		program(t, m, vectorCode(t, test.name, 4, 8, 0, test.masked), ret)
		m.SetVType(5, test.vtype)
		m.SetV(0, bytes.Repeat([]byte{0x55}, 16))
		m.SetV(4, make([]byte, 16))
		m.SetV(8, make([]byte, 16))
		m.Call(textBase, 10)
		v := m.V(4)
		got := uint16(v[0]) | uint16(v[1])<<8
		if got != test.want || !bytes.Equal(v[2:], bytes.Repeat([]byte{0xff}, 14)) {
			t.Errorf("%s under vtype %#x, masked %v: %x, want %#x and ones", test.name, test.vtype, test.masked, v, test.want)
		}
	}
}

// A branch must not depend on an agnostic element, though it may on one that is undisturbed.
func TestAgnosticIsUndefined(t *testing.T) {
	const vset4Agnostic, vset4Kept, vset16 = 0xcc027057, 0xc0027057, 0xcc087057 // vsetivli zero,4 or 16,e8,m1
	branch := rType(0, 0, 12, 1, 4, 0x63)                                       // bne a2,zero,.+4
	zero := vectorCode(t, "vand.vi", 4, 8, 0, false)
	down := func(n uint32) uint32 { return vectorCode(t, "vslidedown.vi", 2, 4, n, false) }
	look := vectorCode(t, "vmv.x.s", 12, 2, 0, false)
	masked := vectorCode(t, "vand.vi", 4, 8, 0, true)
	less, count := vectorCode(t, "vmsltu.vv", 2, 8, 8, false), vectorCode(t, "vcpop.m", 12, 2, 0, false)
	load := vectorCode(t, "vle8.v", 4, 0, 11, false)
	for _, test := range []struct {
		name   string
		words  []uint32
		reason string
	}{
		{"the tail", []uint32{vset4Agnostic, zero, vset16, down(4), look, branch}, "undefined-branch"},
		{"what is before it", []uint32{vset4Agnostic, zero, vset16, down(3), look, branch}, ""},
		{"an undisturbed tail", []uint32{vset4Kept, zero, vset16, down(4), look, branch}, ""},
		{"the tail of a load", []uint32{vset4Agnostic, load, vset16, down(4), look, branch}, "undefined-branch"},
		{"what a load reads", []uint32{vset4Agnostic, load, vset16, down(3), look, branch}, ""},
		{"what the mask excludes", []uint32{vset4Agnostic, masked, vset16, down(1), look, branch}, "undefined-branch"},
		{"what the mask selects", []uint32{vset4Agnostic, masked, vset16, down(2), look, branch}, ""},
		{"the tail of a mask", []uint32{vset4Kept, less, vset16, count, branch}, "undefined-branch"},
		{"a mask", []uint32{vset4Kept, less, count, branch}, ""},
	} {
		m := New(Config{Checks: CheckAll})
		program(t, m, append(test.words, ret, ret)...)
		m.SetX(2, stackBase+stackSize-64)
		m.SetX(11, dataBase)
		for _, n := range []int{0, 2, 4, 8} {
			m.SetV(n, bytes.Repeat([]byte{0x55}, 16))
		}
		end := m.Call(textBase, 100)
		if end.Reason != test.reason || test.reason == "" && end.Ending != oracle.Returned {
			t.Errorf("%s: %v %q (%s), want %q", test.name, end.Ending, end.Reason, end.Place, test.reason)
		}
	}
}
