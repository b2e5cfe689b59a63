package rv64

import "testing"

// The first and last entries of the published tables.
func TestSubstitutionBoxes(t *testing.T) {
	tests := []struct {
		name string
		box  *[256]byte
		want map[int]byte
	}{
		{"AES", &aesForward, map[int]byte{0: 0x63, 1: 0x7c, 0x53: 0xed, 0xff: 0x16}},
		{"AES inverse", &aesInverse, map[int]byte{0: 0x52, 1: 0x09, 0x63: 0, 0xff: 0x7d}},
		{"SM4", &sm4Box, map[int]byte{0: 0xd6, 1: 0x90, 2: 0xe9, 3: 0xfe, 0xff: 0x48}},
	}
	for _, test := range tests {
		for at, want := range test.want {
			if got := test.box[at]; got != want {
				t.Errorf("%s[%#x] = %#x, want %#x", test.name, at, got, want)
			}
		}
	}
}
