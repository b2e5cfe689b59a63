package main

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"strings"
)

// prefix begins the names of the library's functions and tables.
const prefix = "rt."

// translator writes the AIR of one file.
type translator struct {
	fset *token.FileSet
	info *types.Info
	out  strings.Builder

	next    int // number of the next instruction
	indent  int
	vars    map[types.Object]variable
	changed map[types.Object]bool // variables that are assigned after their definition
	result  string                // type of the function's result
	loops   []loop
}

// variable is how a variable is held: its value, or if memory a pointer to it.
type variable struct {
	ref    string
	memory bool
}

// loop has the blocks that break and continue leave.
type loop struct{ end, next int }

// mistake is what a function cannot be translated for.
type mistake struct{ error }

// fail ends the translation.
func (t *translator) fail(n ast.Node, format string, args ...any) {
	panic(mistake{fmt.Errorf("%s: %s", t.fset.Position(n.Pos()), fmt.Sprintf(format, args...))})
}

func (t *translator) file(file *ast.File) (err error) {
	defer func() {
		if m, ok := recover().(mistake); ok {
			err = m.error
		}
	}()
	for _, d := range file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			t.function(d)
		case *ast.GenDecl:
			t.table(d)
		}
	}
	return nil
}

// table writes the tables of a var declaration.
func (t *translator) table(d *ast.GenDecl) {
	if d.Tok != token.VAR {
		return
	}
	t.doc(d.Doc)
	for _, s := range d.Specs {
		spec := s.(*ast.ValueSpec)
		list := spec.Values[0].(*ast.CompositeLit)
		words := make([]string, len(list.Elts))
		for n, e := range list.Elts {
			words[n] = t.constant(e).ExactString()
		}
		fmt.Fprintf(&t.out, "const @%s%s: [%d]usize = .{ %s }\n\n", prefix, spec.Names[0].Name, len(words), strings.Join(words, ", "))
	}
}

func (t *translator) doc(c *ast.CommentGroup) {
	for line := range strings.Lines(c.Text()) {
		t.out.WriteString("// " + line)
	}
}

func (t *translator) constant(e ast.Expr) constant.Value { return t.info.Types[e].Value }

// typeText returns the AIR type of a Go type.
func (t *translator) typeText(n ast.Node, typ types.Type) string {
	switch u := typ.Underlying().(type) {
	case *types.Basic:
		switch u.Kind() {
		case types.Uint64, types.Int, types.UntypedInt: // int is the type of constant indices
			return "usize"
		case types.Int64:
			return "isize"
		case types.Bool, types.UntypedBool:
			return "bool"
		}
	case *types.Slice:
		return "[*]usize"
	case *types.Array:
		return fmt.Sprintf("[%d]usize", u.Len())
	}
	t.fail(n, "no type %s", typ)
	return ""
}

// emit writes an instruction and returns its reference.
func (t *translator) emit(format string, args ...any) string {
	ref := fmt.Sprintf("%%%d", t.next)
	t.next++
	t.line("%s = %s", ref, fmt.Sprintf(format, args...))
	return ref
}

// open writes the start of an instruction with a body, which ends with close, and returns its number.
func (t *translator) open(format string, args ...any) int {
	n := t.next
	t.emit(format, args...)
	t.indent++
	return n
}

func (t *translator) close() {
	t.indent--
	t.line("})")
}

func (t *translator) line(format string, args ...any) {
	t.out.WriteString(strings.Repeat("  ", t.indent+1) + fmt.Sprintf(format, args...) + "\n")
}

func (t *translator) function(d *ast.FuncDecl) {
	sig := t.info.Defs[d.Name].Type().(*types.Signature)
	t.doc(d.Doc)
	t.next, t.vars, t.changed = 0, map[types.Object]variable{}, map[types.Object]bool{}
	ast.Inspect(d.Body, t.noteChanges)
	t.result = "void"
	if sig.Results().Len() > 0 {
		t.result = t.typeText(d, sig.Results().At(0).Type())
	}
	params := make([]string, sig.Params().Len())
	for n := range params {
		params[n] = t.typeText(d, sig.Params().At(n).Type())
	}
	fmt.Fprintf(&t.out, "fn @%s%s(%s) %s {\n", prefix, d.Name.Name, strings.Join(params, ", "), t.result)
	args := make([]string, len(params))
	for n := range params {
		args[n] = t.emit("arg(%s, %d)", params[n], n)
	}
	for n := range params {
		t.define(sig.Params().At(n), args[n], params[n])
	}
	if !t.block(d.Body.List) {
		t.emit("ret({})")
	}
	t.out.WriteString("}\n\n")
}

// noteChanges records the variables that a statement assigns.
func (t *translator) noteChanges(n ast.Node) bool {
	change := func(e ast.Expr) {
		if id, ok := e.(*ast.Ident); ok {
			t.changed[t.info.Uses[id]] = true
		}
	}
	switch s := n.(type) {
	case *ast.AssignStmt:
		for _, e := range s.Lhs {
			if s.Tok != token.DEFINE {
				change(e)
			}
		}
	case *ast.IncDecStmt:
		change(s.X)
	}
	return true
}

// define makes a variable with a value.
func (t *translator) define(o types.Object, value, typ string) {
	if !t.changed[o] {
		t.vars[o] = variable{ref: value}
		return
	}
	p := t.emit("alloc(*%s)", typ)
	t.emit("store(%s, %s)", p, value)
	t.vars[o] = variable{p, true}
}

// block translates statements and reports whether control does not leave them at their end.
func (t *translator) block(list []ast.Stmt) bool {
	for _, s := range list {
		if t.statement(s) {
			return true
		}
	}
	return false
}

