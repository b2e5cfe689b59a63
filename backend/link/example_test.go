package link_test

import (
	"encoding/binary"
	"fmt"

	"github.com/rvfuzz/rvfuzz/backend/link"
)

func ExampleLink() {
	answer := binary.LittleEndian.AppendUint64(nil, 42)
	image, err := link.Link([]link.Object{
		{Name: "answer", Section: link.ROData, Data: answer, Align: 8},
		{Name: "where", Section: link.Data, Data: make([]byte, 8), Align: 8,
			Relocs: []link.Reloc{{Kind: link.Abs64, Symbol: "answer"}}},
	}, link.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range image.Symbols {
		data, _ := image.Bytes(s.Addr, s.Size)
		fmt.Printf("%#x %s %#x\n", s.Addr, s.Name, binary.LittleEndian.Uint64(data))
	}
	// Output:
	// 0x10000 answer 0x2a
	// 0x11000 where 0x10000
}
