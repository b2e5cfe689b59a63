package zigair

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// Format is the dump format that Read understands.
const Format = "zigair-1"

// maxLine bounds one record in bytes; the longest function of Zig's own tests takes 4 MB.
const maxLine = 64 << 20

// maxDump bounds an unpacked dump in bytes, so that a small file does not exhaust the machine. Dumps of Zig's own
// tests take some megabytes.
const maxDump = 256 << 20

// Read reads a dump, gzip'ed or plain, of at most 256 MiB unpacked. Errors begin with name and line.
func Read(r io.Reader, name string) (*Suite, error) {
	d := dump{name: name, types: map[int]*typeRecord{}, consts: map[int]*constRecord{}, decls: map[int]*declRecord{}}
	plain, err := gunzip(r)
	if err != nil {
		return nil, fmt.Errorf("%s:1: %w", name, err)
	}
	limited := &io.LimitedReader{R: plain, N: maxDump}
	switch err := d.read(limited); {
	case limited.N <= 0:
		return nil, fmt.Errorf("%s:%d: the dump is larger than %d bytes", name, d.line, maxDump)
	case err != nil:
		return nil, err
	}
	return newImporter(&d).suite()
}

func gunzip(r io.Reader) (io.Reader, error) {
	buffered := bufio.NewReaderSize(r, 1<<16)
	if magic, err := buffered.Peek(2); err != nil || magic[0] != 0x1f || magic[1] != 0x8b {
		return buffered, nil
	}
	return gzip.NewReader(buffered)
}

// dump holds the records of a file by id, and in order where the order matters.
type dump struct {
	name      string
	line      int
	meta      *metaRecord
	errors    []string
	types     map[int]*typeRecord
	typeOrder []*typeRecord
	consts    map[int]*constRecord
	decls     map[int]*declRecord
	declOrder []*declRecord
	exports   []exportRecord
	fns       []fnLine
	tests     []testRecord
}

// fail returns an error at a line of the dump.
func (d *dump) fail(line int, format string, args ...any) error {
	return fmt.Errorf("%s:%d: %w", d.name, line, fmt.Errorf(format, args...))
}

func (d *dump) read(r io.Reader) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 1<<16), maxLine)
	for lines.Scan() {
		d.line++
		if len(bytes.TrimSpace(lines.Bytes())) == 0 {
			continue
		}
		if err := d.record(lines.Bytes()); err != nil {
			return d.fail(d.line, "%w", err)
		}
	}
	if err := lines.Err(); err != nil {
		return d.fail(d.line+1, "%w", err)
	}
	if d.meta == nil {
		return d.fail(d.line+1, "the dump has no meta record")
	}
	return nil
}

// kindOf returns the kind of a record, without decoding all of it if the kind comes first, as it does in practice.
func kindOf(line []byte) (string, error) {
	const prefix = `{"k":"`
	if rest, ok := bytes.CutPrefix(line, []byte(prefix)); ok {
		if end := bytes.IndexByte(rest, '"'); end >= 0 && bytes.IndexByte(rest[:end], '\\') < 0 {
			return string(rest[:end]), nil
		}
	}
	var probe struct {
		K string `json:"k"`
	}
	err := json.Unmarshal(line, &probe)
	return probe.K, err
}

func (d *dump) record(line []byte) error {
	kind, err := kindOf(line)
	if err != nil {
		return err
	}
	switch kind {
	case "meta":
		return d.readMeta(line)
	case "errors":
		var r errorsRecord
		err = json.Unmarshal(line, &r)
		d.errors = r.Names
		return err
	case "type":
		r := &typeRecord{line: d.line}
		if err = json.Unmarshal(line, r); err == nil {
			err = addID(d.types, r.ID, r)
		}
		d.typeOrder = append(d.typeOrder, r)
	case "const":
		r := &constRecord{line: d.line}
		if err = json.Unmarshal(line, r); err == nil {
			err = addID(d.consts, r.ID, r)
		}
	case "decl":
		r := &declRecord{line: d.line}
		if err = json.Unmarshal(line, r); err == nil {
			err = addID(d.decls, r.ID, r)
		}
		d.declOrder = append(d.declOrder, r)
	case "export":
		r := exportRecord{line: d.line}
		err = json.Unmarshal(line, &r)
		d.exports = append(d.exports, r)
	case "fn":
		r := fnLine{line: d.line, text: bytes.Clone(line)}
		err = json.Unmarshal(line, &r)
		d.fns = append(d.fns, r)
	case "test":
		r := testRecord{line: d.line}
		err = json.Unmarshal(line, &r)
		d.tests = append(d.tests, r)
	default:
		return fmt.Errorf("record of unknown kind %.60q", kind)
	}
	return err
}

func (d *dump) readMeta(line []byte) error {
	if d.meta != nil {
		return errors.New("second meta record")
	}
	d.meta = &metaRecord{line: d.line}
	if err := json.Unmarshal(line, d.meta); err != nil {
		return err
	}
	if d.meta.Format != Format {
		return fmt.Errorf("format %.60q, want %.60q", d.meta.Format, Format)
	}
	return nil
}

func addID[R any](all map[int]*R, id int, r *R) error {
	if all[id] != nil {
		return fmt.Errorf("id %d is given twice", id)
	}
	all[id] = r
	return nil
}