// statement translates a statement and reports whether control does not go on after it.
func (t *translator) statement(s ast.Stmt) bool {
	switch s := s.(type) {
	case *ast.DeclStmt:
		for _, spec := range s.Decl.(*ast.GenDecl).Specs {
			t.variables(spec.(*ast.ValueSpec))
		}
	case *ast.AssignStmt:
		t.assign(s)
	case *ast.IncDecStmt:
		op := map[token.Token]string{token.INC: "add_wrap", token.DEC: "sub_wrap"}[s.Tok]
		t.store(s.X, t.emit("%s(%s, <usize, 1>)", op, t.value(s.X)))
	case *ast.ExprStmt:
		t.value(s.X)
	case *ast.IfStmt:
		return t.branch(s)
	case *ast.ForStmt:
		t.loop(s)
	case *ast.BlockStmt:
		return t.block(s.List)
	case *ast.BranchStmt:
		l := t.loops[len(t.loops)-1]
		t.emit("br(%%%d, {})", map[token.Token]int{token.BREAK: l.end, token.CONTINUE: l.next}[s.Tok])
		return true
	case *ast.ReturnStmt:
		if len(s.Results) == 0 {
			t.emit("ret({})")
		} else {
			t.emit("ret(%s)", t.value(s.Results[0]))
		}
		return true
	default:
		t.fail(s, "no statement %T", s)
	}
	return false
}

func (t *translator) variables(spec *ast.ValueSpec) {
	for n, name := range spec.Names {
		o := t.info.Defs[name]
		typ := t.typeText(name, o.Type())
		switch {
		case n < len(spec.Values):
			t.define(o, t.value(spec.Values[n]), typ)
		case typ[0] == '[': // an array, undefined
			t.vars[o] = variable{ref: t.emit("bitcast([*]usize, %s)", t.emit("alloc(*%s)", typ))}
		default:
			t.define(o, "<"+typ+", 0>", typ)
		}
	}
}

func (t *translator) assign(s *ast.AssignStmt) {
	if len(s.Lhs) != 1 {
		t.fail(s, "one assignment a statement")
	}
	switch {
	case s.Tok == token.DEFINE:
		o := t.info.Defs[s.Lhs[0].(*ast.Ident)]
		t.define(o, t.value(s.Rhs[0]), t.typeText(s, o.Type()))
	case s.Tok == token.ASSIGN:
		t.store(s.Lhs[0], t.value(s.Rhs[0]))
	default:
		op := s.Tok + token.ADD - token.ADD_ASSIGN
		t.store(s.Lhs[0], t.binary(s, op, s.Lhs[0], s.Rhs[0]))
	}
}

// store assigns to a variable or an element.
func (t *translator) store(to ast.Expr, value string) {
	switch to := to.(type) {
	case *ast.Ident:
		t.emit("store(%s, %s)", t.vars[t.info.Uses[to]].ref, value)
	case *ast.IndexExpr:
		base := t.value(to.X)
		t.emit("store(%s, %s)", t.emit("ptr_elem_ptr(*usize, %s, %s)", base, t.value(to.Index)), value)
	default:
		t.fail(to, "no assignment to it")
	}
}

// branch translates an if. One of which no arm goes on is the last of its body.
func (t *translator) branch(s *ast.IfStmt) bool {
	var other []ast.Stmt
	switch e := s.Else.(type) {
	case *ast.BlockStmt:
		other = e.List
	case *ast.IfStmt:
		other = []ast.Stmt{e}
	}
	cond := t.value(s.Cond)
	end := -1
	if last := ends(s.Body.List) && ends(other); !last {
		end = t.open("block(void, {")
	}
	t.open("cond_br(%s, {", cond)
	t.arm(s.Body.List, end)
	t.indent--
	t.line("}, {")
	t.indent++
	t.arm(other, end)
	t.close()
	if end >= 0 {
		t.close()
	}
	return end < 0
}

// arm translates the body of an arm, which goes on at the end of a block.
func (t *translator) arm(list []ast.Stmt, end int) {
	if !t.block(list) {
		t.emit("br(%%%d, {})", end)
	}
}

// ends reports whether control does not leave statements at their end.
func ends(list []ast.Stmt) bool {
	if len(list) == 0 {
		return false
	}
	switch s := list[len(list)-1].(type) {
	case *ast.ReturnStmt, *ast.BranchStmt:
		return true
	case *ast.BlockStmt:
		return ends(s.List)
	case *ast.IfStmt:
		switch e := s.Else.(type) {
		case *ast.BlockStmt:
			return ends(s.Body.List) && ends(e.List)
		case *ast.IfStmt:
			return ends(s.Body.List) && ends([]ast.Stmt{e})
		}
	}
	return false
}

func (t *translator) loop(s *ast.ForStmt) {
	if s.Init != nil {
		t.statement(s.Init)
	}
	end := t.open("block(void, {")
	top := t.open("loop({")
	if s.Cond != nil {
		t.open("cond_br(%s, {", t.value(s.Cond))
	}
	next := t.open("block(void, {")
	t.loops = append(t.loops, loop{end, next})
	t.arm(s.Body.List, next)
	t.loops = t.loops[:len(t.loops)-1]
	t.close()
	if s.Post != nil {
		t.statement(s.Post)
	}
	t.emit("repeat(%%%d)", top)
	if s.Cond != nil {
		t.indent--
		t.line("}, {")
		t.indent++
		t.emit("br(%%%d, {})", end)
		t.close()
	}
	t.close()
	t.close()
}
