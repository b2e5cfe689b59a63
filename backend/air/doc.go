// Package air is the input of the backend: analysed intermediate representation, as Zig's compiler hands it to its code
// generators. A Module holds types, globals and functions; a function is a list of typed instructions in nested bodies
// (blocks, loops, branches; there is no goto), each the value of its result.
//
// A module is made by Parse from text, or by a Builder:
//
//	fn @max(i32, i32) i32 {
//	  %0 = arg(i32, 0)
//	  %1 = arg(i32, 1)
//	  %2 = block(i32, {
//	    %3 = cmp_gt(%0, %1)
//	    %4 = cond_br(%3, {
//	      %5 = br(%2, %0)
//	    }, {
//	      %6 = br(%2, %1)
//	    })
//	  })
//	  %7 = ret(%2)
//	}
//
// Verify checks that a module is well formed; later stages take any module that Verify accepts. Print returns the text
// of a module. Layouts (Type.Size, Type.FieldOffset, ...) are Zig's for riscv64.
//
// The table of tags (tagtable.go) is the centre: one row per tag gives its name, the shape of its text, the rule for
// its result and the rule that Verify checks. A new tag is a constant and a row there; a new shape of tag also needs an
// instance in testdata/tags.air.
//
// # Text
//
// An instruction is %N = tag(parts); form.go lists the parts of each form. An operand is %N, or a constant <T,
// literal>, or {} for the void value, or @f for a function that is called. Types are spelled as in Zig. Literals are
// read by their type:
//
//	12  -3  0x1f          integers; addresses; packed structs by their backing integer
//	1.5  -inf  0x7ff8...  floats, the last by bits
//	true  null  undefined
//	.red                  a member of an enum
//	error.Lost  error(7)  an error, by name or number
//	@g  @g+8  @g[0..5]    the address of a symbol; a slice
//	"text\x00"            an array of bytes, the sentinel included
//	.{ 1, 0 ** 7 }        an array, vector or tuple; x ** n is n times x
//	.{ .a = 1, .b = 2 }   a struct; a union with its one active field
//	5  some(null)         a payload, in some() where it would read as null or undefined
//
// Declarations may come in any order:
//
//	const Pair = struct { a: u32, b: u8 align(4) }      extern struct, packed struct(u8)
//	const Color = enum(u8) { red, green = 5, _ }        opaque {}, error{Lost = 1}
//	const Shape = union(Tag) { point: void, disc: u32 } union, untagged union(Tag), union(enum)
//	const anyerror = error{Lost = 1, Found = 2}         the table of all errors
//	var @g: u32 align(8) = 0                            const, extern var, threadlocal var
//	fn @f(u8, ...) callconv(.C) void align(16) in "f.zig":7 { }   extern fn @g(u8) u8
//
// Names that are not plain words are written @"...". A ! after an operand marks that the value dies there; after the
// number of an instruction, that its result is unused.
package air
