package gdb

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"github.com/rvfuzz/rvfuzz/oracle"
)

// resume serves c, C, s and S: execution from the present or a given address. The signal of C and S is one that the
// program has stopped for, or is ignored.
func (s *server) resume(ctx context.Context, packet string) string {
	action, rest := packet[0], packet[1:]
	if action == 'C' || action == 'S' {
		_, rest, _ = strings.Cut(rest, ";")
	}
	m := s.machine()
	if m == nil {
		return s.stopReply()
	}
	if rest != "" {
		pc, ok := parseHex(rest)
		if !ok {
			return replyBad
		}
		m.PC = pc &^ 1
	}
	isStep := action == 's' || action == 'S'
	return s.run(ctx, isStep, isStep, s.thread)
}

// verbose serves the packets that begin with v.
func (s *server) verbose(ctx context.Context, rest string) string {
	name, actions, _ := strings.Cut(rest, ";")
	switch name {
	case "Cont?":
		return "vCont;c;C;s;S"
	case "Cont":
		return s.continueThreads(ctx, actions)
	case "Kill":
		s.ended, s.err = true, ErrKilled
		return replyOK
	}
	return ""
}

// continueThreads serves vCont. If the first action is to step a thread, or the only action is that of one thread, that one
// alone executes; otherwise all do.
func (s *server) continueThreads(ctx context.Context, actions string) string {
	first, _, hasMore := strings.Cut(actions, ";")
	action, id, given := strings.Cut(first, ":")
	if action == "" || !strings.Contains("cCsS", action[:1]) {
		return replyBad
	}
	thread := s.thread
	isOne := given && id != "-1"
	if isOne {
		var ok bool
		if thread, ok = parseHex(id); !ok {
			return replyBad
		}
	}
	if _, ended := s.session.Ended(); ended {
		return s.stopReply()
	}
	if s.session.Machine(thread) == nil {
		return replyBad
	}
	isStep := action[0] == 's' || action[0] == 'S'
	return s.run(ctx, isStep, isStep || isOne && !hasMore, thread)
}

// run executes until the program pauses or ends, or the debugger interrupts it. If alone is set only the thread executes.
func (s *server) run(ctx context.Context, step, alone bool, thread uint64) string {
	running, stop := context.WithCancel(ctx)
	defer stop()
	finished := make(chan error, 1)
	go func() {
		switch {
		case step:
			finished <- s.session.Step(running, thread)
		case alone:
			finished <- s.session.Run(running, thread)
		default:
			finished <- s.session.Run(running, 0)
		}
	}()
	interrupted := false
	for {
		select {
		case packet, ok := <-s.packets:
			if !ok || packet == string(rune(interruptByte)) { // nothing else may be sent now
				interrupted = true
				stop()
			}
			if !ok {
				<-finished
				s.ended, s.err = true, s.failed
				return ""
			}
		case err := <-finished:
			return s.afterRun(ctx, err, interrupted)
		}
	}
}

// afterRun returns the reply after a run, and tells the debugger about a rule that was broken.
func (s *server) afterRun(ctx context.Context, err error, interrupted bool) string {
	switch {
	case ctx.Err() != nil:
		s.ended, s.err = true, ctx.Err()
		return ""
	case err != nil && interrupted && errors.Is(err, context.Canceled):
		_, s.thread = s.session.Threads()
		return fmt.Sprintf("T%02xthread:%x;", signalInterrupt, s.thread)
	case err != nil:
		s.ended, s.err = true, err
		return replyBad
	}
	if halt := s.session.Halt(); halt.Ending == oracle.Broken || halt.Ending == oracle.Unsupported {
		s.send("O" + hex.EncodeToString([]byte(fmt.Sprintf("%s: %s%s\n", halt.Reason, halt.Place, halt.Blame()))))
	}
	return s.stopReply()
}
