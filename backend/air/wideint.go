package air

import (
	"cmp"
	"math/big"
)

// wideInt is an integer of any size, without allocation while it is small.
type wideInt struct {
	small int64
	large *big.Int
}

func (w wideInt) big() *big.Int {
	if w.large != nil {
		return w.large
	}
	return big.NewInt(w.small)
}

func (w wideInt) compare(x wideInt) int {
	if w.large == nil && x.large == nil {
		return cmp.Compare(w.small, x.small)
	}
	return w.big().Cmp(x.big())
}

func (w wideInt) plusOne() wideInt { return wideInt{large: new(big.Int).Add(w.big(), big.NewInt(1))} }
