package gdb

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/rvfuzz/rvfuzz/oracle/linux"
)

// codeAddress is where a small program begins.
const codeAddress = 0x10078

// smallProgram counts a0 from 0 to 3, writes nothing, and exits with 3.
func smallProgram() []byte {
	code := []uint32{
		0x00000513, // li a0,0
		0x00150513, // addi a0,a0,1
		0x00300593, // li a1,3
		0xfeb51ce3, // bne a0,a1,.-8
		0x05d00893, // li a7,93
		0x00000073, // ecall
		0x12345678,
	}
	le := binary.LittleEndian
	file := make([]byte, 64+56)
	copy(file, "\x7fELF\x02\x01\x01")
	le.PutUint16(file[16:], 2)
	le.PutUint16(file[18:], 243)
	le.PutUint64(file[24:], codeAddress)
	le.PutUint64(file[32:], 64)
	le.PutUint16(file[54:], 56)
	le.PutUint16(file[56:], 1)
	for _, w := range code {
		file = le.AppendUint32(file, w)
	}
	segment := file[64:]
	le.PutUint32(segment, 1)
	le.PutUint32(segment[4:], 7)
	le.PutUint64(segment[16:], 0x10000)
	le.PutUint64(segment[32:], uint64(len(file)))
	le.PutUint64(segment[40:], uint64(len(file)))
	return file
}

func newSession(t testing.TB) *linux.Session {
	t.Helper()
	session, err := linux.NewSession(smallProgram(), linux.Config{MemoryLimit: 1 << 24, StackSize: 1 << 16, MaxSteps: 10_000})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(session.Close)
	return session
}

// client is the debugger's end of a connection.
type client struct {
	t *testing.T
	net.Conn
	r *bufio.Reader
}

// connect serves a small program, and returns a connection to it and how serving will end.
func connect(t *testing.T) (client, chan error) {
	t.Helper()
	ours, theirs := net.Pipe()
	t.Cleanup(func() { ours.Close(); theirs.Close() })
	ended := make(chan error, 1)
	session := newSession(t)
	go func() { ended <- Serve(t.Context(), theirs, session) }()
	c := client{t, ours, bufio.NewReader(ours)}
	ours.SetDeadline(time.Now().Add(20 * time.Second))
	return c, ended
}

// ask sends a packet and returns the reply, which an acknowledgement precedes.
func (c client) ask(packet string) string {
	c.t.Helper()
	if _, err := c.Write(frame(packet)); err != nil {
		c.t.Fatal(err)
	}
	reply, err := readPacket(c.r)
	if err != nil {
		c.t.Fatal(err)
	}
	return reply
}

