package eval

import "encoding/binary"

// word is a value of at most 64 bits. Invariant, kept by every operation: undef has a bit for each undefined bit, those
// bits are 0 in bits, and both are 0 above the width of the value's type.
type word struct{ bits, undef uint64 }

// view is a run of bytes with their undefined bits: the memory layout of one value, or a piece of memory. Invariant:
// undefined bits are 0 in data.
type view struct{ data, undef []byte }

// lowMask returns a mask of the low n bits, n <= 64.
func lowMask(n uint) uint64 {
	if n >= 64 {
		return ^uint64(0)
	}
	return 1<<n - 1
}

// undefined returns the word of n undefined bits.
func undefined(n uint) word { return word{undef: lowMask(n)} }

// and keeps the bits of mask.
func (w word) and(mask uint64) word { return word{w.bits & mask, w.undef & mask} }

// newView returns a view of new undefined bytes.
func newView(size uint64) view {
	v := view{make([]byte, size), make([]byte, size)}
	fill(v.undef, 0xff)
	return v
}

// slice returns size bytes from off on.
func (v view) slice(off, size uint64) view {
	return view{v.data[off : off+size], v.undef[off : off+size]}
}

// copyFrom copies src, which has the same length.
func (v view) copyFrom(src view) {
	copy(v.data, src.data)
	copy(v.undef, src.undef)
}

// fill sets every byte to data and its undefined bits to undef.
func (v view) fill(data, undef byte) {
	fill(v.data, data)
	fill(v.undef, undef)
}

func fill(b []byte, value byte) {
	for eight := uint64(value) * 0x0101010101010101; len(b) >= 8; b = b[8:] {
		binary.LittleEndian.PutUint64(b, eight)
	}
	for i := range b {
		b[i] = value
	}
}

// forget makes every bit undefined.
func (v view) forget() { v.fill(0, 0xff) }

// anyUndef reports whether some bit is undefined.
func (v view) anyUndef() bool {
	for _, b := range v.undef {
		if b != 0 {
			return true
		}
	}
	return false
}

// readWord reads up to 8 little-endian bytes.
func readWord(v view) word {
	switch len(v.data) {
	case 1:
		return word{uint64(v.data[0]), uint64(v.undef[0])}
	case 4:
		return word{uint64(binary.LittleEndian.Uint32(v.data)), uint64(binary.LittleEndian.Uint32(v.undef))}
	case 8:
		return word{binary.LittleEndian.Uint64(v.data), binary.LittleEndian.Uint64(v.undef)}
	}
	var w word
	for i := range v.data {
		w.bits |= uint64(v.data[i]) << (8 * i)
		w.undef |= uint64(v.undef[i]) << (8 * i)
	}
	return w
}

// writeWord writes the low bytes of a word over a view of up to 8 bytes.
func writeWord(v view, w word) {
	switch len(v.data) {
	case 1:
		v.data[0], v.undef[0] = byte(w.bits), byte(w.undef)
		return
	case 4:
		binary.LittleEndian.PutUint32(v.data, uint32(w.bits))
		binary.LittleEndian.PutUint32(v.undef, uint32(w.undef))
		return
	case 8:
		binary.LittleEndian.PutUint64(v.data, w.bits)
		binary.LittleEndian.PutUint64(v.undef, w.undef)
		return
	}
	for i := range v.data {
		v.data[i], v.undef[i] = byte(w.bits>>(8*i)), byte(w.undef>>(8*i))
	}
}

// getBits reads n <= 64 bits from bit off on, bit 0 being the least significant of the first byte.
func getBits(v view, off uint64, n uint) word {
	var w word
	for got := uint(0); got < n; {
		i, shift := (off+uint64(got))/8, uint(off+uint64(got))%8
		w.bits |= uint64(v.data[i]>>shift) << got
		w.undef |= uint64(v.undef[i]>>shift) << got
		got += 8 - shift
	}
	return w.and(lowMask(n))
}

// putBits writes n <= 64 bits from bit off on and leaves all others.
func putBits(v view, off uint64, n uint, w word) {
	for put := uint(0); put < n; {
		i, shift := (off+uint64(put))/8, uint(off+uint64(put))%8
		k := min(8-shift, n-put)
		mask := byte(lowMask(k)) << shift
		v.data[i] = v.data[i]&^mask | byte(w.bits>>put)<<shift&mask
		v.undef[i] = v.undef[i]&^mask | byte(w.undef>>put)<<shift&mask
		put += k
	}
}

// copyBits copies n bits of src from srcOff on to bit dstOff of dst.
func copyBits(dst view, dstOff uint64, src view, srcOff, n uint64) {
	for done := uint64(0); done < n; done += 64 {
		k := uint(min(64, n-done))
		putBits(dst, dstOff+done, k, getBits(src, srcOff+done, k))
	}
}
