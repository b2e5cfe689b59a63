package asm

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/rvfuzz/rvfuzz/isa"
)

// callFrames are what the .cfi directives of an object say: how to unwind the stack within each function. They become the
// section .eh_frame (LSB, "Exception Frames"; DWARF 5, section 6.4), which is written as text and then assembled.
type callFrames struct {
	unwanted bool // by .cfi_sections
	list     []*callFrame
	open     *callFrame
	labels   int
}

// callFrame is one function, from .cfi_startproc to .cfi_endproc.
type callFrame struct {
	commonFrame
	place
	start, end string // labels
	at         string // the label up to which body has come
	front      [4]int // where that is
	section    int
	lsda       string
	body       strings.Builder
	offset     int64   // of the canonical frame address from its register
	saved      []int64 // offsets at .cfi_remember_state
}

// commonFrame is what functions share with others.
type commonFrame struct {
	personality                   string
	personalityEncoding, encoding int64 // of the addresses of the personality routine and of its data
	returnColumn                  int64
	isSimple, isSignal            bool
}

// Encodings of addresses (LSB, "DWARF Exception Header Encoding").
const (
	encodeOmit     = 0xff
	encodeAbsolute = 0x00
	encodeSigned4  = 0x0b
	encodeRelative = 0x1b // 4 bytes, relative to their own place
	encodeIndirect = 0x80
)

// dataAlignment is the unit of offsets of saved registers, as in the objects of GNU.
const dataAlignment = -4

// callFrame handles a .cfi directive.
func (a *assembler) callFrame(name, rest string, at int) {
	f := &a.object.frames
	operands := a.operands(rest, at)
	switch name = strings.TrimPrefix(name, ".cfi_"); name {
	case "sections":
		f.unwanted = !strings.Contains(rest, ".eh_frame")
		return
	case "startproc":
		if f.open != nil {
			a.failAt(at, ".cfi_startproc in a function that has not ended")
			return
		}
		f.open = &callFrame{place: a.here(at), start: a.frameLabel(), section: a.current}
		f.open.personalityEncoding, f.open.encoding, f.open.returnColumn = encodeOmit, encodeOmit, int64(isa.RA)
		f.open.isSimple = len(operands) > 0 && operands[0].text == "simple"
		f.open.at, f.open.front = f.open.start, a.section().reached()
		return
	}
	open := f.open
	if open == nil {
		a.failAt(at, ".cfi_%s without .cfi_startproc", name)
		return
	}
	if open.section != a.current {
		a.failAt(at, ".cfi_%s in another section than .cfi_startproc", name)
		return
	}
	switch name {
	case "endproc":
		open.end, f.open = a.frameLabel(), nil
		f.list = append(f.list, open)
	case "personality", "lsda":
		a.frameReference(open, name, operands, at)
	case "signal_frame":
		open.isSignal = true
	case "return_column":
		if values, ok := a.frameOperands("r", operands, at); ok {
			open.returnColumn = values[0]
		}
	default:
		a.frameInstruction(open, name, operands, rest, at)
	}
}

// frameLabel defines a label at the present place and returns its name.
func (a *assembler) frameLabel() string {
	a.object.frames.labels++
	name := ".Lcfi$" + strconv.Itoa(a.object.frames.labels)
	a.label(name, 0)
	return name
}

// reached identifies the place that the section has come to.
func (s *section) reached() [4]int {
	return [4]int{len(s.code), len(s.items), len(s.patches), len(s.paddings)}
}

// frameReference handles .cfi_personality and .cfi_lsda: an encoding, and an expression unless it is left out.
func (a *assembler) frameReference(f *callFrame, name string, operands []piece, at int) {
	text := ""
	if len(operands) > 1 {
		text = operands[1].text
	}
	values, ok := a.frameOperands("n", operands[:min(1, len(operands))], at)
	switch {
	case !ok:
		return
	case values[0] != encodeOmit && text == "":
		a.failAt(at, "expected an encoding and a symbol")
		return
	case addressText(values[0], text) == "":
		a.failAt(operands[0].at, "encoding %#x of addresses is not supported", values[0])
		return
	}
	if name == "lsda" {
		f.encoding, f.lsda = values[0], text
	} else {
		f.personalityEncoding, f.personality = values[0], text
	}
}

