package decode

import (
	"debug/elf"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"os"
	"path/filepath"
	"slices"
)

// Words that agreed are kept in a file, so that no campaign of a build compares a word that one before it has compared. What a
// comparison concludes depends on the word and on the code that compares, and on nothing else: each build has a file of its
// own, and each record carries a checksum with the build in it. So neither what another build wrote, nor part of a record, nor
// a damaged file makes a word agree.

const (
	// recordSize is the size of a record: the word, its note and the checksum.
	recordSize = 4 + 2 + 6
	// mostRecords bounds the file. A Decoder has room for no more words.
	mostRecords = 4 << setBits
	// mostBuilds is how many builds have files; those written last.
	mostBuilds = 8
)

// ErrNoBuild is the error of Keep for a program that does not carry the build identifier of the Go linker.
var ErrNoBuild = errors.New("decode: the program has no build identifier")

// Keep makes the Decoder remember the words that earlier processes of the same build have kept in a folder, which is made if
// there is none, and has Save keep those that agree from now on. Any number of processes may share the folder. Keep must
// return before the Decoder is shared.
func (d *Decoder) Keep(folder string) error {
	build, err := buildID()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return err
	}
	h := fnv.New64a()
	fmt.Fprintf(h, "1 %s", build)
	return d.keep(filepath.Join(folder, fmt.Sprintf("%016x.words", h.Sum64())), h.Sum64())
}

// keep is Keep for a file and a number that stands for the build.
func (d *Decoder) keep(file string, build uint64) error {
	f, err := os.Open(file)
	if errors.Is(err, os.ErrNotExist) {
		d.file, d.build = file, build
		return dropBuilds(filepath.Dir(file), mostBuilds-1)
	}
	if err != nil {
		return err
	}
	defer f.Close()
	records, err := io.ReadAll(io.LimitReader(f, mostRecords*recordSize))
	if err != nil {
		return err
	}
	for ; len(records) >= recordSize; records = records[recordSize:] {
		word, note := binary.LittleEndian.Uint32(records), binary.LittleEndian.Uint16(records[4:])
		if [recordSize]byte(records) == record(word, note, build) {
			d.remember(word, note)
		}
	}
	d.file, d.build = file, build
	return nil
}

// Save keeps the words that agreed since the last Save, if Keep was called. It appends to the file; of a full one it
// changes nothing. After an error the words are remembered as before, but not kept.
func (d *Decoder) Save() error {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	fresh := d.fresh
	d.fresh = d.fresh[:0]
	if len(fresh) == 0 {
		return nil
	}
	f, err := os.OpenFile(d.file, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o666)
	if err != nil {
		return err
	}
	return errors.Join(appendRecords(f, fresh), f.Close())
}

// appendRecords writes records after those that are there. If the last one is cut short, it is filled up first.
func appendRecords(f *os.File, records []byte) error {
	info, err := f.Stat()
	if err != nil || info.Size()+int64(len(records)) > mostRecords*recordSize {
		return err
	}
	if cut := info.Size() % recordSize; cut != 0 {
		records = append(make([]byte, recordSize-cut), records...)
	}
	_, err = f.Write(records) // at once, since other processes append too
	return err
}

// record returns the record of a word.
func record(word uint32, note uint16, build uint64) (r [recordSize]byte) {
	binary.LittleEndian.PutUint32(r[:], word)
	binary.LittleEndian.PutUint16(r[4:], note)
	sum := build ^ (uint64(note)<<32 | uint64(word))
	for _, factor := range []uint64{0xbf58476d1ce4e5b9, 0x94d049bb133111eb} {
		sum ^= sum >> 29
		sum *= factor
	}
	sum ^= sum >> 32
	binary.LittleEndian.PutUint16(r[6:], uint16(sum))
	binary.LittleEndian.PutUint32(r[8:], uint32(sum>>16))
	return r
}

// dropBuilds removes the files of all builds but the last ones that wrote any.
func dropBuilds(folder string, keep int) error {
	files, err := filepath.Glob(filepath.Join(folder, "*.words"))
	if err != nil {
		return err
	}
	written := map[string]int64{}
	for _, name := range files {
		if info, err := os.Stat(name); err == nil {
			written[name] = info.ModTime().UnixNano()
		}
	}
	slices.SortFunc(files, func(a, b string) int { return int(min(max(written[b]-written[a], -1), 1)) })
	for _, name := range files[min(keep, len(files)):] {
		if err := os.Remove(name); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return nil
}

// buildID returns what the Go linker wrote into this program, in which there is a hash of its content.
func buildID() (string, error) {
	program, err := os.Executable()
	if err != nil {
		return "", err
	}
	f, err := elf.Open(program)
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrNoBuild, err)
	}
	defer f.Close()
	note := f.Section(".note.go.buildid")
	if note == nil {
		return "", ErrNoBuild
	}
	// The note has three words, the name "Go" and the identifier.
	const name = 16
	content, err := note.Data()
	if err != nil || len(content) <= name {
		return "", errors.Join(ErrNoBuild, err)
	}
	return string(content[name:]), nil
}
