package zigair_test

import (
	"bytes"
	"compress/gzip"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rvfuzz/rvfuzz/backend/air"
	"github.com/rvfuzz/rvfuzz/backend/liveness"
	"github.com/rvfuzz/rvfuzz/corpus/zigair"
)

// small is a hand-written dump with a loop, a switch without else, a try, a packed constant, an alias and an extern
// declaration that the file itself exports.
var small = []string{
	`{"k":"meta","format":"zigair-1","zig":"0.11.0","source":"small.zig","panic":[5]}`,
	`{"k":"errors","names":["","Lost"]}`,
	`{"k":"type","id":1,"name":"void","kind":"void","size":0,"align":0,"bits":0}`,
	`{"k":"type","id":2,"name":"noreturn","kind":"noreturn","nosize":1}`,
	`{"k":"type","id":3,"name":"u32","kind":"int","signed":false,"width":32,"size":4,"align":4,"bits":32}`,
	`{"k":"type","id":4,"name":"bool","kind":"bool","size":1,"align":1,"bits":1}`,
	`{"k":"type","id":5,"name":"error{Lost}","kind":"error_set","names":[["Lost",1]],"size":2,"align":2,"bits":16}`,
	`{"k":"type","id":6,"name":"error{Lost}!void","kind":"error_union","errset":5,"payload":1,"payload_off":0,"err_off":0,"size":2,"align":2,"bits":16}`,
	`{"k":"type","id":7,"name":"fn() error{Lost}!void","kind":"fn","cc":"Unspecified","params":[],"ret":6,"nosize":1}`,
	`{"k":"type","id":8,"name":"Bits","kind":"struct","layout":"Packed","backing":3,"size":4,"align":4,"bits":32,"fields":[{"name":"low","ty":9,"bitoff":0},{"name":"flag","ty":4,"bitoff":31}]}`,
	`{"k":"type","id":9,"name":"u31","kind":"int","signed":false,"width":31,"size":4,"align":4,"bits":31}`,
	`{"k":"type","id":10,"name":"*u32","kind":"ptr","ptrsize":"One","child":3,"size":8,"align":8,"bits":64}`,
	`{"k":"type","id":11,"name":"Node","kind":"struct","layout":"Auto","size":16,"align":8,"bits":128,"fields":[{"name":"tiny","ty":4,"rt":true,"off":8},{"name":"next","ty":12,"rt":true,"off":0}]}`,
	`{"k":"type","id":12,"name":"?*Node","kind":"optional","child":13,"repr":"payload","size":8,"align":8,"bits":64}`,
	`{"k":"type","id":13,"name":"*Node","kind":"ptr","ptrsize":"One","child":11,"size":8,"align":8,"bits":64}`,
	`{"k":"type","id":14,"name":"fn([]const u8) noreturn","kind":"fn","cc":"Unspecified","params":[],"ret":2,"nosize":1}`,
	`{"k":"const","id":20,"ty":3,"int":"7"}`,
	`{"k":"const","id":21,"ty":8,"elems":[22,23]}`,
	`{"k":"const","id":22,"ty":9,"int":"5"}`,
	`{"k":"const","id":23,"ty":4,"bool":true}`,
	`{"k":"const","id":24,"ty":6,"payload":25}`,
	`{"k":"const","id":25,"ty":1,"simple":"void"}`,
	`{"k":"const","id":26,"ty":7,"func":1}`,
	`{"k":"const","id":27,"ty":10,"ptr":{"decl":3,"off":0}}`,
	`{"k":"const","id":28,"ty":11,"elems":[23,29]}`,
	`{"k":"const","id":29,"ty":12,"null":true}`,
	`{"k":"const","id":30,"ty":3,"int":"8"}`,
	`{"k":"decl","id":1,"name":"small.test.one","kind":"fn","ty":7}`,
	`{"k":"decl","id":2,"name":"small.counter","kind":"var","ty":3,"init":20,"dalign":8}`,
	`{"k":"decl","id":3,"name":"small.outside","kind":"extern_var","symbol":"counter","ty":3}`,
	`{"k":"decl","id":4,"name":"small.other","kind":"alias","target":1,"ty":7}`,
	`{"k":"decl","id":5,"name":"small.panic","kind":"fn","ty":14}`,
	`{"k":"decl","id":6,"name":"small.counter","kind":"const","ty":8,"init":21}`,
	`{"k":"decl","id":7,"name":"small.node","kind":"const","ty":11,"init":28}`,
	`{"k":"export","decl":2,"name":"counter","linkage":"Strong"}`,
	`{"k":"fn","decl":1,"name":"small.test.one","file":"small.zig","line":9,"ty":7,"body":[` +
		`{"i":1,"tag":"dbg_block_begin","ty":1,"u":1},{"i":2,"tag":"dbg_stmt","ty":1,"u":1,"line":2,"col":5},` +
		`{"i":3,"tag":"load","ty":3,"ops":[{"c":27}]},` +
		`{"i":4,"tag":"call","ty":6,"callee":{"c":26},"args":[]},` +
		`{"i":5,"tag":"try","ty":1,"u":1,"ops":[{"i":4,"d":1}],"body":[{"i":6,"tag":"unreach","ty":2,"u":1}],"else_deaths":[3]},` +
		`{"i":7,"tag":"block","ty":1,"u":1,"body":[{"i":8,"tag":"loop","ty":2,"u":1,"body":[` +
		`{"i":9,"tag":"block","ty":1,"u":1,"body":[` +
		`{"i":10,"tag":"switch_br","ty":2,"u":1,"ops":[{"i":3}],"cases":[{"items":[{"c":20}],"deaths":[3],"body":[{"i":11,"tag":"br","ty":2,"u":1,"block":7,"ops":[{"c":25}]}]},` +
		`{"items":[{"c":30}],"body":[{"i":12,"tag":"br","ty":2,"u":1,"block":9,"ops":[{"c":25}]}]}],"else":null,"else_deaths":[3]}]}]}],"deaths":[3]},` +
		`{"i":13,"tag":"ret","ty":2,"u":1,"ops":[{"c":24}]}]}`,
	`{"k":"fn","decl":5,"name":"small.panic","file":"small.zig","line":1,"ty":14,"body":[{"i":1,"tag":"trap","ty":2,"u":1}]}`,
	`{"k":"test","decl":4,"name":"test.one","fqn":"small.test.one","expect":"pass"}`,
}

