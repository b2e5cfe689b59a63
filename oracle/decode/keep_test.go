package decode

import (
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
)

// kept returns a Decoder that knows what a file holds for a build.
func kept(t *testing.T, file string, build uint64) *Decoder {
	t.Helper()
	d := New()
	if err := d.keep(file, build); err != nil {
		t.Fatal(err)
	}
	return d
}

// learn has a Decoder remember and keep the words from first to before last.
func learn(t *testing.T, d *Decoder, first, last uint32) {
	t.Helper()
	for w := first; w < last; w++ {
		d.SetAgreed(w, uint16(w)&0x3ff)
	}
	if err := d.Save(); err != nil {
		t.Fatal(err)
	}
}

// knownOf counts the words from first to before last that a Decoder remembers, and checks their notes.
func knownOf(t *testing.T, d *Decoder, first, last uint32) (n int) {
	t.Helper()
	for w := first; w < last; w++ {
		note, ok := d.Agreed(w)
		if ok && note != uint16(w)&0x3ff {
			t.Fatalf("%#x has another word's note", w)
		}
		if ok {
			n++
		}
	}
	return n
}

func TestKeep(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "new", "words")
	d := New()
	if err := d.Keep(folder); err != nil {
		t.Fatal(err)
	}
	learn(t, d, 100, 200)
	learn(t, d, 200, 300)
	later := New()
	if err := later.Keep(folder); err != nil {
		t.Fatal(err)
	}
	if n := knownOf(t, later, 0, 400); n != 200 {
		t.Errorf("%d of 200 words are known to the next process", n)
	}
	if err := later.Save(); err != nil {
		t.Errorf("Save of nothing new: %v", err)
	}
	if New().Save() != nil {
		t.Error("Save without Keep fails")
	}
}

// TestKeepBuilds checks that no build knows what another has kept, even in a file of its own name.
func TestKeepBuilds(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a.words")
	learn(t, kept(t, file, 1), 0, 100)
	if n := knownOf(t, kept(t, file, 2), 0, 100); n != 0 {
		t.Errorf("%d words are known to another build", n)
	}
	for build := range uint64(2 * mostBuilds) {
		learn(t, kept(t, filepath.Join(filepath.Dir(file), string(rune('b'+build))+".words"), build), 0, 10)
	}
	if files, _ := filepath.Glob(filepath.Join(filepath.Dir(file), "*")); len(files) != mostBuilds {
		t.Errorf("%d builds have files: %v", len(files), files)
	}
}

// TestKeepDamaged damages a file at every byte: what is not damaged is known, and nothing else.
func TestKeepDamaged(t *testing.T) {
	const words = 4
	file := filepath.Join(t.TempDir(), "a.words")
	learn(t, kept(t, file, 7), 0, words)
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for at := range whole {
		damaged := slices.Clone(whole)
		damaged[at] ^= 1 << (at % 8)
		if n := knownOf(t, kept(t, written(t, file, damaged), 7), 0, words); n != words-1 {
			t.Fatalf("%d words are known with byte %d damaged", n, at)
		}
	}
	for size := range whole {
		d := kept(t, written(t, file, whole[:size]), 7)
		if n := knownOf(t, d, 0, words); n != size/recordSize {
			t.Fatalf("%d words are known of a file of %d bytes", n, size)
		}
		learn(t, d, 50, 60)
		if n := knownOf(t, kept(t, file, 7), 0, 60); n != size/recordSize+10 {
			t.Fatalf("%d words are known after 10 more were kept behind %d bytes", n, size)
		}
	}
	if n := knownOf(t, kept(t, written(t, file, make([]byte, 10*recordSize)), 7), 0, 1); n != 0 {
		t.Error("the word 0 agreed in a file of zeros")
	}
}

// written writes a file and returns its name.
func written(t *testing.T, file string, content []byte) string {
	t.Helper()
	if err := os.WriteFile(file, content, 0o666); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestKeepTogether(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a.words")
	var group sync.WaitGroup
	for part := range uint32(8) {
		group.Go(func() {
			d := kept(t, file, 1)
			for i := range uint32(20) {
				learn(t, d, 1000*part+10*i, 1000*part+10*i+10)
			}
		})
	}
	group.Wait()
	if n := knownOf(t, kept(t, file, 1), 0, 8000); n != 8*200 {
		t.Errorf("%d of %d words were kept", n, 8*200)
	}
}

// TestKeepFull checks that the file does not grow beyond what a Decoder can remember.
func TestKeepFull(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a.words")
	if err := os.WriteFile(file, make([]byte, (mostRecords-5)*recordSize), 0o666); err != nil {
		t.Fatal(err)
	}
	learn(t, kept(t, file, 1), 0, 10)
	if info, err := os.Stat(file); err != nil || info.Size() != (mostRecords-5)*recordSize {
		t.Errorf("%v, %v", info.Size(), err)
	}
}

// TestKeepErrors checks that a folder which cannot be used is an error, and that the Decoder works all the same.
func TestKeepErrors(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a.words")
	if err := os.WriteFile(file, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	d := New()
	if err := d.Keep(file); err == nil {
		t.Error("a file is no folder")
	}
	learn(t, d, 0, 10)
	if err := d.keep(filepath.Join(filepath.Dir(file), "none", "a.words"), 1); err != nil {
		t.Fatal(err)
	}
	d.SetAgreed(11, 11)
	if err := d.Save(); err == nil {
		t.Error("words are kept in no folder")
	}
	if n := knownOf(t, d, 0, 12); n != 11 {
		t.Errorf("%d of 11 words are remembered", n)
	}
}
