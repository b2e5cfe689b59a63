package gdb

import (
	"bufio"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/rvfuzz/rvfuzz/oracle/linux"
	"github.com/rvfuzz/rvfuzz/oracle/rv64"
)

// server is one connection of a debugger.
type server struct {
	session *linux.Session
	out     io.Writer
	packets chan string
	failed  error // why packets is closed
	quiet   bool  // nothing is acknowledged
	thread  uint64
	ended   bool  // the debugger wants no more
	err     error // of the connection or the run
}

// The replies that have no value.
const (
	replyOK      = "OK"
	replyBad     = "E16" // EINVAL in hexadecimal
	replyAddress = "E0e" // EFAULT
)

// ErrKilled is returned by Serve if the debugger has killed the program.
var ErrKilled = errors.New("gdb: killed by the debugger")

// Serve lets a debugger control a program until it detaches or the connection ends, after which the program may be
// executed further. The error is ErrKilled, that of the context, or that of the connection.
func Serve(ctx context.Context, connection io.ReadWriter, session *linux.Session) error {
	s := &server{session: session, out: connection, packets: make(chan string)}
	_, s.thread = session.Threads()
	done := make(chan struct{})
	defer close(done)
	go s.receive(bufio.NewReader(connection), done)
	for !s.ended {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case packet, ok := <-s.packets:
			if !ok {
				return s.failed
			}
			s.answer(ctx, packet)
		}
	}
	return s.err
}

// receive passes on packets until the connection or the server ends. The checksum of a connection over TCP is always
// right, so a wrong one is not asked for again.
func (s *server) receive(r *bufio.Reader, done <-chan struct{}) {
	defer close(s.packets)
	for {
		packet, err := readPacket(r)
		if errors.Is(err, errChecksum) {
			packet, err = wrongSum, nil
		}
		if err != nil {
			if !errors.Is(err, io.EOF) {
				s.failed = err
			}
			return
		}
		select {
		case s.packets <- packet:
		case <-done:
			return
		}
	}
}

// wrongSum stands for a packet whose checksum is wrong.
const wrongSum = "\x00"

func (s *server) answer(ctx context.Context, packet string) {
	switch packet {
	case wrongSum:
		s.write([]byte{'-'})
		return
	case string(rune(interruptByte)): // nothing is running
		return
	}
	if !s.quiet {
		s.write([]byte{'+'})
	}
	if reply, isReply := s.reply(ctx, packet); isReply {
		s.send(reply)
	}
}

func (s *server) send(reply string) { s.write(frame(reply)) }

func (s *server) write(b []byte) {
	if _, err := s.out.Write(b); err != nil {
		s.ended, s.err = true, err
	}
}

// reply executes a command; some have no reply.
func (s *server) reply(ctx context.Context, packet string) (reply string, isReply bool) {
	if packet == "" {
		return "", true
	}
	rest := packet[1:]
	switch packet[0] {
	case '?':
		return s.stopReply(), true
	case 'g', 'G', 'p', 'P':
		return s.registers(packet[0], rest), true
	case 'm':
		return s.readMemory(rest), true
	case 'M':
		return s.writeMemory(rest), true
	case 'Z', 'z':
		return s.breakpoint(packet[0] == 'Z', rest), true
	case 'c', 'C', 's', 'S':
		return s.resume(ctx, packet), true
	case 'v':
		return s.verbose(ctx, rest), true
	case 'H':
		return s.selectThread(rest), true
	case 'T':
		return s.isAlive(rest), true
	case 'q', 'Q':
		return s.query(packet), true
	case 'D':
		s.ended = true
		return replyOK, true
	case 'k':
		s.ended, s.err = true, ErrKilled
		return "", false
	}
	return "", true
}

// machine returns the machine with the registers of the selected thread, or nil if the program has ended.
func (s *server) machine() *rv64.Machine {
	if _, ended := s.session.Ended(); ended {
		return nil
	}
	return s.session.Machine(s.thread)
}

// registers serves g and G, of the registers with numbers up to those of vectors, and p and P, of one.
func (s *server) registers(command byte, rest string) string {
	m := s.machine()
	if m == nil {
		return replyBad
	}
	number, value, isOne := rest, "", command == 'p' || command == 'P'
	if command == 'P' {
		number, value, _ = strings.Cut(rest, "=")
	}
	n, ok := parseHex(number)
	if isOne && (!ok || register(m, n) == nil) {
		return replyBad
	}
	switch command {
	case 'p':
		return hex.EncodeToString(register(m, n))
	case 'P':
		if b, err := hex.DecodeString(value); err != nil || !setRegister(m, n, b) {
			return replyBad
		}
		return replyOK
	case 'g':
		var all strings.Builder
		for n := range uint64(firstVector) {
			all.WriteString(hex.EncodeToString(register(m, n)))
		}
		return all.String()
	}
	b, err := hex.DecodeString(rest)
	if err != nil {
		return replyBad
	}
	for n := uint64(0); n < firstVector && len(b) > 0; n++ {
		size := min(len(register(m, n)), len(b))
		setRegister(m, n, b[:size])
		b = b[size:]
	}
	return replyOK
}

// addressAndLength reads "address,length".
func addressAndLength(text string) (addr, length uint64, ok bool) {
	first, second, _ := strings.Cut(text, ",")
	addr, ok1 := parseHex(first)
	length, ok2 := parseHex(second)
	return addr, length, ok1 && ok2 && length <= packetSize/2
}