func smallDump() []byte { return []byte(strings.Join(small, "\n") + "\n") }

func TestReadSmall(t *testing.T) {
	s, err := zigair.Read(bytes.NewReader(smallDump()), "small")
	if err != nil {
		t.Fatal(err)
	}
	var total count
	checkSuite(t, s, &total)
	if want := (count{1, 1, total.types, total.facts, 2, 15}); total != want {
		t.Errorf("compared %+v, want %+v", total, want)
	}
	if s.Tests[0] != (zigair.Test{Name: "test.one", Func: "small.test.one", Expect: zigair.Pass}) {
		t.Errorf("test %+v", s.Tests[0])
	}
	if s.Meta.Source != "small.zig" || !slices.Equal(s.Panics, []string{"small.panic"}) || s.ErrorName(1) != "Lost" || s.ErrorName(2) != "" {
		t.Errorf("meta %+v, panics %v", s.Meta, s.Panics)
	}
	bits := s.Module.Global("small.counter.2")
	if bits == nil || bits.Init.Kind != air.IntValue || bits.Init.Uint64() != 1<<31|5 {
		t.Errorf("packed constant: %+v", bits)
	}
	if g := s.Module.Global("small.counter"); g.Align != 8 || g.Const {
		t.Errorf("variable: %+v", g)
	}
	const want = `fn @small.test.one() error{Lost = 1}!void in "small.zig":10 {
  %0 = dbg_stmt(11, 5)
  %1 = load(u32, <*u32, @small.counter>)
  %2 = call(@small.test.one, [])
  %3 = try(%2, {
    %4 = unreach()
  })
  %5 = block(void, {
    %6 = loop({
      %7 = block(void, {
        %8 = switch_br(%1, [7] => {
          %9 = br(%5, {})
        }, [8] => {
          %10 = br(%7, {})
        }, else => {
          %11 = unreach()
        })
      })
      %12 = repeat(%6)
    })
  })
  %13 = ret(<error{Lost = 1}!void, {}>)
}
`
	if got := s.Module.Func("small.test.one").String(); got != want {
		t.Errorf("the function is\n%s", got)
	}
}

func TestReadGzip(t *testing.T) {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := w.Write(smallDump()); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := zigair.Read(bytes.NewReader(packed.Bytes()), "small.gz"); err != nil {
		t.Error(err)
	}
	_, err := zigair.Read(bytes.NewReader(packed.Bytes()[:packed.Len()/2]), "small.gz")
	if err == nil || !place.MatchString(err.Error()) {
		t.Errorf("half a file: %v", err)
	}
}

// TestReadBounded checks that a small file that unpacks to a large one is refused.
func TestReadBounded(t *testing.T) {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := w.Write(append(bytes.Repeat([]byte(" "), 1<<20), '\n')); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	_, err := zigair.Read(bytes.NewReader(bytes.Repeat(packed.Bytes(), 256)), "large.gz")
	if err == nil || !place.MatchString(err.Error()) || !strings.Contains(err.Error(), "larger than 268435456 bytes") {
		t.Errorf("the error is %v", err)
	}
}

// place is the beginning of every error of Read.
var place = regexp.MustCompile(`^[^:]+:[0-9]+: `)