// addressText returns the directive for an address in an encoding, or "" if the encoding is not supported.
func addressText(encoding int64, text string) string {
	switch encoding {
	case encodeOmit:
		return "\n"
	case encodeAbsolute:
		return ".8byte " + text + "\n"
	case encodeSigned4:
		return ".4byte " + text + "\n"
	case encodeRelative, encodeRelative | encodeIndirect:
		return ".4byte " + text + "-.\n"
	}
	return ""
}

// frameInstructions have the operands of the directives that are an instruction each: r is a register, n a number.
var frameInstructions = map[string]string{
	"def_cfa": "rn", "def_cfa_register": "r", "def_cfa_offset": "n", "adjust_cfa_offset": "n", "offset": "rn", "rel_offset": "rn",
	"val_offset": "rn", "register": "rr", "restore": "r", "undefined": "r", "same_value": "r", "remember_state": "", "restore_state": "",
}

// frameInstruction adds what a directive says to the body of a function.
func (a *assembler) frameInstruction(f *callFrame, name string, operands []piece, rest string, at int) {
	text := ""
	if name == "escape" {
		text = ".byte " + rest + "\n"
	} else {
		kinds, known := frameInstructions[name]
		if !known {
			a.failAt(at, ".cfi_%.40s is not supported in objects", name)
			return
		}
		values, ok := a.frameOperands(kinds, operands, at)
		if !ok {
			return
		}
		if text = f.instruction(name, values); text == "" {
			a.failAt(at, ".cfi_restore_state without .cfi_remember_state")
			return
		}
	}
	if now := a.section().reached(); now != f.front {
		const advance = 4
		label := a.frameLabel()
		fmt.Fprintf(&f.body, ".byte %d\n.4byte %s-%s\n", advance, label, f.at)
		f.at, f.front = label, a.section().reached()
	}
	f.body.WriteString(text)
}

// instruction returns the directives for a call frame instruction (DWARF 5, section 6.4.2).
func (f *callFrame) instruction(name string, v [2]int64) string {
	aligned := v[1] / dataAlignment
	switch name {
	case "def_cfa":
		f.offset = v[1]
		return fmt.Sprintf(".byte 0x0c\n.uleb128 %d, %d\n", v[0], v[1])
	case "def_cfa_register":
		return fmt.Sprintf(".byte 0x0d\n.uleb128 %d\n", v[0])
	case "def_cfa_offset":
		f.offset = v[0]
		return fmt.Sprintf(".byte 0x0e\n.uleb128 %d\n", v[0])
	case "adjust_cfa_offset":
		f.offset += v[0]
		return fmt.Sprintf(".byte 0x0e\n.uleb128 %d\n", f.offset)
	case "rel_offset":
		aligned = (v[1] - f.offset) / dataAlignment
		fallthrough
	case "offset":
		switch {
		case aligned < 0:
			return fmt.Sprintf(".byte 0x11\n.uleb128 %d\n.sleb128 %d\n", v[0], aligned)
		case v[0] < 64:
			return fmt.Sprintf(".byte %d\n.uleb128 %d\n", 0x80|v[0], aligned)
		}
		return fmt.Sprintf(".byte 0x05\n.uleb128 %d, %d\n", v[0], aligned)
	case "val_offset":
		return fmt.Sprintf(".byte 0x15\n.uleb128 %d\n.sleb128 %d\n", v[0], aligned)
	case "register":
		return fmt.Sprintf(".byte 0x09\n.uleb128 %d, %d\n", v[0], v[1])
	case "restore":
		if v[0] < 64 {
			return fmt.Sprintf(".byte %d\n", 0xc0|v[0])
		}
		return fmt.Sprintf(".byte 0x06\n.uleb128 %d\n", v[0])
	case "undefined":
		return fmt.Sprintf(".byte 0x07\n.uleb128 %d\n", v[0])
	case "same_value":
		return fmt.Sprintf(".byte 0x08\n.uleb128 %d\n", v[0])
	case "remember_state":
		f.saved = append(f.saved, f.offset)
		return ".byte 0x0a\n"
	}
	last := len(f.saved) - 1
	if last < 0 {
		return ""
	}
	f.offset, f.saved = f.saved[last], f.saved[:last]
	return ".byte 0x0b\n"
}

