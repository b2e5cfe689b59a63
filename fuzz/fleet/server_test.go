package fleet

import (
	"context"
	"encoding/json"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
)

func TestParseAddress(t *testing.T) {
	pin := strings.Repeat("0f", 32)
	tests := []struct{ text, name, wrong string }{
		{"nats://h:4222", DefaultName, ""},
		{"tls://secret@h:4222/night-1?pin=" + pin, "night-1", ""},
		{"http://h:4222", "", "nats://HOST:PORT/NAME"},
		{"h:4222", "", "nats://HOST:PORT/NAME"},
		{"nats://h/a b", "", "no name of a fleet"},
		{"nats://h/a.b", "", "no name of a fleet"},
		{"nats://h/a?pin=" + pin, "", "tls://"},
		{"tls://h/a?pin=12", "", "no SHA-256"},
		{"tls://h/a?pn=12", "", "has no"},
		{"nats://secret@h:x", "", "no URL"},
	}
	for _, test := range tests {
		a, err := ParseAddress(test.text)
		switch {
		case test.wrong == "" && (err != nil || a.Name != test.name):
			t.Errorf("%s: %+v, %v", test.text, a, err)
		case test.wrong != "" && (err == nil || !strings.Contains(err.Error(), test.wrong)):
			t.Errorf("%s: %v, want %q", test.text, err, test.wrong)
		case err != nil && strings.Contains(err.Error(), "secret"):
			t.Errorf("%s: the error has the token: %v", test.text, err)
		}
	}
}

// TestServeRefuses checks what a server must not be started with.
func TestServeRefuses(t *testing.T) {
	for _, config := range []ServerConfig{{Listen: "0.0.0.0:0"}, {Listen: ":0"}, {Listen: "127.0.0.1:0", Token: "short"}, {Listen: "127.0.0.1"},
		{Listen: "127.0.0.1:x"}, {Listen: "127.0.0.1:0", Name: "a.b"}, {Listen: "127.0.0.1:0", Cert: "missing", Key: "missing"}} {
		config.Dir = t.TempDir()
		if s, err := Serve(config); err == nil {
			s.Close()
			t.Errorf("%+v is served", config)
		}
	}
}

// TestSecrets checks that beyond the loopback interface only those connect who have the token, and only to the server
// with the right certificate.
func TestSecrets(t *testing.T) {
	const token = "0123456789abcdef"
	s, err := Serve(ServerConfig{Listen: "0.0.0.0:0", Dir: t.TempDir(), Token: token})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	good, err := ParseAddress(s.Join())
	if err != nil || good.pin == nil {
		t.Fatalf("%s: %v", s.Join(), err)
	}
	_, port, _ := strings.Cut(strings.TrimPrefix(good.server, "tls://"), ":")
	good.server, good.Token = "tls://127.0.0.1:"+port[strings.LastIndex(port, ":")+1:], token
	conn, err := good.connect()
	if err != nil {
		t.Fatal(err)
	}
	conn.Close()
	wrong := good
	wrong.Token = "0123456789abcdeF"
	if _, err := wrong.connect(); !errors.Is(err, nats.ErrAuthorization) || !isFinal(err) {
		t.Errorf("with a wrong token: %v", err)
	}
	wrong = good
	wrong.Token = ""
	if _, err := wrong.connect(); !errors.Is(err, nats.ErrAuthorization) {
		t.Errorf("without a token: %v", err)
	}
	wrong = good
	wrong.pin = make([]byte, len(good.pin))
	if _, err := wrong.connect(); !errors.Is(err, errPin) || !isFinal(err) {
		t.Errorf("with the pin of another server: %v", err)
	}
	wrong = good
	wrong.pin = nil
	if _, err := wrong.connect(); err == nil || !isFinal(err) {
		t.Errorf("without a pin: %v", err)
	}
}

// TestRefusals checks that a fleet has one campaign at a time, and that a worker of another build or in a folder that is
// used does nothing.
func TestRefusals(t *testing.T) {
	dir := t.TempDir()
	s, c := testServer(t, dir, "127.0.0.1:0")
	defer s.Close()
	defer c.Close()
	if _, err := Open(t.Context(), Config{Server: s}, Terms{Campaign: "two", About: json.RawMessage("1")}); !errors.Is(err, ErrTaken) {
		t.Errorf("a second campaign: %v", err)
	}
	w := testWorker(t, s.Join(), filepath.Join(dir, "w"), fake{time.Millisecond, &tallies{}})
	w.Version = "another"
	if err := Work(t.Context(), w); !errors.Is(err, ErrVersion) {
		t.Errorf("a worker of another build: %v", err)
	}
	held, err := openOutbox(w.Dir)
	if err != nil {
		t.Fatal(err)
	}
	defer held.close()
	if err := Work(t.Context(), w); !errors.Is(err, ErrBusy) {
		t.Errorf("a worker in a folder that is used: %v", err)
	}
}

// TestLeave checks that the end of a campaign does not wait for a worker that stays, and does for one that must learn of it.
func TestLeave(t *testing.T) {
	dir := t.TempDir()
	s, c := testServer(t, dir, "127.0.0.1:0")
	defer s.Close()
	defer c.Close()
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	w := testWorker(t, s.Join(), filepath.Join(dir, "stays"), fake{time.Millisecond, &tallies{done: map[string]int{}}})
	w.Stay = true
	go func() { ended <- Work(ctx, w) }()
	if got := conduct(ctx, t, filepath.Join(dir, "work"), c, 3); got.Cases != 3*casesPerUnit {
		t.Errorf("%s", got)
	}
	if err := c.End(ctx); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	if s.Leave(time.Minute); time.Since(began) > time.Minute/2 {
		t.Errorf("leaving takes %s", time.Since(began))
	}
	a, err := ParseAddress(s.Join())
	if err != nil {
		t.Fatal(err)
	}
	conn, err := a.connect()
	if err != nil {
		t.Fatal(err)
	}
	began = time.Now()
	if s.Leave(time.Second / 4); time.Since(began) < time.Second/4 {
		t.Errorf("leaving takes %s although a worker has not left", time.Since(began))
	}
	conn.Close()
	stop()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("the worker that stays ended with %v", err)
	}
}