func TestReadErrors(t *testing.T) {
	for _, c := range []struct{ old, new, want string }{
		{`zigair-1`, `zigair-2`, `small:1: format "zigair-2"`},
		{small[0], `{"k":"what"}`, `small:1: record of unknown kind "what"`},
		{small[0], `{`, "small:1: unexpected end"},
		{small[0], ``, "no meta record"},
		{small[1], small[0], "small:2: second meta record"},
		{`"id":4,`, `"id":3,`, "small:6: id 3 is given twice"},
		{`"errset":5`, `"errset":99`, "small:8: there is no type 99"},
		{`"errset":5,`, ``, "small:8: the type has no error set"},
		{`"cc":"Unspecified"`, `"cc":"Naked"`, "small:9: calling convention"},
		{`"backing":3`, `"backing":4`, "small:10: the backing type bool is not an integer"},
		{`"name":"tiny","ty":4`, `"name":"tiny","ty":11`, "small:13: type Node contains itself"},
		{`"child":11`, `"child":13`, "small:15: type *Node is spelled with itself"},
		{`"ptrsize":"One","child":11`, `"ptrsize":"Two","child":11`, "small:15: pointer of unknown size"},
		{`"width":31`, `"width":70000`, "small:11: integer of 70000 bits"},
		{`"int":"7"`, `"int":"seven"`, "small:17: constant 20"},
		{`"int":"7"`, `"what":"7"`, "small:17: constant 20 of type u32 has no known form"},
		{`"elems":[22,23]`, `"elems":[21,23]`, "small:18: constant 21 contains itself"},
		{`"elems":[22,23]`, `"elems":[24,23]`, "small:18: constant 21 holds"},
		{`"elems":[22,23]`, `"elems":[22,99]`, "small:18: there is no constant 99"},
		{`"target":1`, `"target":4`, "is an alias of itself"},
		{`"kind":"alias"`, `"kind":"else"`, "small:31: declaration of unknown kind"},
		{`"init":20`, `"init":99`, "small:29: there is no constant 99"},
		{`"export","decl":2`, `"export","decl":99`, "small:35: there is no declaration 99"},
		{`"tag":"trap"`, `"tag":"trip"`, "small:37: func @small.panic, %1: trip: the tag is unknown"},
		{`{"i":3}]`, `{"i":13}]`, "small:36: func @small.test.one, %10: switch_br: operand %13 is not defined before"},
		{`{"i":3}]`, `{}]`, "%10: switch_br: an operand is null"},
		{`{"i":3}]`, `{"i":3},{"i":3}]`, "%10: switch_br: 2 operands, want 1"},
		{`{"i":12,`, `{"i":11,`, "the number is given twice"},
		{`"block":9`, `"block":99`, "%12: br: there is no block %99"},
		{`"items":[{"c":20}]`, `"items":[{"i":3}]`, "case 0 is not a constant"},
		{`"else_deaths":[3]}]}]}]`, `"else_deaths":[99]}]}]}]`, "%99, which dies in it, is not defined"},
		{`"expect":"pass"`, `"expect":"fail"`, "small:38: test expects"},
	} {
		text := string(smallDump())
		if !strings.Contains(text, c.old) {
			t.Errorf("the dump does not contain %q", c.old)
			continue
		}
		_, err := zigair.Read(strings.NewReader(strings.Replace(text, c.old, c.new, 1)), "small")
		if err == nil || !strings.Contains(err.Error(), c.want) || !place.MatchString(err.Error()) {
			t.Errorf("%q for %q: error %v, want %q", c.new, c.old, err, c.want)
		}
	}
}

// TestReadWrongNumbers changes every number and every text of a dump in turn: the result is an error with a place or a
// usable suite, never a panic.
func TestReadWrongNumbers(t *testing.T) {
	text := string(smallDump())
	scalars := regexp.MustCompile(`:("[^"]*"|[0-9]+|true|false|null)|[\[,]([0-9]+)`)
	for _, at := range scalars.FindAllStringSubmatchIndex(text, -1) {
		from, to := at[2], at[3]
		if from < 0 {
			from, to = at[4], at[5]
		}
		for _, wrong := range []string{"-1", "0", "3", "8", "11", "13", "21", "99", "4294967295", "18446744073709551615", "null", `""`, `"block"`, "[1]", "{}"} {
			readAny(t, []byte(text[:from]+wrong+text[to:]))
		}
	}
}

// readAny reads data that may not be a dump.
func readAny(t *testing.T, data []byte) {
	t.Helper()
	s, err := zigair.Read(bytes.NewReader(data), "any")
	if err != nil {
		if !place.MatchString(err.Error()) {
			t.Fatalf("the error has no place: %v", err)
		}
		return
	}
	for i := range s.Layouts {
		_ = checkLayout(&s.Layouts[i])
	}
	if air.Verify(s.Module) != nil {
		return
	}
	for _, d := range s.Deaths {
		if err := liveness.Verify(d.Func, liveness.Analyze(d.Func)); err != nil {
			t.Fatal(err)
		}
	}
}

// FuzzRead checks that a malformed dump is an error with file and line, and that layouts and liveness of any suite that
// was read can be computed.
func FuzzRead(f *testing.F) {
	f.Add(smallDump())
	for i := range small {
		f.Add([]byte(strings.Join(slices.Delete(slices.Clone(small), i, i+1), "\n")))
	}
	f.Fuzz(readAny)
}