// frameOperands returns the values of operands: registers by their DWARF numbers (psABI, "DWARF") and numbers.
func (a *assembler) frameOperands(kinds string, operands []piece, at int) (values [2]int64, ok bool) {
	if len(operands) != len(kinds) {
		a.failAt(at, "%d operands in place of %d", len(operands), len(kinds))
		return values, false
	}
	for i, o := range operands {
		if kinds[i] == 'r' {
			if r, ok := isa.ParseReg(o.text); ok {
				values[i] = int64(r)
				if r.IsVector() {
					values[i] += 32
				}
				continue
			}
		}
		v, ok := a.known(o.text, o.at)
		if !ok {
			return values, false
		}
		values[i] = v
	}
	return values, true
}

// readFrames assembles .eh_frame.
func (a *assembler) readFrames() {
	f := &a.object.frames
	if f.open != nil {
		a.fail(f.open.place, ".cfi_startproc without .cfi_endproc")
	}
	if f.unwanted || len(f.list) == 0 || len(a.errs) != 0 {
		return
	}
	var b strings.Builder
	b.WriteString(".section .eh_frame,\"a\",@progbits\n")
	known := map[commonFrame]string{}
	for _, function := range f.list {
		common, ok := known[function.commonFrame]
		if !ok {
			common = fmt.Sprintf(".Lcie$%d", len(known))
			known[function.commonFrame] = common
			function.commonFrame.write(&b, common)
		}
		function.write(&b, common)
	}
	a.blocks.stopped = false
	a.read(b.String())
}

// write writes an entry that functions share, with a label at its beginning.
func (c *commonFrame) write(b *strings.Builder, label string) {
	const version = 3
	augmentation, data := "z", ""
	if c.personalityEncoding != encodeOmit {
		augmentation += "P"
		data += fmt.Sprintf(".byte %d\n%s", c.personalityEncoding, addressText(c.personalityEncoding, c.personality))
	}
	if c.encoding != encodeOmit {
		augmentation += "L"
		data += fmt.Sprintf(".byte %d\n", c.encoding)
	}
	augmentation += "R"
	data += fmt.Sprintf(".byte %d\n", encodeRelative)
	if c.isSignal {
		augmentation += "S"
	}
	fmt.Fprintf(b, ".balign 4\n%[1]s:\n.4byte %[1]s_end-%[1]s_in\n%[1]s_in:\n.4byte 0\n.byte %d\n.asciz %q\n", label, version, augmentation)
	fmt.Fprintf(b, ".uleb128 1\n.sleb128 %d\n.uleb128 %d\n", dataAlignment, c.returnColumn)
	fmt.Fprintf(b, ".uleb128 %[1]s_rest-%[1]s_data\n%[1]s_data:\n%[2]s%[1]s_rest:\n", label, data)
	if !c.isSimple {
		fmt.Fprintf(b, ".byte 0x0d\n.uleb128 %d\n", isa.SP)
	}
	fmt.Fprintf(b, ".balign 4\n%s_end:\n", label)
}

// write writes the entry of a function.
func (f *callFrame) write(b *strings.Builder, common string) {
	label := strings.Replace(f.start, "cfi", "fde", 1)
	fmt.Fprintf(b, ".4byte %[1]s_end-%[1]s_in\n%[1]s_in:\n.4byte .-%[2]s\n.4byte %[3]s-.\n.4byte %[4]s-%[3]s\n", label, common, f.start, f.end)
	fmt.Fprintf(b, ".uleb128 %[1]s_rest-%[1]s_data\n%[1]s_data:\n%[2]s%[1]s_rest:\n", label, addressText(f.encoding, f.lsda))
	fmt.Fprintf(b, "%s.balign 4\n%s_end:\n", f.body.String(), label)
}
