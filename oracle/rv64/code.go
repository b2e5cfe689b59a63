package rv64

import "slices"

// Decoded instructions take eight times the memory of the code. They are kept in chunks, which are made when code is
// first executed and all dropped when there are too many: what a program costs the host must not depend on how much of
// its memory it jumps into.

// chunk is a part of a region that is executed without looking up the region of PC.
type chunk struct {
	region *region
	base   uint64
	data   []byte // of the region
	code   []inst // one for each halfword, all zero unless executed
	// executed means that some instructions are decoded, and that Machine.executed has the chunk.
	executed bool
	used     uint64 // no instruction from this one on is decoded
	// starts has, for each halfword, how often the plain engine has come to it without a block; beyond hot, the number of
	// the block that begins there, from 1 on. nil if the plain engine was never there.
	starts []uint32
	blocks []*block
}

const (
	// chunkSize is the size in bytes of the code that a chunk covers. Most programs fit one, which matters since a jump
	// to another chunk costs as much as ten instructions.
	chunkSize = 2 << 20
	// leastCode is the number of instructions for which there is always room, however low the memory limit is.
	leastCode = 2 * chunkSize / 2
	// instructionSize is the size in bytes of inst and of its number in chunk.starts.
	instructionSize = 20
)

// codeLimit returns how many instructions are kept at most: they take up to half the memory limit.
func (m *Machine) codeLimit() uint64 {
	return max(leastCode, m.config.MemoryLimit/2/instructionSize)
}

// chunkAt returns the chunk that covers an offset of a region, ready to be executed.
func (m *Machine) chunkAt(r *region, offset uint64) *chunk {
	i := offset / chunkSize
	if i >= uint64(len(r.chunks)) || r.chunks[i] == nil {
		m.makeChunk(r, i)
	}
	c := r.chunks[i]
	if !c.executed {
		// the region may have been in the pool, and moved since
		c.base, c.data = r.base+i*chunkSize, r.data[i*chunkSize:min((i+1)*chunkSize, r.size())]
		c.executed, r.executed = true, true
		m.executed = append(m.executed, c)
	}
	return c
}

// makeChunk makes chunk i of a region.
func (m *Machine) makeChunk(r *region, i uint64) {
	size := uint64(cap(r.data))
	places := (min(chunkSize, size-i*chunkSize) + 1) / 2
	if m.keptCode+places > m.codeLimit() {
		m.DropCode()
	}
	if r.chunks == nil {
		r.chunks = make([]*chunk, (size+chunkSize-1)/chunkSize)
	}
	r.chunks[i] = &chunk{region: r, code: make([]inst, places)}
	m.keptCode += places
	m.Spend(places)
}

// ForgetCode drops all decoded instructions: after fence.i, and when hooks or location records change.
func (m *Machine) ForgetCode() {
	for _, c := range m.executed {
		m.Spend(uint64(len(c.code)))
		c.region.forgetCode()
	}
	clear(m.executed)
	m.executed = m.executed[:0]
	clear(m.specials)
	m.specials = m.specials[:0]
	m.code, m.operations = nil, 0
}

// forgetCode is ForgetCode for one region; Machine.executed still has its chunks.
func (r *region) forgetCode() {
	if !r.executed {
		return
	}
	for _, c := range r.chunks {
		if c != nil && c.executed {
			c.forgetBlocks()
			clear(c.code[:c.used])
			c.executed, c.used = false, 0
		}
	}
	r.executed = false
}

// dropCode frees the chunks of a region.
func (m *Machine) dropCode(r *region) {
	if r.executed {
		m.executed = slices.DeleteFunc(m.executed, func(c *chunk) bool { return c.region == r })
		m.Spend(uint64(len(m.executed)))
	}
	m.keptCode -= r.places()
	r.chunks, r.executed = nil, false
	m.code = nil
}

// KeptCode returns the host memory in bytes that decoded instructions take.
func (m *Machine) KeptCode() uint64 { return m.keptCode * instructionSize }

// DropCode frees the chunks of all regions, mapped or in the pool.
func (m *Machine) DropCode() {
	m.ForgetCode()
	for _, list := range [][]*region{m.regions, m.pool} {
		for _, r := range list {
			r.chunks = nil
		}
	}
	m.keptCode = 0
}

// countCode recounts the kept instructions after all regions are unmapped: those of the pool.
func (m *Machine) countCode() {
	clear(m.executed)
	m.executed, m.keptCode, m.operations = m.executed[:0], 0, 0
	for _, r := range m.pool {
		m.keptCode += r.places()
	}
}

func (r *region) places() (sum uint64) {
	for _, c := range r.chunks {
		if c != nil {
			sum += uint64(len(c.code))
		}
	}
	return sum
}

// workSlice is the work after which a pausable machine pauses, in bytes moved: some 20 ms.
const workSlice = 64 << 20

// Spend counts host work that Steps does not show, in bytes moved. See Config.Pausable.
func (m *Machine) Spend(bytes uint64) {
	m.work += bytes
	if m.config.Pausable && m.work >= workSlice {
		m.code = nil
	}
}
