// Package isolate runs work in processes of its own, so that a defect of what is tested (a crash, an endless loop,
// memory or stack without end) ends a worker and never the program that tests.
//
//	w := isolate.Worker{Command: []string{"rvfuzz", "worker", "campaign"}, Wall: time.Minute}
//	err := w.Do(ctx, request, &reply)
//	var death *isolate.Death
//	if errors.As(err, &death) { ... }
//
// A worker process calls Main, which serves requests from standard input until that ends: one JSON value each, and one
// for each reply. It watches its own processor time and memory; the other side has a limit of real time besides. A
// Worker without a command serves in this process, where only that last limit holds.
package isolate

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"time"
)

// Handler carries out one request and returns what encodes to its reply. When ctx ends it returns soon, with what it
// has so far or with an error. It calls Step before each part of the work that has a limit of time of its own.
type Handler func(ctx context.Context, request json.RawMessage, w *Watch) (reply any, err error)

// answer is a reply on its way.
type answer struct {
	Reply json.RawMessage `json:"reply,omitempty"`
	Error string          `json:"error,omitempty"`
}

// Serve answers requests until in ends, one after the other. The context of a request ends with in.
func Serve(in io.Reader, out io.Writer, handle Handler, w *Watch) error {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	requests := make(chan json.RawMessage)
	go func() {
		defer close(requests)
		defer cancel()
		for decoder := json.NewDecoder(in); ; {
			var r json.RawMessage
			if decoder.Decode(&r) != nil {
				return
			}
			requests <- r
		}
	}()
	encoder := json.NewEncoder(out)
	for r := range requests {
		var a answer
		reply, err := handle(ctx, r, w)
		if err == nil {
			a.Reply, err = json.Marshal(reply)
		}
		w.rest()
		if err != nil {
			a.Error = err.Error()
		}
		if err := encoder.Encode(&a); err != nil {
			return err
		}
	}
	return nil
}

// Worker is the other side of one worker, which is started by the first request and again after its death. It is not
// safe for concurrent use.
type Worker struct {
	// Command is the command line of the process, whose program is this one; empty serves Handler in this process.
	Command []string
	Handler Handler
	// Setup is a first request to every new worker, whose reply is ignored; nil for none.
	Setup any

	conn *conn
}

// grace is how long a worker may take to reply after the context of a request has ended.
const grace = time.Second / 2

// Do sends a request and decodes the reply. A worker that dies, or takes more than a time, is a *Death. If ctx ends, a
// reply that the worker still makes counts; otherwise the error is that of ctx. Any other error is the handler's, or
// says that no process could be started.
func (w *Worker) Do(ctx context.Context, request, reply any, most time.Duration) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if w.conn == nil {
		c, err := w.start()
		if err != nil {
			return err
		}
		w.conn = c
		if w.Setup != nil {
			if err := w.exchange(ctx, w.Setup, nil, most); err != nil {
				return err
			}
		}
	}
	return w.exchange(ctx, request, reply, most)
}

func (w *Worker) exchange(ctx context.Context, request, reply any, most time.Duration) error {
	c := w.conn
	if err := c.requests.Encode(request); err != nil {
		return w.bury("", err) // its end of the pipe is closed
	}
	late := time.NewTimer(most)
	defer late.Stop()
	select {
	case a, ok := <-c.answers:
		if !ok {
			return w.bury("", nil)
		}
		return a.decode(reply)
	case <-late.C:
		return w.bury(fmt.Sprintf("no reply in %s", most), nil)
	case <-ctx.Done():
	}
	defer w.Close()
	_ = c.in.Close() // which the worker takes for the end of the context
	select {
	case a, ok := <-c.answers:
		if ok && a.Error == "" {
			return a.decode(reply)
		}
	case <-time.After(grace):
	}
	return ctx.Err()
}

func (a *answer) decode(reply any) error {
	switch {
	case a.Error != "":
		return errors.New(a.Error)
	case reply == nil:
		return nil
	}
	return json.Unmarshal(a.Reply, reply)
}

// bury ends a worker that is dead or late and returns its death.
func (w *Worker) bury(late string, err error) error {
	c := w.conn
	w.conn = nil
	d := &Death{Kind: Hang, Output: late}
	if late != "" {
		_ = c.kill()
		return d
	}
	state := c.kill()
	if state == nil { // served by this process, which it does not leave
		return fmt.Errorf("isolate: the worker ended: %w", err)
	}
	d.examine(state, c.complaint.String())
	return d
}

// Close ends the worker. The next request starts another one.
func (w *Worker) Close() {
	if w.conn != nil {
		_ = w.conn.kill()
		w.conn = nil
	}
}

// conn is the connection to a worker that lives.
type conn struct {
	in        io.WriteCloser
	requests  *json.Encoder
	answers   chan answer // closed when the worker is dead
	complaint tail
	kill      func() *os.ProcessState // waits for the end; the state is nil without a process
}

func (w *Worker) start() (*conn, error) {
	c := &conn{answers: make(chan answer, 1)}
	var out io.Reader
	if len(w.Command) == 0 {
		var in *io.PipeReader
		var reply *io.PipeWriter
		in, c.in = io.Pipe()
		out, reply = io.Pipe()
		go func() { _ = reply.CloseWithError(Serve(in, reply, w.Handler, &Watch{})) }()
		c.kill = func() *os.ProcessState { _ = c.in.Close(); return nil }
	} else {
		program, err := os.Executable()
		if err != nil {
			return nil, err
		}
		cmd := &exec.Cmd{Path: program, Args: w.Command, Stderr: &c.complaint, WaitDelay: time.Second}
		if c.in, err = cmd.StdinPipe(); err != nil {
			return nil, err
		}
		if out, err = cmd.StdoutPipe(); err != nil {
			return nil, err
		}
		if err := cmd.Start(); err != nil {
			return nil, err
		}
		c.kill = func() *os.ProcessState { return end(cmd, c.in) }
	}
	c.requests = json.NewEncoder(c.in)
	go c.read(out)
	return c, nil
}

// read passes replies on until there are no more.
func (c *conn) read(out io.Reader) {
	defer close(c.answers)
	for decoder := json.NewDecoder(out); ; {
		var a answer
		if decoder.Decode(&a) != nil {
			return
		}
		c.answers <- a
	}
}

// end ends a process: one that is in the middle of something at once, one that is dying when it is dead.
func end(cmd *exec.Cmd, in io.Closer) *os.ProcessState {
	_ = in.Close()
	dead := make(chan struct{})
	go func() { _ = cmd.Wait(); close(dead) }()
	select {
	case <-dead:
	case <-time.After(grace):
		_ = cmd.Process.Kill()
		<-dead
	}
	return cmd.ProcessState
}
