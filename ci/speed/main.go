// Command speed measures how fast this tree makes and checks cases, for ci/speed.sh, which compares two commits: it puts
// this file into the older one too. So it uses only what both have.
//
//	speed [--seed SEED] --export N FILE   writes the first N cases of a campaign
//	speed [--seed SEED] [--words FOLDER] FILE VERDICTS
//	                                      checks the cases of a file, and makes as many
//
// The second form prints the microseconds of processor time in user mode that a case takes to check and to generate,
// and writes a line for each case of the file: the verdict and how the runs ended. With --profile FILE it writes a profile
// of that, which also serves the compiler: cmd/rvfuzz/default.pgo.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/pprof"
	"syscall"
	"time"

	"github.com/rvfuzz/rvfuzz/backend"
	"github.com/rvfuzz/rvfuzz/corpus"
	"github.com/rvfuzz/rvfuzz/fuzz/diff"
	"github.com/rvfuzz/rvfuzz/fuzz/gen"
	"github.com/rvfuzz/rvfuzz/fuzz/source"
)

// export writes cases; only the newer tree can.
var export func(seed uint64, n int, to io.Writer) error

// checker returns a Checker that knows the words which are kept in a folder, and what keeps those that it has learnt. Without a
// name, and in an older tree, it knows none.
var checker = func(words string) (k *diff.Checker, save func() error, err error) {
	return diff.NewChecker(diff.Config{}), func() error { return nil }, nil
}

// batch is how many cases a campaign hands to a worker at once. What a batch leaves behind is not collected on the next
// one's time.
const batch = 128

// collect is the percentage by which campaigns let garbage grow.
const collect = 400

func main() {
	seed := flag.Uint64("seed", 1, "seed of the campaign")
	n := flag.Int("export", 0, "write so many cases")
	words := flag.String("words", "", "keep the words on which decoders agree in this folder")
	profile := flag.String("profile", "", "write a profile of the processor time to this file")
	flag.Parse()
	debug.SetGCPercent(collect)
	err := profiled(*profile, func() error { return run(*seed, *n, *words, flag.Args()) })
	if err != nil {
		fmt.Fprintln(os.Stderr, "speed:", err)
		os.Exit(1)
	}
}

func run(seed uint64, n int, words string, args []string) error {
	switch {
	case n > 0 && len(args) == 1:
		return write(args[0], func(w io.Writer) error { return export(seed, n, w) })
	case n == 0 && len(args) == 2:
		return write(args[1], func(w io.Writer) error { return measure(seed, args[0], words, w) })
	}
	return errors.New("one file to export to, or two")
}

// profiled writes a profile of a function, if there is a name for one.
func profiled(name string, do func() error) error {
	if name == "" {
		return do()
	}
	return write(name, func(w io.Writer) error {
		if err := pprof.StartCPUProfile(w); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
		return do()
	})
}

// write creates a file with what a function writes.
func write(name string, content func(io.Writer) error) (err error) {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(f)
	return errors.Join(content(w), w.Flush(), f.Close())
}

// measure checks the cases of a file and prints what a case takes.
func measure(seed uint64, file, words string, verdicts io.Writer) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	k, save, err := checker(words)
	if err != nil {
		return err
	}
	entries := json.NewDecoder(bufio.NewReader(f))
	var took time.Duration
	for n := 0; ; {
		cases, err := read(entries)
		if err != nil {
			return err
		}
		if len(cases) == 0 {
			each := took.Seconds() * 1e6 / float64(n)
			generate, size := generation(seed, n)
			fmt.Printf("%.2f %.2f %.2f\n", each, generate, size)
			return save()
		}
		runtime.GC()
		from := used()
		lines := make([]string, len(cases))
		for i, c := range cases {
			if c == nil {
				lines[i] = "unreadable"
				continue
			}
			v := k.Check(c)
			lines[i] = verdict(&v)
		}
		took += used() - from
		n += len(cases)
		for _, l := range lines {
			fmt.Fprintln(verdicts, l)
		}
	}
}

// read parses a batch of entries. One that has what this tree does not know is nil.
func read(entries *json.Decoder) (cases []*diff.Case, err error) {
	for len(cases) < batch {
		var text string
		if err := entries.Decode(&text); err == io.EOF {
			return cases, nil
		} else if err != nil {
			return nil, err
		}
		e, err := corpus.Parse("case", []byte(text))
		if err != nil {
			cases = append(cases, nil)
			continue
		}
		c := &diff.Case{Module: e.Module}
		if c.Options, err = backend.ParseOptions(e.Options); err != nil {
			cases = append(cases, nil)
			continue
		}
		for i := range e.Runs {
			c.Runs = append(c.Runs, gen.Run{Func: e.Runs[i].Func, Args: e.Runs[i].Args})
		}
		cases = append(cases, c)
	}
	return cases, nil
}

func verdict(v *diff.Verdict) string {
	text := fmt.Sprint("agree ", v.Endings, " steps=", v.Steps)
	switch {
	case v.Divergence != nil:
		text = "diverge " + v.Divergence.Signature.String()
	case v.Discarded != "":
		text = "discard " + v.Discarded
	}
	return text
}

// generation returns the microseconds that this tree's generator takes for a case, and their instructions.
func generation(seed uint64, n int) (each, size float64) {
	g, s := gen.New(gen.Config{}), source.New(0)
	instructions := 0
	from := used()
	for i := range n {
		s.Reset(source.Case(seed, 0, uint64(i)))
		for _, f := range g.Case(s).Module.Funcs {
			instructions += len(f.Insts)
		}
	}
	return (used() - from).Seconds() * 1e6 / float64(n), float64(instructions) / float64(n)
}

// used returns the processor time that this process has spent in user mode.
func used() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano())
}
