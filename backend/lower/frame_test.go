package lower

import (
	"strings"
	"testing"

	"github.com/rvfuzz/rvfuzz/backend/mir"
	"github.com/rvfuzz/rvfuzz/isa"
)

// frames returns frames of all shapes: sizes on both sides of every reach, with and without saves, pointer and
// realignment.
func frames() []mir.Frame {
	var out []mir.Frame
	for _, size := range []int64{0, 16, 208, 224, 2016, 2032, 2048, 2064, 4096, 4288, 70000 * 16, 1 << 30, mir.MaxFrameSize &^ 15} {
		for _, saved := range []mir.RegisterList{0, mir.Registers(isa.S1), mir.CalleeSaved &^ mir.Registers(isa.S0)} {
			for _, align := range []int64{0, 64, 2048, 4096, 1 << 20} {
				f := mir.Frame{Size: size, Align: align, SavesRA: saved != 0, UsesFP: align > 16, Saved: saved}
				if placeSaves(&f) <= size {
					out = append(out, f)
				}
			}
		}
	}
	return out
}

// placeSaves assigns slots to the saved registers and returns the bytes that they take.
func placeSaves(f *mir.Frame) int64 {
	base, cfa := isa.SP, f.Size
	if f.UsesFP {
		base, cfa = isa.S0, 0
	}
	if !f.UsesFP && f.Saved == 0 {
		return 0
	}
	f.Locs = make([]mir.FrameLoc, mir.FirstUnnamed)
	depth := int64(8)
	f.Locs[mir.RetAddr] = mir.FrameLoc{Base: base, Disp: cfa - depth}
	depth += 8
	f.Locs[mir.BasePtr] = mir.FrameLoc{Base: base, Disp: cfa - depth}
	depth += 8 * int64(f.Saved.Len())
	f.Locs[mir.SpillFrame] = mir.FrameLoc{Base: base, Disp: cfa - depth}
	return depth
}

func TestPrologueAndEpilogue(t *testing.T) {
	const callerSP = int64(0x7fff_0000_0010)
	for _, f := range frames() {
		fn := &mir.Function{Name: "f", Frame: f}
		fn.Prologue()
		fn.Epilogue()
		fn.Ret()
		if err := mir.Verify(fn); err != nil {
			t.Fatal(err)
		}
		code, err := Lower(fn)
		if err != nil {
			t.Fatal(err)
		}
		m := &hart{memory: map[int64]int64{}}
		for i := range m.x {
			m.x[i] = int64(i)
		}
		m.x[isa.SP] = callerSP
		pro, rest := split(code.Items, PrologueEnd)
		m.run(t, pro)
		checkFrame(t, m, &f, callerSP)
		for _, r := range f.Saved.All {
			m.x[r] = -1
		}
		m.x[isa.RA], m.x[isa.T6] = -1, -1
		m.run(t, rest[:len(rest)-1])
		for i, v := range m.x {
			want := int64(i)
			if r := isa.Reg(i); r == isa.SP {
				want = callerSP
			} else if r == isa.T6 || r == isa.RA && !f.SavesRA {
				continue
			}
			if v != want {
				t.Fatalf("%+v: %v is %#x after the epilogue", f, isa.Reg(i), v)
			}
		}
	}
}

func checkFrame(t *testing.T, m *hart, f *mir.Frame, callerSP int64) {
	t.Helper()
	sp := m.x[isa.SP]
	switch align := max(f.Align, 16); {
	case f.Align <= 16 && callerSP-sp != f.Size:
		t.Fatalf("%+v: the frame is %d bytes", f, callerSP-sp)
	case callerSP-sp < f.Size || callerSP-sp >= f.Size+align || sp%align != 0:
		t.Fatalf("%+v: sp is %#x, the frame %d bytes", f, sp, callerSP-sp)
	case f.UsesFP && m.x[isa.S0] != callerSP:
		t.Fatalf("%+v: s0 is %#x", f, m.x[isa.S0])
	}
	saves := f.Saved.Len()
	if f.SavesRA {
		saves++
	}
	if f.UsesFP {
		saves++
	}
	if len(m.memory) != saves {
		t.Fatalf("%+v: %d places saved, want %d", f, len(m.memory), saves)
	}
	for at := range m.memory {
		if at < sp || at >= callerSP {
			t.Fatalf("%+v: a save at %#x, outside of %#x..%#x", f, at, sp, callerSP)
		}
	}
}

func split(items []Item, at Kind) (before, after []Item) {
	for i := range items {
		if items[i].Kind == at {
			return items[:i], items[i+1:]
		}
	}
	return items, nil
}

func TestPrologueText(t *testing.T) {
	for _, c := range []struct{ frame, want string }{
		{"", "PRO; EPI"},
		{"frame size 16", "addi sp,sp,-16; PRO; EPI; addi sp,sp,16"},
		{"frame size 16 ra\nslot ret_addr sp+8", "addi sp,sp,-16; sd ra,8(sp); PRO; EPI; ld ra,8(sp); addi sp,sp,16"},
		{"frame size 4096", "addi sp,sp,-2048; addi sp,sp,-2048; PRO; EPI; lui t6,0x1; add sp,sp,t6"},
		{"frame size 32 align 32 fp\nslot base_ptr s0-8",
			"addi sp,sp,-32; sd s0,24(sp); addi s0,sp,32; andi sp,sp,-32; PRO; EPI; addi sp,s0,-32; ld s0,24(sp); addi sp,sp,32"},
	} {
		code := lowerText(t, "func @f {\n"+c.frame+"\nprologue\nepilogue\nret\n}")
		var got []string
		for _, it := range code.Items[:len(code.Items)-1] {
			switch it.Kind {
			case PrologueEnd:
				got = append(got, "PRO")
			case EpilogueBegin:
				got = append(got, "EPI")
			default:
				got = append(got, it.Inst.String())
			}
		}
		if joined := strings.Join(got, "; "); joined != c.want {
			t.Errorf("%s:\n%s, want\n%s", c.frame, joined, c.want)
		}
	}
}

var benchmarkSink *Code

func BenchmarkLower(b *testing.B) {
	f := &mir.Function{Name: "f", Frame: mir.Frame{Size: 16}}
	f.Prologue()
	for i := range 100 {
		f.LoadImm(isa.A0, int64(i)<<8)
		f.Load(isa.LD, isa.A1, mir.RegMem(isa.SP, int64(i)*8))
	}
	f.Epilogue()
	f.Ret()
	for b.Loop() {
		benchmarkSink, _ = Lower(f)
	}
}

func BenchmarkLoadImm64(b *testing.B) {
	var l lowerer
	for b.Loop() {
		l.items = l.items[:0]
		l.loadImm(isa.A0, 0x123456789abcdef1)
	}
}
