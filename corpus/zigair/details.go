package zigair

import "github.com/rvfuzz/rvfuzz/backend/air"

var orders = map[string]air.Order{
	"Unordered": air.Unordered, "Monotonic": air.Monotonic, "Acquire": air.Acquire,
	"Release": air.Release, "AcqRel": air.AcqRel, "SeqCst": air.SeqCst,
}

var operations = map[string]air.Operation{
	"Xchg": air.Xchg, "Add": air.OpAdd, "Sub": air.OpSub, "And": air.OpAnd, "Nand": air.OpNand,
	"Or": air.OpOr, "Xor": air.OpXor, "Max": air.OpMax, "Min": air.OpMin, "Mul": air.OpMul,
}

var predicates = map[string]air.Tag{
	"lt": air.CmpLt, "lte": air.CmpLte, "eq": air.CmpEq, "gte": air.CmpGte, "gt": air.CmpGt, "neq": air.CmpNeq,
}

// details fills in N and Extra of an instruction.
func (b *bodyImporter) details(r *instRecord, in *air.Inst) {
	switch in.Tag {
	case air.Arg:
		in.N = r.Param
	case air.StructFieldPtr, air.StructFieldVal, air.UnionInit, air.FieldParentPtr:
		in.N = r.Field
	case air.Br:
		target, ok := b.insts[r.Block]
		if !ok {
			panic(b.fail(r, "there is no block %%%d", r.Block))
		}
		in.N = uint32(target)
	case air.DbgStmt:
		in.N = b.record.Line + r.Line // Zig's line is relative to the function's first line
		in.Extra = &air.DebugExtra{Column: r.Col}
	case air.DbgVarPtr, air.DbgVarVal:
		in.Extra = &air.DebugExtra{Name: r.Name}
	case air.SwitchBr:
		in.Extra = b.switchExtra(r)
	case air.Shuffle:
		in.Extra = &air.ShuffleExtra{Mask: mask(r.Mask)}
	case air.CmpVector, air.CmpVectorOptimized:
		in.Extra = &air.CompareExtra{Predicate: lookUp(b, r, predicates, "predicate", r.Cmp)}
	case air.Reduce, air.ReduceOptimized:
		in.Extra = &air.ReduceExtra{Operation: lookUp(b, r, operations, "operator", r.Red)}
	case air.ErrorSetHasValue:
		in.Extra = &air.ErrorSetExtra{Set: b.typeOf(r.AskType, b.record.line, "error set")}
	case air.Prefetch:
		in.Extra = &air.PrefetchExtra{Write: r.RW == "write", Instruction: r.Cache == "instruction", Locality: r.Locality}
	case air.Assembly:
		in.Extra = assemblyExtra(r)
	case air.AtomicLoad, air.Fence:
		in.Extra = &air.AtomicExtra{Order: lookUp(b, r, orders, "order", r.Order)}
	case air.AtomicRmw:
		in.Extra = &air.AtomicExtra{
			Order:     lookUp(b, r, orders, "order", r.Order),
			Operation: lookUp(b, r, operations, "operator", r.RMW),
		}
	case air.CmpxchgWeak, air.CmpxchgStrong:
		in.Extra = &air.AtomicExtra{
			Order:   lookUp(b, r, orders, "order", r.Succ),
			Failure: lookUp(b, r, orders, "order", r.Fail),
		}
	}
}

// lookUp returns what a name of the dump stands for.
func lookUp[T any](b *bodyImporter, r *instRecord, names map[string]T, what, name string) T {
	v, ok := names[name]
	if !ok {
		panic(b.fail(r, "%s %.60q is unknown", what, name))
	}
	return v
}

func (b *bodyImporter) switchExtra(r *instRecord) *air.SwitchExtra {
	cases := make([]air.SwitchCase, len(r.Cases))
	for i := range r.Cases {
		for _, item := range r.Cases[i].Items {
			if item.C == nil {
				panic(b.fail(r, "case %d is not a constant", i))
			}
			cases[i].Items = append(cases[i].Items, b.value(*item.C, b.record.line))
		}
	}
	return &air.SwitchExtra{Cases: cases}
}

func mask(lanes []*int32) []int32 {
	out := make([]int32, len(lanes))
	for i, lane := range lanes {
		out[i] = air.UndefinedLane
		if lane != nil {
			out[i] = *lane
		}
	}
	return out
}

func assemblyExtra(r *instRecord) *air.AssemblyExtra {
	next := 0
	convert := func(records []asmRecord) []air.Operand {
		operands := make([]air.Operand, len(records))
		for i, o := range records {
			operands[i] = air.Operand{Name: o.Name, Constraint: o.Constraint, Op: -1}
			if o.Op != nil {
				operands[i].Op = next
				next++
			}
		}
		return operands
	}
	x := &air.AssemblyExtra{Text: r.Asm, Volatile: r.Volatile}
	x.Outputs, x.Inputs = convert(r.Outputs), convert(r.Inputs)
	for _, c := range r.Clobbers {
		if c != "" {
			x.Clobbers = append(x.Clobbers, c)
		}
	}
	return x
}