// Every packet and its reply, in one conversation.
func TestPackets(t *testing.T) {
	c, ended := connect(t)
	for _, test := range [][2]string{
		{"?", "T05thread:2a;"}, {"qC", "QC2a"}, {"qfThreadInfo", "m2a"}, {"qsThreadInfo", "l"}, {"Hg2a", "OK"}, {"Hg1", "E16"}, {"Hc-1", "OK"}, {"Hx", "E16"},
		{"T2a", "OK"}, {"T1", "E16"}, {"qAttached", "0"}, {"qOffsets", "Text=0;Data=0;Bss=0"}, {"qUnknown", ""}, {"!", ""}, {"vMustReplyEmpty", ""},
		{"p20", "7800010000000000"}, {"P5=1122334455667788", "OK"}, {"p5", "1122334455667788"}, {"P5=11", "E16"}, {"pffff", "E16"}, {"p", "E16"}, {"Pa", "E16"},
		{"P0=1122334455667788", "OK"}, {"p0", "0000000000000000"}, {"P41=1f000000", "OK"}, {"p43", "1f000000"},
		{"P44=000102030405060708090a0b0c0d0e0f", "OK"}, {"p44", "000102030405060708090a0b0c0d0e0f"}, {"p64", "0000000000000000"}, {"P6d=0000000000000000", "E16"},
		{"m10078,4", "13050000"}, {"m1008c,2", "7300"}, {"m0,4", "E0e"}, {"m10078", "E16"}, {"mzz,4", "E16"}, {"m10078,fffffff", "E16"},
		{"M10090,4:78563412", "OK"}, {"m10090,4", "78563412"}, {"M0,1:00", "E0e"}, {"M10090,4:7856", "E16"}, {"M10090,4:7856341g", "E16"},
		{"X10090,0:", ""}, {"Z3,10090,4", ""}, {"Z0,10079,4", "E16"}, {"Z0", "E16"}, {"Z0,1008c", "E16"},
		{"s", "T05thread:2a;"}, {"p20", "7c00010000000000"}, {"vCont?", "vCont;c;C;s;S"}, {"vCont;s:2a;c", "T05thread:2a;"}, {"pa", "0100000000000000"},
		{"vCont;x", "E16"}, {"vCont;s:7", "E16"}, {"vCont", "E16"}, {"Z0,10084,4", "OK"}, {"c", "T05thread:2a;"}, {"p20", "8400010000000000"},
		{"m10084,4", "e31cb5fe"}, {"vCont;c", "T05thread:2a;"}, {"pa", "0200000000000000"}, {"s", "T05thread:2a;"}, {"p20", "7c00010000000000"}, {"z0,10084,4", "OK"},
		{"S05", "T05thread:2a;"}, {"c1007x", "E16"}, {"c10080", "W03"}, {"?", "W03"}, {"c", "W03"}, {"vCont;s:2a", "W03"}, {"g", "E16"}, {"m10078,4", "E16"}, {"qfThreadInfo", "l"},
	} {
		if got := c.ask(test[0]); got != test[1] {
			t.Errorf("%s: %q, want %q", test[0], got, test[1])
		}
	}
	if got := c.ask("D"); got != "OK" {
		t.Errorf("D: %q", got)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// All registers at once, the description of the target in parts, and packets that are not acknowledged.
func TestLongPackets(t *testing.T) {
	c, _ := connect(t)
	all := c.ask("g")
	if want := 2 * (8*65 + 4*3); len(all) != want || all[2*8*32:][:16] != "7800010000000000" {
		t.Errorf("g: %d digits, want %d: %s", len(all), want, all)
	}
	changed := "0000000000000000" + strings.Repeat("0700000000000000", 31) + all[2*8*32:]
	if got := c.ask("G" + changed); got != "OK" || c.ask("g") != changed {
		t.Errorf("G: %q, then %s", got, c.ask("g"))
	}
	for _, bad := range []string{"G0", "Gzz"} {
		if got := c.ask(bad); got != "E16" {
			t.Errorf("%s: %q", bad, got)
		}
	}
	text := ""
	for {
		part := c.ask("qXfer:features:read:target.xml:" + hexText(len(text)) + ",100")
		if text += part[1:]; part[0] == 'l' {
			break
		}
	}
	if !strings.HasSuffix(text, "</target>") || !strings.Contains(text, `<reg name="pc" bitsize="64" type="code_ptr" regnum="32"/>`) ||
		!strings.Contains(text, `<reg name="v31" bitsize="128" type="riscv_vector" regnum="99"`) {
		t.Errorf("description: %s", text)
	}
	for _, bad := range []string{"qXfer:features:read:other.xml:0,100", "qXfer:features:read:target.xml:0"} {
		if got := c.ask(bad); got != "E00" {
			t.Errorf("%s: %q", bad, got)
		}
	}
	if got := c.ask("QStartNoAckMode"); got != "OK" {
		t.Errorf("QStartNoAckMode: %q", got)
	}
	c.Write(frame("qC"))
	if first, err := c.r.ReadByte(); err != nil || first != '$' {
		t.Errorf("%q precedes the reply, %v", first, err)
	}
}

func hexText(n int) string {
	const digits = "0123456789abcdef"
	if n < 16 {
		return digits[n : n+1]
	}
	return hexText(n/16) + digits[n%16:n%16+1]
}

// A wrong checksum is not acknowledged, escapes are undone, and a connection that ends or kills ends the service.
func TestFrames(t *testing.T) {
	c, ended := connect(t)
	c.Write([]byte("+$qC#00"))
	if answer, err := c.r.ReadByte(); err != nil || answer != '-' {
		t.Errorf("%q, %v", answer, err)
	}
	if body, err := readPacket(bufio.NewReader(bytes.NewReader(frame("a$b#c}d*e")))); err != nil || body != "a$b#c}d*e" {
		t.Errorf("%q, %v", body, err)
	}
	if _, err := readPacket(bufio.NewReader(strings.NewReader("$" + strings.Repeat("a", packetSize+1)))); err == nil || errors.Is(err, io.EOF) {
		t.Error("a packet without end is accepted")
	}
	c.Write(frame("k"))
	c.r.ReadByte() // the acknowledgement, which there is no room for in a pipe
	if err := <-ended; err != ErrKilled {
		t.Error(err)
	}
	c, ended = connect(t)
	c.Close()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// halfDuplex reads from one stream and writes to another.
type halfDuplex struct {
	io.Reader
	io.Writer
}

// FuzzServe checks that no bytes of a debugger make the server panic or hang.
func FuzzServe(f *testing.F) {
	f.Add([]byte("$?#3f$g#67$m10078,4#fd\x03$vCont;c#a8"))
	f.Add(append(frame("Z0,10084,4"), frame("c")...))
	f.Add(append(frame("P20=0000000000000000"), frame("vCont;c")...))
	f.Add(append(frame("Z2,10090,4"), append(frame("G00"), frame("s")...)...))
	f.Fuzz(func(t *testing.T, input []byte) {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		// the commands of the input are also served as they are, with sums that are right
		var stream []byte
		for _, command := range bytes.Split(input, []byte{'\n'}) {
			stream = append(stream, frame(string(command))...)
		}
		for _, bytes := range [][]byte{input, stream} {
			err := Serve(ctx, halfDuplex{strings.NewReader(string(bytes)), io.Discard}, newSession(t))
			if errors.Is(err, context.DeadlineExceeded) {
				t.Fatal("it does not end")
			}
		}
	})
}
