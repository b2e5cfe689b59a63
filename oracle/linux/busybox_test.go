package linux

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/rvfuzz/rvfuzz/oracle/tools"
)

// busyboxLines are commands of busybox that need no other program, and print nothing of the user, the clock and the disk; with
// standard input after "<". An underscore is a
// space within an argument.
const busyboxLines = `echo one two
printf %s-%d\\n a 7
cat input
cat missing
head -n 2 input
tail -n 1 input
wc input
sort input
sort -rn input
uniq input
cut -c 2-4 input
tr a-z A-Z <input
grep -n o input
grep none input
sed s/o/0/g input
sed -i s/o/0/g input
awk {print($1,NF)} input
od -c input
hexdump -C input
md5sum input
sha1sum input
sha256sum input
sha512sum input
cksum input
base64 input
gzip -c input
gzip input
bzip2 -c input
expr 3 + 4
seq 3 7
factor 360
basename a/b.c .c
dirname a/b.c
ls
ls -a folder
rev input
tac input
nl input
fold -w 5 input
expand input
unexpand input
paste input input
comm input input
cmp input names
diff input names
patch -p0 <change
stat -c %s input
test -f input
test -d input
true
false
find folder
cp input second
cp input input
cp -r folder copy
mv input third
ln input fourth
ln -s input fifth
readlink names
mkdir -p one/two
rmdir folder
rm -r folder
touch new
chmod 640 input
truncate -s 100 input
dd if=input bs=4 count=2 of=part
split -l 1 input
tee copy <input
uname -m
date -u -d @86400
cal 1 2020
dc -e 3_4+p
bc sums
sum input
strings input
tar cf archive folder
cpio -o -H newc -F archive <names
sleep 0
yes --help <input
ash -c x=3;while_[_$x_-gt_0_];do_echo_$x;x=$((x-1));done
ash -c echo_$$_>pid;read_a_<input;echo_$a;trap_echo_left_EXIT;exit_9
ash -c kill_-9_$$
ash -c echo_*;echo_$((2**40));f()_{_return_5;};f;echo_$?
ed input
sh missing
[ -s input ]
ar -rc library input names
ascii
clear
crc32 input
dos2unix input
unix2dos input
egrep in.ut|lines input
fgrep -c of input
fallocate -l 50 new
getopt ab:c -a -b x rest
gzip -d input
bunzip2 input
install -m 600 input installed
ipcalc -n 10.1.2.3/20
link input sixth
unlink input
more input
nproc --ignore=1000
run-parts folder
sha384sum input
sha3sum input
shuf -i 7-7
sync
tty
usleep 1
uudecode input
uuencode input name
xargs echo <names
xxd input
lzcat input
xzcat input
unxz input
mkpasswd -m sha512 -S saltsalt secret
split -b 10 input
cut -d_ -f2 input
unzip input
printf %08.3f 2.5
tail -c 5 input
sort -u -k2 input
sed -n -e 2p -e $= input
awk BEGIN{printf("%.17g_%x\n",sqrt(2),255)}
ash -c ls_|_sort_-r_|_head_-n_1
ash -c (sleep_1;echo_late)&_wait_$!;echo_$?
ash -c cat_<<E
mkfifo pipe
mkfifo -m 600 pipe
mkfifo input
mknod pipe p
mknod -m 640 pipe p
realpath missing/one
lzma -c input
zcat input
uncompress input
unlzma input
arch
nuke folder
which missing
rpm2cpio input
cpio -t -F input
dpkg-deb -c input
sed -f missing input
awk BEGIN{while((getline_l<"input")>0)print_length(l)}
cp -a folder/inner linked
cp -p input kept
mv folder moved
rm missing
ln -s folder link
ls -l missing
tr -d o <input
head -c 5 input
tail -n +3 input
sort -k2 -t_ input
uniq -c input
cut -b 3 input
wc -c input
od -x input
stat -c %F_%h_%A input folder
find . -type f -name in*t
find folder -delete
diff -r folder folder
xargs -n 1 echo <names
nice true
sha3sum -a 512 input
shuf -e one
tee -a input <names
chmod -R g-w folder
touch -d @86400 input
date -u -r input +%Y
env -u HOME missing
expr length input
dc -e 2_100_^_p
factor 99999989
getopt -o a -l long -- --long -a x
ipcalc -b 10.1.2.3/20
mktemp -u XXXXXX/y
printenv
test 3 -gt 2
[ 3 -lt 2 ]
xxd -r input
nosuchapplet
`

