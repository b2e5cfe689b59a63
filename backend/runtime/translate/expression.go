package main

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"strconv"
	"strings"
)

// value translates an expression and returns its operand.
func (t *translator) value(e ast.Expr) string {
	if v := t.info.Types[e]; v.Value != nil {
		if v.Value.Kind() == constant.Bool {
			return "<bool, " + v.Value.String() + ">"
		}
		return "<" + t.typeText(e, v.Type) + ", " + v.Value.ExactString() + ">"
	}
	switch e := e.(type) {
	case *ast.ParenExpr:
		return t.value(e.X)
	case *ast.Ident:
		return t.variable(e)
	case *ast.IndexExpr:
		return t.emit("ptr_elem_val(usize, %s, %s)", t.value(e.X), t.value(e.Index))
	case *ast.SliceExpr:
		p := t.value(e.X)
		if e.Low == nil {
			return p
		}
		return t.emit("ptr_add([*]usize, %s, %s)", p, t.value(e.Low))
	case *ast.UnaryExpr:
		return t.unary(e)
	case *ast.BinaryExpr:
		return t.binary(e, e.Op, e.X, e.Y)
	case *ast.CallExpr:
		return t.call(e)
	}
	t.fail(e, "no expression %T", e)
	return ""
}

func (t *translator) variable(e *ast.Ident) string {
	o := t.info.Uses[e]
	v, ok := t.vars[o]
	switch {
	case !ok:
		return "<[*]usize, @" + prefix + e.Name + ">"
	case v.memory:
		return t.emit("load(%s, %s)", t.typeText(e, o.Type()), v.ref)
	}
	return v.ref
}

func (t *translator) unary(e *ast.UnaryExpr) string {
	x := t.value(e.X)
	if e.Op == token.SUB {
		return t.emit("sub_wrap(<usize, 0>, %s)", x)
	}
	return t.emit("not(%s)", x) // ^ and !
}

var binaryTags = map[token.Token]string{
	token.ADD: "add_wrap", token.SUB: "sub_wrap", token.MUL: "mul_wrap", token.QUO: "div_trunc", token.REM: "rem",
	token.AND: "bit_and", token.OR: "bit_or", token.XOR: "xor", token.SHL: "shl", token.SHR: "shr",
	token.EQL: "cmp_eq", token.NEQ: "cmp_neq", token.LSS: "cmp_lt", token.LEQ: "cmp_lte", token.GTR: "cmp_gt", token.GEQ: "cmp_gte",
}

func (t *translator) binary(at ast.Node, op token.Token, x, y ast.Expr) string {
	switch op {
	case token.LAND:
		return t.shortCircuit(x, y, true)
	case token.LOR:
		return t.shortCircuit(x, y, false)
	case token.SHL, token.SHR:
		a := t.value(x)
		if v := t.constant(y); v != nil {
			return t.emit("%s(%s, <u6, %s>)", binaryTags[op], a, v.ExactString())
		}
		return t.emit("%s(%s, %s)", binaryTags[op], a, t.emit("trunc(u6, %s)", t.value(y)))
	}
	a := t.value(x)
	b := t.value(y)
	if op == token.AND_NOT {
		op, b = token.AND, t.emit("not(%s)", b)
	}
	tag, ok := binaryTags[op]
	if !ok {
		t.fail(at, "no operator %s", op)
	}
	return t.emit("%s(%s, %s)", tag, a, b)
}

// shortCircuit evaluates y only if x is what it takes.
func (t *translator) shortCircuit(x, y ast.Expr, and bool) string {
	a := t.value(x)
	end := t.open("block(bool, {")
	result := "%" + strconv.Itoa(end)
	if and {
		t.open("cond_br(%s, {", a)
		t.emit("br(%s, %s)", result, t.value(y))
		t.indent--
		t.line("}, {")
		t.indent++
		t.emit("br(%s, <bool, false>)", result)
	} else {
		t.open("cond_br(%s, {", a)
		t.emit("br(%s, <bool, true>)", result)
		t.indent--
		t.line("}, {")
		t.indent++
		t.emit("br(%s, %s)", result, t.value(y))
	}
	t.close()
	t.close()
	return result
}

func (t *translator) call(e *ast.CallExpr) string {
	if tv := t.info.Types[e.Fun]; tv.IsType() {
		x := t.value(e.Args[0])
		to := t.typeText(e, tv.Type)
		if to == t.typeText(e, t.info.Types[e.Args[0]].Type) {
			return x
		}
		return t.emit("bitcast(%s, %s)", to, x)
	}
	name := e.Fun.(*ast.Ident).Name
	args := make([]string, len(e.Args))
	for n, a := range e.Args {
		args[n] = t.value(a)
	}
	if ref, ok := t.intrinsic(name, args); ok {
		return ref
	}
	sig := t.info.Types[e.Fun].Type.(*types.Signature)
	if len(args) != sig.Params().Len() {
		t.fail(e, "all arguments of %s", name)
	}
	return t.emit("call(@%s%s, [%s])", prefix, name, strings.Join(args, ", "))
}

// intrinsic translates a function of intrinsics.go.
func (t *translator) intrinsic(name string, args []string) (string, bool) {
	counted := map[string]string{"leadingZeros": "clz", "trailingZeros": "ctz", "ones": "popcount"}
	switch name {
	case "bit":
		return t.emit("intcast(usize, %s)", t.emit("int_from_bool(u1, %s)", args[0])), true
	case "mulHigh":
		return t.emit(`assembly(usize, "mulhu %%[high], %%[a], %%[b]", outputs [high "=r"], inputs [a "r" = %s, b "r" = %s], clobbers [])`, args[0], args[1]), true
	case "reverseBytes":
		return t.emit("byte_swap(%s)", args[0]), true
	case "reverseBits":
		return t.emit("bit_reverse(%s)", args[0]), true
	}
	if tag, ok := counted[name]; ok {
		return t.emit("intcast(usize, %s)", t.emit("%s(u7, %s)", tag, args[0])), true
	}
	return "", false
}
