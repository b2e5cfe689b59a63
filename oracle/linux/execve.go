package linux

import (
	"encoding/binary"
	"path"
	"strings"
)

// absolute returns the path of the first program as the guest sees it.
func absolute(name string) string { return path.Join("/", name) }

func baseName(name string) string { return path.Base(name) }

// execve replaces the program of a process: path, arguments, environment.
func (t *thread) execve(a [6]uint64) uint64 {
	name, number := t.path(directoryOfProcess, a[0], true)
	if number != 0 {
		return failure(number)
	}
	return t.replace(name, a[1], a[2])
}

func (t *thread) execveat(a [6]uint64) uint64 {
	const noFollow, emptyPath = 0x100, 0x1000
	if a[4]&^(noFollow|emptyPath) != 0 {
		return failure(errInvalid)
	}
	if text, number := t.text(a[1], longestPath, "the path"); number == 0 && text == "" && a[4]&emptyPath != 0 {
		d, ok := t.files.table[a[0]]
		if !ok || d.file == nil {
			return failure(errBadFile)
		}
		return t.replace(d.name, a[2], a[3])
	}
	name, number := t.path(a[0], a[1], a[4]&noFollow == 0)
	if number != 0 {
		return failure(number)
	}
	return t.replace(name, a[2], a[3])
}

// replace executes the program of a file below the root, named relative to it.
func (t *thread) replace(name string, argv, envp uint64) uint64 {
	args, number := t.strings(argv, "an argument")
	if number != 0 {
		return failure(number)
	}
	env, number := t.strings(envp, "the environment")
	if number != 0 {
		return failure(number)
	}
	file, name, args, number := t.findProgram(name, args)
	if number != 0 {
		return failure(number)
	}
	x, err := parseELF(file)
	if err != nil {
		if strings.HasPrefix(string(file[:min(4, len(file))]), "\x7fELF") {
			t.note("execve of /%s: %v", name, err)
		}
		return failure(errNotProgram)
	}
	if uint64(len(file)) > t.room() {
		return failure(errNoMemory)
	}
	for _, other := range t.threadsOf(t.process) {
		if other != t {
			other.finish()
		}
	}
	oldPath := t.process.exe
	t.process.exe = "/" + name
	if name == selfProgram {
		t.process.exe = oldPath
	}
	if err := t.start(x, args, env); err != nil {
		t.process.exe = oldPath
		t.note("execve of /%s: %v", name, err)
		return failure(errNoMemory)
	}
	t.replaced, t.leaves = true, true
	t.program = file
	t.id = t.process.id
	t.files.replace(t.process)
	handlers := *t.actions
	t.process.actions = &handlers
	for i := range handlers.table {
		if handlers.table[i].handler != ignoreHandler {
			handlers.table[i] = action{}
		}
	}
	t.process.timers.created = nil
	t.altStack, t.clearOnEnd, t.robust = altStack{}, 0, 0
	return 0
}

// selfProgram is the path of the program that a process executes.
const selfProgram = "proc/self/exe"

// findProgram reads the program in a file, or the one that interprets the script there.
func (t *thread) findProgram(name string, args []string) (file []byte, at string, list []string, number uint64) {
	const deepest, longestLine = 5, 256
	for range deepest {
		if file, number = t.readProgram(name); number != 0 {
			return nil, "", nil, number
		}
		if !strings.HasPrefix(string(file[:min(2, len(file))]), "#!") {
			return file, name, args, 0
		}
		line, _, _ := strings.Cut(string(file[2:min(longestLine, len(file))]), "\n")
		interpreter, argument, hasArgument := strings.Cut(strings.TrimSpace(line), " ")
		list := []string{interpreter}
		if argument = strings.TrimSpace(argument); hasArgument && argument != "" {
			list = append(list, argument)
		}
		list = append(list, "/"+name)
		if len(args) > 1 {
			list = append(list, args[1:]...)
		}
		args = list
		if name, number = t.resolve(t.directory, interpreter, true); number != 0 {
			return nil, "", nil, number
		}
	}
	return nil, "", nil, errManyLinks
}

// readProgram reads a file that may be executed.
func (t *thread) readProgram(name string) ([]byte, uint64) {
	if name == selfProgram {
		return t.program, 0
	}
	if t.root == nil {
		return nil, errNoEntry
	}
	info, err := t.root.Stat(name)
	switch {
	case err != nil:
		return nil, errorNumber(err)
	case !info.Mode().IsRegular() || info.Mode().Perm()&0o111 == 0:
		return nil, errAccess
	case uint64(info.Size()) > t.room():
		return nil, errNoMemory
	}
	file, err := t.root.ReadFile(name)
	if err != nil {
		return nil, errorNumber(err)
	}
	t.spend(uint64(len(file)))
	return file, 0
}

// strings reads an array of pointers to strings, which ends with 0.
func (t *thread) strings(addr uint64, what string) (list []string, number uint64) {
	total := 0
	for addr != 0 {
		var b [8]byte
		if !t.input(addr, b[:], "the list of strings") {
			return nil, errFault
		}
		at := binary.LittleEndian.Uint64(b[:])
		if at == 0 {
			break
		}
		s, number := t.text(at, maxArgumentBytes, what)
		if number == errNameTooLong {
			number = errTooLong
		}
		if number != 0 {
			return nil, number
		}
		if total += len(s) + 1 + 8; total > maxArgumentBytes {
			return nil, errTooLong
		}
		list = append(list, s)
		addr += 8
	}
	return list, 0
}
