package eval

import "sort"

// The addresses of what Config.Addresses does not place. They lie far above
// any image, so that the two never meet.
const (
	functionBase = 0x3000_0000_0000
	// functionStride satisfies any alignment that a function may ask for.
	functionStride = 4096
	globalBase     = 0x4000_0000_0000
	stackBase      = 0x7000_0000_0000
	// objectGap separates objects placed here, so that running off the end
	// of one does not reach the next.
	objectGap = 4096
)

// StackBase is where the addresses of locals begin: no other address is as
// high. Which address a local gets is not part of a program's meaning, so
// whoever compares outcomes must not compare such addresses.
const StackBase = 0x7000_0000_0000

// The reasons for which an access is illegal.
const (
	outsideObjects = "access outside any object"
	writesConstant = "store to constant memory"
	misaligned     = "misaligned access"
	undefinedUse   = "undefined value used"
)

// object is a live piece of memory.
type object struct {
	addr, size uint64
	at         int // where its bytes lie in memory.data and memory.undef
	readOnly   bool
	dirty      bool // written since the last reset
}

// memory is the address space: fixed objects (globals, names) in ascending
// address, and the stack's, whose addresses only ever rise during one run,
// so that a pointer into a frame that has returned meets no object.
type memory struct {
	bytes   view // contents: first the fixed objects, then the stack's
	fixed   []object
	stack   []object
	next    uint64 // address of the next stack object
	image   view   // contents of the fixed objects at the start
	lastHit int    // index of the last object found, be it fixed or the stack's
}

// mark is a point to which the stack can be cut back.
type mark struct{ objects, bytes int }

// reset puts every object back as it was when the program was made.
func (mem *memory) reset() {
	for i := range mem.fixed {
		if o := &mem.fixed[i]; o.dirty {
			o.dirty = false
			end := o.at + int(o.size)
			copy(mem.bytes.data[o.at:end], mem.image.data[o.at:end])
			copy(mem.bytes.undef[o.at:end], mem.image.undef[o.at:end])
		}
	}
	mem.release(mark{0, len(mem.image.data)})
	mem.next = stackBase
}

// mark remembers the present top of the stack.
func (mem *memory) mark() mark { return mark{len(mem.stack), len(mem.bytes.data)} }

// release ends the life of the stack objects made since a mark.
func (mem *memory) release(to mark) {
	mem.stack = mem.stack[:to.objects]
	mem.bytes.data = mem.bytes.data[:to.bytes]
	mem.bytes.undef = mem.bytes.undef[:to.bytes]
}

// push makes a stack object with undefined contents and gives its address.
func (mem *memory) push(size, align uint64) uint64 {
	addr := alignUp(mem.next, max(align, 16))
	at := len(mem.bytes.data)
	mem.next = addr + size + objectGap
	mem.bytes.data = grow(mem.bytes.data, int(size))
	mem.bytes.undef = grow(mem.bytes.undef, int(size))
	mem.stack = append(mem.stack, object{addr: addr, size: size, at: at})
	mem.at(at, size).forget()
	return addr
}

// grow lengthens b by n bytes of any content.
func grow(b []byte, n int) []byte {
	if need := len(b) + n; need > cap(b) {
		bigger := make([]byte, need, 2*need+256)
		copy(bigger, b)
		return bigger
	}
	return b[:len(b)+n]
}

func alignUp(n, align uint64) uint64 { return (n + align - 1) / align * align }

// at views size bytes of the contents.
func (mem *memory) at(at int, size uint64) view {
	end := at + int(size)
	return view{mem.bytes.data[at:end], mem.bytes.undef[at:end]}
}

// find gives the object that holds all of [addr, addr+size), or nil.
func (mem *memory) find(addr, size uint64) *object {
	objects := mem.fixed
	if addr >= stackBase {
		objects = mem.stack
	}
	// Most accesses are to the object of the last.
	if i := mem.lastHit; i < len(objects) && objects[i].holds(addr, size) {
		return &objects[i]
	}
	i := sort.Search(len(objects), func(i int) bool { return objects[i].addr > addr }) - 1
	if i < 0 || !objects[i].holds(addr, size) {
		return nil
	}
	mem.lastHit = i
	return &objects[i]
}

func (o *object) holds(addr, size uint64) bool {
	return addr >= o.addr && size <= o.size && addr-o.addr <= o.size-size
}

// read gives the contents of [addr, addr+size), or the reason why not.
func (mem *memory) read(addr, size, align uint64) (view, string) {
	at, fault := mem.toRead(addr, size, align)
	if fault != "" {
		return view{}, fault
	}
	return mem.at(at, size), ""
}

// toRead gives the place of [addr, addr+size) in bytes. Alignments are powers of two.
func (mem *memory) toRead(addr, size, align uint64) (at int, fault string) {
	o := mem.find(addr, size)
	switch {
	case o == nil:
		return 0, outsideObjects
	case addr&(align-1) != 0:
		return 0, misaligned
	}
	return o.at + int(addr-o.addr), ""
}

// write gives the contents of [addr, addr+size) to be overwritten, or the
// reason why not.
func (mem *memory) write(addr, size, align uint64) (view, string) {
	at, fault := mem.toWrite(addr, size, align)
	if fault != "" {
		return view{}, fault
	}
	return mem.at(at, size), ""
}

// toWrite gives the place of [addr, addr+size), which is to be overwritten.
func (mem *memory) toWrite(addr, size, align uint64) (at int, fault string) {
	o := mem.find(addr, size)
	switch {
	case o == nil:
		return 0, outsideObjects
	case o.readOnly:
		return 0, writesConstant
	case addr&(align-1) != 0:
		return 0, misaligned
	}
	o.dirty = true
	return o.at + int(addr-o.addr), ""
}
