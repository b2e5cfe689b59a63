package decode_test

import (
	"errors"
	"sync"
	"testing"

	"golang.org/x/arch/riscv64/riscv64asm"

	"github.com/rvfuzz/rvfuzz/oracle/decode"
)

const no = decode.NoReg

func TestDecode(t *testing.T) {
	for _, c := range []struct {
		word uint32
		want decode.Decoded
	}{
		{0x01010513, decode.Decoded{Mnemonic: "addi", Len: 4, Rd: 10, Rs1: 2, Rs2: no, Rs3: no, HasImm: true, Imm: 16}},
		{0xfe113c23, decode.Decoded{Mnemonic: "sd", Len: 4, Rd: no, Rs1: 2, Rs2: 1, Rs3: no, HasImm: true, Imm: -8}},
		{0x80050063, decode.Decoded{Mnemonic: "beq", Len: 4, Rd: no, Rs1: 10, Rs2: 0, Rs3: no, HasImm: true, Imm: -4096}},
		{0x06c5a52f, decode.Decoded{Mnemonic: "amoadd.w.aqrl", Len: 4, Rd: 10, Rs1: 11, Rs2: 12, Rs3: no}},
		{0x00359573, decode.Decoded{Mnemonic: "csrrw", Len: 4, Rd: 10, Rs1: 11, Rs2: no, Rs3: no, HasCSR: true, CSR: 3}},
		{0x6ac5f54f, decode.Decoded{Mnemonic: "fnmadd.d", Len: 4, Rd: 42, Rs1: 43, Rs2: 44, Rs3: 45}},
		{0x0310000f, decode.Decoded{Mnemonic: "fence", Len: 4, Rd: no, Rs1: no, Rs2: no, Rs3: no, HasImm: true, Imm: 0x31}},
		{0x002180d7, decode.Decoded{Mnemonic: "vadd.vv", Len: 4, Rd: 65, Rs1: 67, Rs2: 66, Rs3: no, Masked: true}},
		{0x22050407, decode.Decoded{Mnemonic: "vlseg2e8.v", Len: 4, Rd: 72, Rs1: 10, Rs2: no, Rs3: no}},
		{0x0ab57427, decode.Decoded{Mnemonic: "vsse64.v", Len: 4, Rd: 72, Rs1: 10, Rs2: 11, Rs3: no}},
		{0xcd02f057, decode.Decoded{Mnemonic: "vsetivli", Len: 4, Rd: 0, Rs1: no, Rs2: no, Rs3: no, HasImm: true, Imm: 0xd0, Extra: 5}},
		{0x7501, decode.Decoded{Mnemonic: "lui", Len: 2, Rd: 10, Rs1: no, Rs2: no, Rs3: no, HasImm: true, Imm: 0xfffe0}},
	} {
		got, err := decode.Word(c.word)
		if err != nil || got != c.want {
			t.Errorf("Decode(%#08x)\n got %+v, %v\nwant %+v", c.word, got, err, c.want)
		}
	}
}

func TestDecodedString(t *testing.T) {
	for word, want := range map[uint32]string{
		0x01010513: "addi rd=10 rs1=2 imm=16",
		0x00359573: "csrrw rd=10 rs1=11 csr=0x3",
		0x002180d7: "vadd.vv rd=65 rs1=67 rs2=66 masked",
		0xcd02f057: "vsetivli rd=0 imm=208 avl=5",
	} {
		if d, err := decode.Word(word); err != nil || d.String() != want {
			t.Errorf("%#08x is %q, %v, want %q", word, d, err, want)
		}
	}
}

func TestErrors(t *testing.T) {
	for _, word := range []uint32{0xffffffff, 0x30200073, 0x10001} {
		if _, err := decode.Word(word); !errors.Is(err, decode.ErrUnknown) {
			t.Errorf("Decode(%#08x): %v, want ErrUnknown", word, err)
		}
	}
	var limit *decode.LimitError
	if _, err := decode.Word(0x0005); !errors.As(err, &limit) {
		t.Errorf("a c.nop hint: %v, want a LimitError", err)
	}
}

// TestKnownBugs counts the known bugs of riscv64asm. Other counts mean that it changed, and that a workaround can go.
func TestKnownBugs(t *testing.T) {
	var rejected, dropped int
	for word := uint32(1); word < 1<<16; word++ {
		if word&3 == 3 {
			continue
		}
		_, err := riscv64asm.Decode([]byte{byte(word), byte(word >> 8)})
		_, limit := decode.Word(word)
		var le *decode.LimitError
		switch {
		case errors.As(limit, &le) && err != nil:
			rejected++
		case errors.As(limit, &le):
			dropped++
		}
	}
	if rejected != 331 || dropped != 63 {
		t.Errorf("rejected hints %d, dropped immediates %d; want 331, 63", rejected, dropped)
	}
	if inst, err := riscv64asm.Decode([]byte{0, 0}); err != nil || inst.Op != riscv64asm.CSRRW {
		t.Errorf("the all-zero word decodes as %v, %v; want CSRRW", inst, err)
	}
}

func TestKnows(t *testing.T) {
	for mnemonic, want := range map[string]bool{"add": true, "vle8.v": true, "amomaxu.d": true, "c.mop.N": false, "mret": false, "": false} {
		if decode.Knows(mnemonic) != want {
			t.Errorf("Knows(%q) = %v", mnemonic, !want)
		}
	}
}

func TestConcurrentUse(t *testing.T) {
	d := decode.New()
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for word := uint32(0x13); word < 0x20000; word += 0x80 {
				in, err := decode.Word(word)
				if err != nil || in.Mnemonic == "" {
					t.Errorf("Decode(%#x): %v", word, err)
					return
				}
				d.SetAgreed(word, 7)
			}
		})
	}
	group.Wait()
}

func TestAgreed(t *testing.T) {
	d := decode.New()
	for _, word := range []uint32{0, 1, 0x01010513, 0xffffffff} {
		if _, ok := d.Agreed(word); ok {
			t.Errorf("%#x agreed before it was compared", word)
		}
		d.SetAgreed(word, 7)
		if note, ok := d.Agreed(word); !ok || note != 7 {
			t.Errorf("%#x is forgotten at once", word)
		}
	}
}

// TestAgreedMany fills the memory: words that are emitted again are remembered, whatever their number.
func TestAgreedMany(t *testing.T) {
	d := decode.New()
	const n = 300_000
	word := func(i uint32) uint32 { return i<<12 | 10<<7 | 0x37 } // lui a0
	for i := range uint32(n) {
		d.SetAgreed(word(i), uint16(i))
	}
	lost := 0
	for i := range uint32(n) {
		if note, ok := d.Agreed(word(i)); !ok {
			lost++
		} else if note != uint16(i) {
			t.Fatalf("%#x has another word's note", word(i))
		}
	}
	if lost > n/10 {
		t.Errorf("%d of %d words are forgotten", lost, n)
	}
}

func BenchmarkAgreed(b *testing.B) {
	d := decode.New()
	d.SetAgreed(0x01010513, 7)
	for b.Loop() {
		if _, ok := d.Agreed(0x01010513); !ok {
			b.Fatal("forgotten")
		}
	}
}
