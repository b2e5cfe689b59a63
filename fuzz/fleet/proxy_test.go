package fleet

import (
	"net"
	"sync"
	"testing"
)

// proxy is a network between one worker and the server that can fail.
type proxy struct {
	listener net.Listener
	to       string

	mu    sync.Mutex
	wait  *sync.Cond
	state int
	conns map[net.Conn]bool
}

// The states of a proxy.
const (
	passes  = iota
	silent  // bytes are held back and nobody is told
	severed // connections are closed and none is made
)

func newProxy(t *testing.T, to string) *proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{listener: l, to: to, conns: map[net.Conn]bool{}}
	p.wait = sync.NewCond(&p.mu)
	go p.serve()
	t.Cleanup(func() {
		_ = l.Close()
		p.set(severed)
	})
	return p
}

func (p *proxy) set(state int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.state = state
	if state == severed {
		for c := range p.conns {
			_ = c.Close()
		}
	}
	p.wait.Broadcast()
}

func (p *proxy) serve() {
	for {
		from, err := p.listener.Accept()
		if err != nil {
			return
		}
		to, err := net.Dial("tcp", p.to)
		if err != nil {
			_ = from.Close()
			continue
		}
		p.mu.Lock()
		closed := p.state == severed
		p.conns[from], p.conns[to] = true, true
		p.mu.Unlock()
		if closed {
			_ = from.Close()
			_ = to.Close()
			continue
		}
		go p.copy(to, from)
		go p.copy(from, to)
	}
}

// copy passes bytes on while the proxy does.
func (p *proxy) copy(to, from net.Conn) {
	defer func() {
		_ = to.Close()
		_ = from.Close()
		p.mu.Lock()
		delete(p.conns, to)
		delete(p.conns, from)
		p.mu.Unlock()
	}()
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		p.mu.Lock()
		for p.state == silent {
			p.wait.Wait()
		}
		p.mu.Unlock()
		if _, broken := to.Write(buffer[:n]); broken != nil || err != nil {
			return
		}
	}
}