// readMemory returns as many of the bytes as there are from the start of the range.
func (s *server) readMemory(rest string) string {
	addr, length, ok := addressAndLength(rest)
	m := s.machine()
	if !ok || m == nil {
		return replyBad
	}
	b := make([]byte, length)
	if _, err := m.ReadMemory(addr, b); err == nil {
		return hex.EncodeToString(b)
	}
	n := 0
	for ; n < len(b); n++ {
		if _, err := m.ReadMemory(addr+uint64(n), b[n:n+1]); err != nil {
			break
		}
	}
	if n == 0 {
		return replyAddress
	}
	return hex.EncodeToString(b[:n])
}

func (s *server) writeMemory(rest string) string {
	place, digits, _ := strings.Cut(rest, ":")
	addr, length, ok := addressAndLength(place)
	b, err := hex.DecodeString(digits)
	m := s.machine()
	if !ok || err != nil || uint64(len(b)) != length || m == nil {
		return replyBad
	}
	if m.WriteMemory(addr, b) != nil {
		return replyAddress
	}
	m.ForgetCode()
	return replyOK
}

// maxWatched bounds the bytes of a watchpoint.
const maxWatched = 64

// breakpoint serves breakpoints; those that are in memory and those that are not are the same here. Of watchpoints there
// are those for writes.
func (s *server) breakpoint(on bool, rest string) string {
	kind, place, _ := strings.Cut(rest, ",")
	addr, size, ok := addressAndLength(place)
	switch {
	case kind != "0" && kind != "1" && kind != "2":
		return ""
	case !ok || s.machine() == nil || kind != "2" && addr&1 != 0:
		return replyBad
	case kind == "2" && (size == 0 || size > maxWatched):
		return replyBad
	case kind == "2":
		if s.session.Watch(addr, size, on) != nil {
			return replyAddress
		}
	default:
		s.session.Break(addr, on)
	}
	return replyOK
}

func (s *server) selectThread(rest string) string {
	if rest == "" || rest[0] != 'g' && rest[0] != 'c' {
		return replyBad
	}
	all, present := s.session.Threads()
	id, ok := parseHex(rest[1:])
	switch {
	case rest[1:] == "-1" || ok && id == 0:
		if rest[0] == 'g' {
			s.thread = present
		}
		return replyOK
	case !ok || !slices.Contains(all, id):
		return replyBad
	case rest[0] == 'g':
		s.thread = id
	}
	return replyOK
}

func (s *server) isAlive(rest string) string {
	all, _ := s.session.Threads()
	if id, ok := parseHex(rest); !ok || !slices.Contains(all, id) {
		return replyBad
	}
	return replyOK
}

// query serves the packets that ask about the target.
func (s *server) query(packet string) string {
	all, present := s.session.Threads()
	switch name, rest, _ := strings.Cut(packet, ":"); name {
	case "qSupported":
		return fmt.Sprintf("PacketSize=%x;QStartNoAckMode+;qXfer:features:read+;vContSupported+", packetSize)
	case "QStartNoAckMode":
		s.quiet = true
		return replyOK
	case "qXfer":
		return s.transfer(rest)
	case "qC":
		return fmt.Sprintf("QC%x", present)
	case "qAttached":
		return "0" // the program dies with the connection
	case "qfThreadInfo":
		if len(all) == 0 {
			return "l"
		}
		list := "m"
		for i, id := range all {
			if i > 0 {
				list += ","
			}
			list += fmt.Sprintf("%x", id)
		}
		return list
	case "qsThreadInfo":
		return "l"
	case "qOffsets":
		base := s.session.Base()
		return fmt.Sprintf("Text=%x;Data=%x;Bss=%x", base, base, base)
	case "qSymbol":
		return replyOK
	}
	return ""
}

// transfer serves a part of the target description.
func (s *server) transfer(rest string) string {
	fields := strings.Split(rest, ":")
	if len(fields) != 4 || fields[0] != "features" || fields[1] != "read" {
		return ""
	}
	m := s.machine()
	offset, length, ok := addressAndLength(fields[3])
	if !ok || m == nil || fields[2] != "target.xml" {
		return "E00"
	}
	text := description(m.VLEN() / 8)
	if offset >= uint64(len(text)) {
		return "l"
	}
	if text = text[offset:]; uint64(len(text)) > length {
		return "m" + text[:length]
	}
	return "l" + text
}

// stopReply describes the program's state.
func (s *server) stopReply() string {
	if exit, ended := s.session.Ended(); ended {
		if signal := s.session.Signal(); signal != 0 {
			return fmt.Sprintf("X%02x", signal)
		}
		return fmt.Sprintf("W%02x", byte(exit.Status))
	}
	_, s.thread = s.session.Threads()
	reply := fmt.Sprintf("T%02xthread:%x;", signalOf(s.session.Halt()), s.thread)
	if addr, ok := s.session.Changed(); ok {
		reply += fmt.Sprintf("watch:%x;", addr)
	}
	return reply
}

// The numbers of the signals of the protocol.
const (
	signalInterrupt = 2
	signalTrap      = 5
)

// signalOf returns the signal that describes why a program has paused.
func signalOf(halt rv64.Halt) int {
	if number, ok := linux.TrapSignal(halt.Reason); ok {
		return number
	}
	return signalTrap
}
