package tools

import (
	"context"
	"encoding/binary"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rvfuzz/rvfuzz/oracle"
)

func TestMissing(t *testing.T) {
	_, err := find("no-such-program-of-rvfuzz", "nor-this-one")
	if !errors.Is(err, ErrNotInstalled) || !strings.Contains(err.Error(), "nor-this-one") {
		t.Errorf("error %v", err)
	}
}

// tiny is an executable whose code is the given words.
func tiny(words ...uint32) []byte {
	le := binary.LittleEndian
	file := make([]byte, 64+56)
	copy(file, "\x7fELF\x02\x01\x01")
	le.PutUint16(file[16:], 2)
	le.PutUint16(file[18:], 243)
	le.PutUint32(file[20:], 1)
	le.PutUint64(file[24:], 0x10000+64+56)
	le.PutUint64(file[32:], 64)
	le.PutUint16(file[52:], 64)
	le.PutUint16(file[54:], 56)
	le.PutUint16(file[56:], 1)
	for _, w := range words {
		file = le.AppendUint32(file, w)
	}
	header := file[64:]
	le.PutUint32(header, 1)
	le.PutUint32(header[4:], 5)
	for i, v := range []uint64{0, 0x10000, 0x10000, uint64(len(file)), uint64(len(file)), 4096} {
		le.PutUint64(header[8+8*i:], v)
	}
	return file
}

func TestEmulator(t *testing.T) {
	emulator, err := QEMU()
	if err != nil {
		t.Skip(err)
	}
	tests := []struct {
		name  string
		words []uint32
		want  oracle.Outcome
	}{
		{"exit", []uint32{0x00700513, 0x05d00893, 0x73}, oracle.Outcome{Ending: oracle.Exited, Reason: "7"}},
		{"illegal", []uint32{0xc0001073}, oracle.Outcome{Ending: oracle.Trapped, Reason: "illegal-instruction"}},
		{"break", []uint32{0x00100073}, oracle.Outcome{Ending: oracle.Trapped, Reason: "breakpoint"}},
		{"null", []uint32{0x00003503}, oracle.Outcome{Ending: oracle.Trapped, Reason: "access"}},
	}
	for _, test := range tests {
		run, err := emulator.Run(context.Background(), tiny(test.words...), Options{Args: []string{"name", "argument"}})
		if err != nil {
			t.Fatal(err)
		}
		got := run.Outcome()
		if d := oracle.Compare(&test.want, &got, nil); d != nil {
			t.Errorf("%s: %s", test.name, d)
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	if _, err := emulator.Run(ctx, tiny(0x0000006f), Options{}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a loop ended with %v", err)
	}
}

func TestDisassemblers(t *testing.T) {
	var code []byte
	for _, w := range []uint32{0x01010513, 0x00b50533, 0x0000007b} {
		code = binary.LittleEndian.AppendUint32(code, w)
	}
	code = append(code, 0x82, 0x80) // c.jr ra
	want := []Line{{0, 4, "addi a0,sp,16"}, {4, 4, "add a0,a0,a1"}, {8, 4, ""}, {12, 2, "c.jr ra"}}
	for _, make := range []func() (*Disassembler, error){LLVM, Objdump} {
		d, err := make()
		if err != nil {
			t.Log(err)
			continue
		}
		got, err := d.Disassemble(context.Background(), code)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %+v, %v, want %+v", d.Name, got, err, want)
		}
	}
}

func TestMinority(t *testing.T) {
	tests := []struct {
		answers string // of voters a, b, c ...
		want    string
		decided bool
	}{
		{"xxy", "c", true}, {"yxx", "a", true}, {"xxx", "", true}, {"xyz", "", false}, {"xy", "", false}, {"xyxyx", "bd", true}, {"xxyy", "", false}, {"", "", false},
	}
	for _, test := range tests {
		var votes []Vote
		for i, a := range test.answers {
			votes = append(votes, Vote{Voter: string(rune('a' + i)), Answer: string(a)})
		}
		voters, decided := Minority(votes)
		if strings.Join(voters, "") != test.want || decided != test.decided {
			t.Errorf("%q: %v %v, want %q %v", test.answers, voters, decided, test.want, test.decided)
		}
	}
}
