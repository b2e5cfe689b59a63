package eval

import "sort"

// The addresses of what Config.Addresses does not place. They lie far above any image, so that the two never overlap.
const (
	functionBase = 0x3000_0000_0000
	// functionStride satisfies any alignment that a function may have.
	functionStride = 4096
	globalBase     = 0x4000_0000_0000
	stackBase      = 0x7000_0000_0000
	// objectGap separates objects placed here, so that running off the end of one does not reach the next.
	objectGap = 4096
)

// StackBase is where the addresses of locals begin: no other address is as high. Which address a local gets is not part
// of a program's meaning, so a comparison of outcomes must not compare such addresses.
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
	fixed      bool
	dirty      bool // written since the last reset
}

// memory is the address space: fixed objects (globals, names) in ascending address, and the stack's, whose addresses
// only ever rise during one run, so that a pointer into a frame that has returned lies in no object.
type memory struct {
	bytes   view // contents: first the fixed objects, then the stack's
	fixed   []object
	stack   []object
	next    uint64 // address of the next stack object
	size    int    // bytes of the fixed objects
	image   view   // contents at the start of the fixed objects that have been written
	images  []int  // where those of each fixed object lie in image, or -1
	lastHit int    // index of the last object found, whether fixed or the stack's
	kernel  kernel // whose mappings lie below the fixed objects without a given address
}

// clear removes all objects.
func (mem *memory) clear() {
	mem.fixed, mem.stack = mem.fixed[:0], mem.stack[:0]
	for _, v := range []*view{&mem.bytes, &mem.image} {
		v.data, v.undef = v.data[:0], v.undef[:0]
	}
	mem.lastHit, mem.size = 0, 0
}

// mark is a point to which the stack can be cut back.
type mark struct{ objects, bytes int }

// reset restores every object as it was when the program was made.
func (mem *memory) reset() {
	for i := range mem.fixed {
		if o := &mem.fixed[i]; o.dirty {
			o.dirty = false
			end := o.at + int(o.size)
			copy(mem.bytes.data[o.at:end], mem.image.data[mem.images[i]:])
			copy(mem.bytes.undef[o.at:end], mem.image.undef[mem.images[i]:])
		}
	}
	mem.release(mark{0, mem.size})
	mem.kernel.reset()
	mem.next = stackBase
}

// mark returns the current top of the stack.
func (mem *memory) mark() mark { return mark{len(mem.stack), len(mem.bytes.data)} }

// release ends the life of the stack objects made since a mark.
func (mem *memory) release(to mark) {
	mem.stack = mem.stack[:to.objects]
	mem.bytes.data = mem.bytes.data[:to.bytes]
	mem.bytes.undef = mem.bytes.undef[:to.bytes]
}

// push makes a stack object with undefined contents and returns its address.
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

// grow lengthens s by n elements of any content.
func grow[T byte | word](s []T, n int) []T {
	if need := len(s) + n; need > cap(s) {
		bigger := make([]T, need, 2*need+256)
		copy(bigger, s)
		return bigger
	}
	return s[:len(s)+n]
}

func alignUp(n, align uint64) uint64 { return (n + align - 1) / align * align }

// at views size bytes of the contents.
func (mem *memory) at(at int, size uint64) view {
	end := at + int(size)
	if at >= heapAt {
		return view{mem.kernel.bytes.data[at-heapAt : end-heapAt], mem.kernel.bytes.undef[at-heapAt : end-heapAt]}
	}
	return view{mem.bytes.data[at:end], mem.bytes.undef[at:end]}
}

// find returns the object that holds all of [addr, addr+size), or nil.
func (mem *memory) find(addr, size uint64) *object {
	objects := mem.neighbours(addr)
	i := sort.Search(len(objects), func(i int) bool { return objects[i].addr > addr }) - 1
	if i < 0 || !objects[i].holds(addr, size) {
		return nil
	}
	mem.lastHit = i
	return &objects[i]
}

// findAgain is find of what the object found last holds, as it does for most accesses.
func (mem *memory) findAgain(addr, size uint64) *object {
	objects := mem.neighbours(addr)
	if i := mem.lastHit; i < len(objects) && objects[i].holds(addr, size) {
		return &objects[i]
	}
	return nil
}

// neighbours returns the objects, fixed, mapped or the stack's, one of which may hold an address.
func (mem *memory) neighbours(addr uint64) []object {
	switch {
	case addr >= stackBase:
		return mem.stack
	case addr >= HeapBase && addr < HeapBase+HeapLimit:
		return mem.kernel.objects
	}
	return mem.fixed
}

func (o *object) holds(addr, size uint64) bool {
	return addr >= o.addr && size <= o.size && addr-o.addr <= o.size-size
}

// access is what an access does to memory.
type access bool

const (
	reading access = false
	writing access = true
)

// access returns where the contents of [addr, addr+size) lie in bytes, or the reason why they may not be accessed.
// Alignments are powers of two.
func (mem *memory) access(kind access, addr, size, align uint64) (at int, fault string) {
	o := mem.findAgain(addr, size)
	if o == nil {
		o = mem.find(addr, size)
	}
	switch {
	case o == nil:
		return 0, outsideObjects
	case kind == writing && o.readOnly:
		return 0, writesConstant
	case addr&(align-1) != 0:
		return 0, misaligned
	}
	if kind == writing && !o.dirty {
		mem.soil(o)
	}
	return o.at + int(addr-o.addr), ""
}

// soil notes that the object found last is about to be written. What a fixed one holds at the start is kept then: large
// globals are seldom written.
func (mem *memory) soil(o *object) {
	o.dirty = true
	if !o.fixed || mem.images[mem.lastHit] >= 0 {
		return
	}
	mem.images[mem.lastHit] = len(mem.image.data)
	contents := mem.contents(o)
	mem.image.data = append(mem.image.data, contents.data...)
	mem.image.undef = append(mem.image.undef, contents.undef...)
}