// behaviourOf is a behaviour and the files that are there afterwards.
type behaviourOf struct {
	behaviour
	files string
}

// busyboxRoot returns a folder with what busyboxLines use.
func busyboxRoot(t *testing.T) string {
	root := t.TempDir()
	for name, text := range map[string]string{
		"input": "some input\nof two lines\nof two lines\n10 0\n9 words more\n", "names": "input\nfolder\n", "sums": "2^70\nscale=5\n1/3\nquit\n",
		"folder/inner": "inner\n", "change": "--- input\n+++ input\n@@ -1,2 +1,2 @@\n-some input\n+changed\n of two lines\n",
	} {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// filesOf describes the files below a folder: name, rights, and content or target.
func filesOf(t *testing.T, root string) string {
	var text strings.Builder
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		content := []byte(nil)
		switch {
		case err != nil:
			return err
		case d.Type()&fs.ModeSymlink != 0:
			target, err := os.Readlink(path)
			fmt.Fprintf(&text, "%s -> %s\n", path[len(root):], target)
			return err
		case d.Type().IsRegular():
			content, err = os.ReadFile(path)
		}
		if name := d.Name(); name == "pid" || name == "archive" || name == "input.gz" { // numbers, owners, times
			content = nil
		}
		fmt.Fprintf(&text, "%s %v %q\n", path[len(root):], info.Mode(), content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return text.String()
}

// underQEMU returns what a command of busybox does under the emulator.
func underQEMU(t *testing.T, qemu tools.Tool, program, input string, args []string) behaviour {
	out, err := qemu.Run(t.Context(), input, append([]string{"-0", "busybox", program}, args[1:]...)...)
	var exit *exec.ExitError
	if errors.As(err, &exit) && out.Status < 0 {
		out.Status = 128 + int(exit.Sys().(syscall.WaitStatus).Signal())
	}
	return behaviour{out.Stdout, out.Stderr, out.Status}
}

// Commands of busybox do the same as under the emulator, to the files too.
func TestBusybox(t *testing.T) {
	qemu, program := tools.Need(t, tools.QEMU), tools.NeedProgram(t, "busybox")
	for line := range strings.Lines(busyboxLines) {
		line, from, _ := strings.Cut(strings.TrimSpace(line), " <")
		args := append([]string{"busybox"}, strings.Fields(line)...)
		for i := range args {
			args[i] = strings.ReplaceAll(args[i], "_", " ")
		}
		qemu.Dir = busyboxRoot(t)
		input := ""
		if from != "" {
			text, err := os.ReadFile(filepath.Join(qemu.Dir, from))
			if err != nil {
				t.Fatal(err)
			}
			input = string(text)
		}
		want := behaviourOf{underQEMU(t, qemu, program, input, args), filesOf(t, qemu.Dir)}
		root := busyboxRoot(t)
		plain, result := belowRoot(t, program, root, input, Config{Args: args, Env: []string{"PATH=/bin"}})
		if got := (behaviourOf{plain, filesOf(t, root)}); got != want {
			t.Errorf("%s: %+v\ngot  %+v\nwant %+v", line, result, got, want)
		}
	}
}

// Every applet of busybox prints the same help as under the emulator, or does the same where it knows no such option.
func TestApplets(t *testing.T) {
	qemu, program := tools.Need(t, tools.QEMU), tools.NeedProgram(t, "busybox")
	list, err := qemu.Run(t.Context(), "", program, "--list")
	if err != nil {
		t.Fatal(err)
	}
	applets := strings.Fields(list.Stdout)
	if len(applets) < 200 {
		t.Fatalf("only %d applets", len(applets))
	}
	qemu.Dir = t.TempDir()
	const shares = 4
	for share := range shares {
		t.Run(fmt.Sprint(share), func(t *testing.T) {
			t.Parallel()
			for i := share; i < len(applets); i += shares {
				args := []string{"busybox", applets[i], "--help"}
				want := underQEMU(t, qemu, program, "", args)
				got, result := belowRoot(t, program, t.TempDir(), "", Config{Args: args, Env: []string{"PATH=/bin"}})
				if got != want {
					t.Errorf("%s: %+v\ngot  %+v\nwant %+v", applets[i], result, got, want)
				}
			}
		})
	}
}
