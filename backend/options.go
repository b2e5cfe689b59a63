package backend

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/codegen"
	"github.com/rvfuzz/rvfuzz/backend/emit"
	"github.com/rvfuzz/rvfuzz/backend/legalize"
	"github.com/rvfuzz/rvfuzz/backend/target"
)

// Options change how a module is compiled, but not what the program does. The zero value is the default.
type Options struct {
	Verify    bool // check the input and the result of every stage; panic if a stage broke a rule
	Verified  bool // the caller has verified the module: Verify checks only what the stages return
	Locations bool // record where each AIR value is
	Audit     bool // check what takes longer than Verify, too
	Origins   bool // record which calls of package codegen append each instruction, which takes time
	Debug     bool // describe lines, functions, variables and frames to debuggers

	PromoteOff  bool          // keep every local variable in the frame
	Registers   int           // number of allocatable registers per file, 1 to 32; 0 for all
	SpillAll    bool          // move every result to the frame
	FarBranches bool          // use the long forms of branches
	LargeFrames bool          // pad frames beyond the reach of 12 bits
	Compress    bool          // use 16-bit instructions
	Target      target.Target // the machine; rv64gc if zero
	Zbb         bool          // use the instructions of Zbb
	Zicond      bool          // use the instructions of Zicond
	PIC         bool          // find addresses in the global offset table, as position-independent code does
	VectorOff   bool          // compute with vectors lane by lane
	SavedFirst  bool          // prefer registers that calls preserve
	Reverse     bool          // place functions and globals in reverse order
	High        bool          // place the image across 2 GiB

	threads bool // of Objects: thread-local globals are the threads' own
	file    bool // the result is for a file, which names the target
}

// knob is one option with a text form: a flag, or a number if flag is nil.
type knob struct {
	name   string
	flag   func(*Options) *bool
	number func(*Options) *int
	target func(*Options) *target.Target
}

// knobs are the options that change the code, in the order of their text.
var knobs = [...]knob{
	{name: "promote=off", flag: func(o *Options) *bool { return &o.PromoteOff }},
	{name: "registers", number: func(o *Options) *int { return &o.Registers }},
	{name: "spill-all", flag: func(o *Options) *bool { return &o.SpillAll }},
	{name: "far-branches", flag: func(o *Options) *bool { return &o.FarBranches }},
	{name: "large-frames", flag: func(o *Options) *bool { return &o.LargeFrames }},
	{name: "compress", flag: func(o *Options) *bool { return &o.Compress }},
	{name: "target", target: func(o *Options) *target.Target { return &o.Target }},
	{name: "zbb", flag: func(o *Options) *bool { return &o.Zbb }},
	{name: "zicond", flag: func(o *Options) *bool { return &o.Zicond }},
	{name: "vector=off", flag: func(o *Options) *bool { return &o.VectorOff }},
	{name: "pic", flag: func(o *Options) *bool { return &o.PIC }},
	{name: "saved-first", flag: func(o *Options) *bool { return &o.SavedFirst }},
	{name: "reverse", flag: func(o *Options) *bool { return &o.Reverse }},
	{name: "high", flag: func(o *Options) *bool { return &o.High }},
}

// String returns the text of the options that change the code, "registers=6 compress". Verify, Verified, Locations,
// Origins and Debug have none.
func (o Options) String() string {
	var words []string
	for _, k := range knobs {
		switch {
		case k.flag != nil && *k.flag(&o):
			words = append(words, k.name)
		case k.number != nil && *k.number(&o) != 0:
			words = append(words, k.name+"="+strconv.Itoa(*k.number(&o)))
		case k.target != nil && *k.target(&o) != (target.Target{}):
			words = append(words, k.name+"="+k.target(&o).String())
		}
	}
	return strings.Join(words, " ")
}

// maxRegisters is the largest value of the option registers, the size of a register file.
const maxRegisters = 32

// ParseOptions parses the text that String writes. The error names an unknown word or one given twice.
func ParseOptions(text string) (Options, error) {
	var o Options
	for _, word := range strings.Fields(text) {
		if err := o.parse(word); err != nil {
			return Options{}, err
		}
	}
	return o, nil
}

func (o *Options) parse(word string) error {
	name, value, hasValue := strings.Cut(word, "=")
	for _, k := range knobs {
		if k.flag != nil && k.name == word {
			if *k.flag(o) {
				return fmt.Errorf("backend: option %.60q is given twice", word)
			}
			*k.flag(o) = true
			return nil
		}
		if k.flag != nil || k.name != name || !hasValue {
			continue
		}
		if k.target != nil {
			return o.parseTarget(word, value)
		}
		n, err := strconv.Atoi(value)
		if err != nil || n < 1 || n > maxRegisters || *k.number(o) != 0 {
			return fmt.Errorf("backend: option %.60q is not a number from 1 to %d, or is given twice", word, maxRegisters)
		}
		*k.number(o) = n
		return nil
	}
	return fmt.Errorf("backend: unknown option %.60q", word)
}

func (o *Options) parseTarget(word, value string) error {
	if o.Target != (target.Target{}) {
		return fmt.Errorf("backend: option %.60q is given twice", word)
	}
	var err error
	if o.Target, err = target.Parse(value); err != nil {
		return fmt.Errorf("backend: option %.60q: %w", word, err)
	}
	return nil
}

// features returns the extensions that the code generator uses.
func (o Options) features() target.Features {
	features := o.Target.Features
	features.Zbb = features.Zbb || o.Zbb
	features.Zicond = features.Zicond || o.Zicond
	features.V = features.V && !o.VectorOff
	return features
}

func (o Options) codegen() codegen.Options {
	return codegen.Options{
		Verify: o.Verify, Locations: o.Locations, Audit: o.Audit, Origins: o.Origins, Debug: o.Debug, Registers: o.Registers, SpillAll: o.SpillAll, LargeFrames: o.LargeFrames,
		PIC: o.PIC, Threads: o.threads, SavedFirst: o.SavedFirst, Features: o.features(),
	}
}

// Legalize returns the legal form of a function, in which every step of the code generator is an instruction.
func (o Options) Legalize(f *air.Func) legalize.Func {
	return legalize.Legalize(f, codegen.Keeps(o.features()))
}

func (o Options) emit() emit.Options {
	return emit.Options{Compress: o.Compress, Zcb: o.Target.Zcb, FarBranches: o.FarBranches}
}
