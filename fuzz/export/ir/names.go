package ir

import (
	"fmt"
	"strings"
)

// Identifier returns a name with everything but letters, digits and underscores spelled out.
func Identifier(name string) string {
	var s strings.Builder
	for i := range len(name) {
		switch b := name[i]; {
		case b == '.':
			s.WriteString("__")
		case isWord(b) && b != '-':
			s.WriteByte(b)
		default:
			fmt.Fprintf(&s, "_x%02x", b)
		}
	}
	return s.String()
}

// Move is what a jump does to a phi of the block that it goes to.
type Move struct {
	To    string
	Type  Type
	Value Operand
}

// Moves returns what a jump from one block to another does to the phis there, in the order of the phis. No phi reads
// another one of its block.
func (f *Func) Moves(from, to string) (moves []Move) {
	written := map[string]bool{}
	for _, b := range f.Blocks {
		if b.Label != to {
			continue
		}
		for _, in := range b.Insts {
			if in.Op != "phi" {
				break
			}
			for i, label := range in.Labels {
				if label != from {
					continue
				}
				if written[in.Args[i].Name] {
					panic("phis of a block read each other")
				}
				moves = append(moves, Move{in.Result, in.Type, in.Args[i]})
			}
			written[in.Result] = true
		}
	}
	return moves
}

// Results returns the names that a function defines, with their types, in the order of their definitions.
func (f *Func) Results() (all []Operand) {
	for _, b := range f.Blocks {
		for i := range b.Insts {
			in := &b.Insts[i]
			if in.Result != "" && in.Type.Kind != Void {
				all = append(all, Operand{Name: in.Result, Type: in.Type})
			}
			switch {
			case in.Second != Type{} && in.Overflow != "":
				all = append(all, Operand{Name: in.Overflow, Type: in.Second})
			case in.Overflow != "":
				all = append(all, Operand{Name: in.Overflow, Type: in.Type.Of(I1)})
			}
		}
	}
	return all
}
