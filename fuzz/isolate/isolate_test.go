package isolate

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"
)

// mode is the variable that makes the test binary a worker, or a process that keeps a processor busy.
const mode = "RVFUZZ_ISOLATE_TEST"

func TestMain(m *testing.M) {
	switch os.Getenv(mode) {
	case "busy":
		for {
			spin(time.Second)
		}
	case "worker":
		if err := Main(Limits{Time: 400 * time.Millisecond}, serve); err != nil {
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// spin works for so long by the clock.
func spin(d time.Duration) {
	for end := time.Now().Add(d); time.Now().Before(end); {
	}
}

// serve does what a request says.
func serve(ctx context.Context, request json.RawMessage, w *Watch) (any, error) {
	w.Step(0)
	switch string(request) {
	case `"wait for a channel"`:
		<-make(chan int)
	case `"wait for a lock"`:
		blockForEver()
	case `"loop"`:
		for spinning := true; spinning; spinning = len(request) > 0 {
		}
	case `"work"`: // in steps that take a part of the limit, with rests that are no end
		for range 8 {
			w.Step(0)
			began := processorTime()
			for processorTime()-began < 50*time.Millisecond {
			}
			time.Sleep(time.Millisecond)
		}
	}
	return "done", nil
}

// blockForEver waits for other goroutines, which wait for it.
func blockForEver() {
	done := make(chan bool, 1)
	go func() { <-done; done <- true }()
	runtime.Gosched()
	select {}
}

func startWorker(t *testing.T) *Worker {
	t.Helper()
	t.Setenv(mode, "worker")
	w := &Worker{Command: os.Args[:1]}
	t.Cleanup(w.Close)
	return w
}

// TestWaiting checks that work that waits for what never happens, without using processor time, ends about as soon as
// work that uses too much of it.
func TestWaiting(t *testing.T) {
	w := startWorker(t)
	for _, what := range []string{"wait for a channel", "wait for a lock", "loop"} {
		began := time.Now()
		err := w.Do(context.Background(), what, nil, time.Minute)
		var death *Death
		if !errors.As(err, &death) || death.Kind != Hang || !strings.Contains(death.Output, "isolate.serve") {
			t.Errorf("%s: %v", what, err)
		}
		if took := time.Since(began); took > 30*time.Second {
			t.Errorf("%s: %s", what, took)
		}
		t.Logf("%s: %v, %s", what, err, time.Since(began))
	}
	var reply string
	if err := w.Do(context.Background(), "work", &reply, time.Minute); err != nil || reply != "done" {
		t.Errorf("afterwards: %q, %v", reply, err)
	}
}

// TestLoadedMachine checks that work is not taken for a hang because other processes use the processors.
func TestLoadedMachine(t *testing.T) {
	for range 4 * runtime.NumCPU() {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), mode+"=busy")
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	}
	w := startWorker(t)
	began := time.Now()
	var reply string
	if err := w.Do(context.Background(), "work", &reply, 5*time.Minute); err != nil || reply != "done" {
		t.Errorf("%q, %v", reply, err)
	}
	t.Logf("the work took %s", time.Since(began))
}
