package words

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/rvfuzz/rvfuzz/isa"
)

// Refusals is the outcome of asking a tool for encodings that the manual reserves.
type Refusals struct {
	Asked    int      // words or texts
	Accepted int      // of them, those that the tool does not reject
	Lines    []string // one for each instruction of which it accepts some: how many, and the smallest or first
}

// RefusedWords asks a disassembler, as CommandTool runs it, for up to n reserved words of each instruction.
func RefusedWords(ctx context.Context, command string, knows func(isa.Op) bool, n int) (*Refusals, error) {
	var rows []isa.Row
	var list []uint32
	for _, row := range isa.Rows() {
		if !knows(row.Op) {
			continue
		}
		for _, w := range ReservedSample(row, n) {
			rows, list = append(rows, row), append(list, w)
		}
	}
	lines := make([]string, len(list))
	for i, w := range list {
		lines[i] = hexWord(w)
	}
	answers, err := askSome(ctx, command, lines)
	if err != nil {
		return nil, err
	}
	return refusals(rows, func(i int) string {
		if isData(answers[i]) {
			return ""
		}
		_, err := rows[i].Op.Decode(list[i])
		return fmt.Sprintf("%v, the disassembler says %q", err, answers[i])
	}), nil
}

// RefusedTexts asks an assembler for up to n texts of each instruction with operands that the manual reserves. One that makes
// another instruction of the text rejects it too.
func RefusedTexts(ctx context.Context, command string, knows func(isa.Op) bool, n int) (*Refusals, error) {
	var rows []isa.Row
	var texts []string
	for _, row := range isa.Rows() {
		if !knows(row.Op) {
			continue
		}
		for _, in := range reservedInsts(row, n) {
			rows, texts = append(rows, row), append(texts, in.String())
		}
	}
	answers, err := askSome(ctx, command, texts)
	if err != nil {
		return nil, err
	}
	words := wordsOf(answers)
	return refusals(rows, func(i int) string {
		_, err := rows[i].Op.Decode(words[i].Word)
		if !words[i].OK || !errors.As(err, new(*isa.ReservedError)) {
			return ""
		}
		return fmt.Sprintf("of %q the assembler makes %#x: %v", texts[i], words[i].Word, err)
	}), nil
}

// askSome is askCommand unless there is nothing to ask.
func askSome(ctx context.Context, command string, lines []string) ([]string, error) {
	if len(lines) == 0 {
		return nil, nil
	}
	return askCommand(ctx, command, lines)
}

// isData reports whether a disassembler calls a word data, or what is never an instruction.
func isData(answer string) bool {
	name, _, _ := strings.Cut(strings.TrimPrefix(answer, "c."), " ")
	return answer == "" || answer[0] == '.' || answer[0] == '<' || name == "unimp"
}

// refusals counts what is accepted: accepted returns "" for a question that the tool rejected, or else what is wrong.
func refusals(rows []isa.Row, accepted func(i int) string) *Refusals {
	r := &Refusals{Asked: len(rows)}
	for i := 0; i < len(rows); {
		op, asked, wrong, first := rows[i].Op, 0, 0, ""
		for ; i < len(rows) && rows[i].Op == op; i++ {
			asked++
			if why := accepted(i); why != "" {
				wrong++
				if first == "" {
					first = why
				}
			}
		}
		if wrong > 0 {
			r.Accepted += wrong
			r.Lines = append(r.Lines, fmt.Sprintf("%s: accepts %d of %d: %s", op, wrong, asked, first))
		}
	}
	return r
}

// ReservedSample returns up to n reserved words of a row, in ascending order: the smallest of its stratified words, and others
// that are spread evenly over them.
func ReservedSample(row isa.Row, n int) []uint32 {
	var list []uint32
	Stratified(row, func(w uint32) {
		var reserved *isa.ReservedError
		if _, err := row.Op.Decode(w); errors.As(err, &reserved) && reserved.Op == row.Op {
			list = append(list, w)
		}
	})
	slices.Sort(list)
	list = slices.Compact(list)
	if len(list) <= n {
		return list
	}
	out := make([]uint32, n)
	for i := range out {
		out[i] = list[i*len(list)/n]
	}
	return out
}

// reservedInsts returns up to n instructions of a row that break a rule between operands.
func reservedInsts(row isa.Row, n int) []isa.Inst {
	var list []isa.Inst
	for _, w := range Sample(row, 3) {
		in, err := row.Op.Decode(w)
		if err != nil {
			continue
		}
		for _, change := range ruleBreakers {
			broken := in
			change(&broken)
			var e *isa.OperandError
			if _, err := isa.Encode(broken); errors.As(err, &e) && e.Operand == "" && len(list) < n && !slices.Contains(list, broken) {
				list = append(list, broken)
			}
		}
	}
	return list
}

// ruleBreakers change an instruction so that it may break a rule between its operands.
var ruleBreakers = []func(in *isa.Inst){
	func(in *isa.Inst) { in.Rd, in.VM = isa.V0, isa.V0T },
	func(in *isa.Inst) { in.Rs1, in.VM = isa.V0, isa.V0T },
	func(in *isa.Inst) { in.Rs2, in.VM = isa.V0, isa.V0T },
	func(in *isa.Inst) { in.Rs3, in.VM = isa.V0, isa.V0T },
	func(in *isa.Inst) { in.Rd = isa.V0 },
	func(in *isa.Inst) { in.Rd = in.Rs1 },
	func(in *isa.Inst) { in.Rd = in.Rs2 },
	func(in *isa.Inst) { in.Rs2 = in.Rs1 },
	func(in *isa.Inst) { in.Rd |= 1 },
	func(in *isa.Inst) { in.Rs2 |= 1 },
	func(in *isa.Inst) { in.Rs3 |= 1 },
	func(in *isa.Inst) { in.Rd, in.NF = isa.V(31), 7 },
	func(in *isa.Inst) { in.Rs3, in.NF = isa.V(31), 7 },
	func(in *isa.Inst) { in.Rd = isa.Zero },
	func(in *isa.Inst) { in.Rd = isa.SP },
	func(in *isa.Inst) { in.Rs1 = isa.Zero },
	func(in *isa.Inst) { in.Rs2 = isa.Zero },
	func(in *isa.Inst) { in.Imm = 0 },
}
