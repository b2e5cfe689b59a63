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
func (b *bodyImporter) details(r *instRecord, in *air.Inst) error {
	switch in.Tag {
	case air.Arg:
		in.N = r.Param
	case air.StructFieldPtr, air.StructFieldVal, air.UnionInit, air.FieldParentPtr:
		in.N = r.Field
	case air.Br:
		target, ok := b.insts[r.Block]
		if !ok {
			return b.fail(r, "there is no block %%%d", r.Block)
		}
		in.N = uint32(target)
	case air.DbgStmt:
		in.N = b.record.Line + r.Line // Zig's line is relative to the function's first line
		in.Extra = &air.DebugExtra{Column: r.Col}
	case air.DbgVarPtr, air.DbgVarVal:
		in.Extra = &air.DebugExtra{Name: r.Name}
	case air.SwitchBr:
		return b.switchDetails(r, in)
	case air.Shuffle:
		in.Extra = &air.ShuffleExtra{Mask: mask(r.Mask)}
	case air.CmpVector, air.CmpVectorOptimized:
		predicate, ok := predicates[r.Cmp]
		if !ok {
			return b.fail(r, "predicate %.60q is unknown", r.Cmp)
		}
		in.Extra = &air.CompareExtra{Predicate: predicate}
	case air.Reduce, air.ReduceOptimized:
		operation, ok := operations[r.Red]
		if !ok {
			return b.fail(r, "operator %.60q is unknown", r.Red)
		}
		in.Extra = &air.ReduceExtra{Operation: operation}
	case air.ErrorSetHasValue:
		set, err := b.typeOf(r.AskType, b.record.line, "error set")
		in.Extra = &air.ErrorSetExtra{Set: set}
		return err
	case air.Prefetch:
		in.Extra = &air.PrefetchExtra{Write: r.RW == "write", Instruction: r.Cache == "instruction", Locality: r.Locality}
	case air.Assembly:
		in.Extra = assemblyExtra(r)
	default:
		return b.atomicDetails(r, in)
	}
	return nil
}

func (b *bodyImporter) switchDetails(r *instRecord, in *air.Inst) error {
	cases := make([]air.SwitchCase, len(r.Cases))
	for i := range r.Cases {
		for _, item := range r.Cases[i].Items {
			if item.C == nil {
				return b.fail(r, "case %d is not a constant", i)
			}
			v, err := b.value(*item.C, b.record.line)
			if err != nil {
				return err
			}
			cases[i].Items = append(cases[i].Items, v)
		}
	}
	in.Extra = &air.SwitchExtra{Cases: cases}
	return nil
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

// atomicDetails fills in the orders and operator of the atomic tags.
func (b *bodyImporter) atomicDetails(r *instRecord, in *air.Inst) error {
	var x air.AtomicExtra
	first, failure, operation := r.Order, "", ""
	switch in.Tag {
	case air.CmpxchgWeak, air.CmpxchgStrong:
		first, failure = r.Succ, r.Fail
	case air.AtomicRmw:
		operation = r.RMW
	case air.AtomicLoad, air.Fence:
	default:
		return nil
	}
	var ok bool
	if x.Order, ok = orders[first]; !ok {
		return b.fail(r, "order %.60q is unknown", first)
	}
	if x.Failure, ok = orders[failure]; !ok && failure != "" {
		return b.fail(r, "order %.60q is unknown", failure)
	}
	if x.Operation, ok = operations[operation]; !ok && operation != "" {
		return b.fail(r, "operator %.60q is unknown", operation)
	}
	in.Extra = &x
	return nil
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
