package page

import (
	"context"
	"flag"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"github.com/rvfuzz/rvfuzz/fuzz/campaign"
)

// screens is a folder for pictures of each page.
var screens = flag.String("screens", "", "folder to which pictures of the pages are written")

// browser starts Debian's Chromium, in a profile of its own, or skips the test.
func browser(t *testing.T) context.Context {
	t.Helper()
	program, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("chromium is not installed: ci/tools.sh")
	}
	// A machine that does much else takes a minute for what otherwise takes seconds, to start the browser most of all. The
	// folder of its profile is chromedp's own, since processes of the browser write to it after its end.
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(program), chromedp.NoSandbox,
		chromedp.WindowSize(1280, 900), chromedp.WSURLReadTimeout(2*time.Minute))
	ctx, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, 5*time.Minute)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	return ctx
}

// act does things in a browser.
func act(t *testing.T, ctx context.Context, what string, actions ...chromedp.Action) {
	t.Helper()
	if err := chromedp.Run(ctx, actions...); err != nil {
		t.Fatalf("%s: %v (%v)", what, err, ctx.Err())
	}
}

// text returns the text of an element of the page.
func text(t *testing.T, ctx context.Context, selector string) (found string) {
	t.Helper()
	act(t, ctx, selector, chromedp.Text(selector, &found, chromedp.ByQuery))
	return found
}

// TestBrowser opens, sorts and filters the list in a real browser, marks a bucket known and sees it counted, also on a page
// that was open all the time. No request leaves the machine, nothing is refused by the policy, and hostile text is text.
func TestBrowser(t *testing.T) {
	w := night(t)
	s := serve(t, Config{Dirs: []string{w.dir}, Command: []string{"false"}, Known: filepath.Join(t.TempDir(), "known")})
	h := httptest.NewServer(s)
	t.Cleanup(h.CloseClientConnections)
	ctx := browser(t)
	var complaints []string
	chromedp.ListenTarget(ctx, func(event any) {
		switch e := event.(type) {
		case *network.EventRequestWillBeSent:
			if u := e.Request.URL; !strings.HasPrefix(u, h.URL) && !strings.HasPrefix(u, "data:") && !strings.HasPrefix(u, "about:") {
				complaints = append(complaints, "request of "+u)
			}
		case *network.EventLoadingFailed:
			if e.BlockedReason != "" {
				complaints = append(complaints, "blocked: "+string(e.BlockedReason))
			}
		}
	})
	const first = `table.buckets tbody td.bucket a`
	act(t, ctx, "open", network.Enable(), chromedp.Navigate(h.URL+"/buckets"), chromedp.WaitVisible(first, chromedp.ByQuery))
	if got := text(t, ctx, first); got != "wrong-value/arith.add" {
		t.Errorf("the first bucket is %q", got)
	}
	act(t, ctx, "sort", chromedp.Click(`//th/a[text()="Bucket"]`), chromedp.WaitVisible(`th[aria-sort="ascending"]`, chromedp.ByQuery))
	if got := text(t, ctx, first); got != "broken-rule/gone.one" {
		t.Errorf("by name the first bucket is %q", got)
	}
	act(t, ctx, "filter", chromedp.SetValue(`select[name=state]`, "new", chromedp.ByQuery), chromedp.Click(`form.filters button`, chromedp.ByQuery),
		chromedp.WaitVisible(`//p[@id="total" and starts-with(text(), "3 ")]`))
	var title, place string
	hostileRow := `//td[@class="bucket"]/a[contains(text(), "<script>")]`
	act(t, ctx, "hostile name", chromedp.Location(&place), chromedp.Click(hostileRow), chromedp.WaitVisible(`.explain`, chromedp.ByQuery), chromedp.Title(&title))
	if !strings.Contains(place, "state=new") || !strings.Contains(title, "<script>") {
		t.Errorf("the address is %q, the title %q", place, title)
	}
	if got := text(t, ctx, ".lines li.culprit"); !strings.Contains(got, "%1 = add(%0, %0)") || !strings.Contains(text(t, ctx, ".lines li"), "<img src=x onerror") {
		t.Errorf("the culprit is %q", got)
	}
	var images int
	act(t, ctx, "images", chromedp.Evaluate(`document.querySelectorAll("img, main script:not([type])").length`, &images))
	if images != 0 {
		t.Error("hostile text has become an element")
	}
	watcher, cancel := chromedp.NewContext(ctx)
	defer cancel()
	act(t, watcher, "watch", chromedp.Navigate(h.URL+"/campaign/night"), chromedp.WaitVisible(`.plot canvas`, chromedp.ByQuery), chromedp.WaitVisible(`#live`, chromedp.ByQuery))
	if got := text(t, watcher, "#known-count"); got != "2" {
		t.Errorf("%s are known at first", got)
	}
	act(t, ctx, "mark known", chromedp.SetValue(`input[name=issue]`, "https://example.org/issues/7", chromedp.ByQuery),
		chromedp.SetValue(`input[name=expires]`, "2999-01-01", chromedp.ByQuery), chromedp.Click(`//button[text()="Mark known"]`),
		chromedp.WaitVisible(`//span[@id="state" and text()="known"]`))
	act(t, watcher, "the page that was open shows it", chromedp.WaitVisible(`//b[@id="known-count" and text()="3"]`))
	w.progress(campaign.Progress, 123456, nil, nil)
	act(t, watcher, "and new cases", chromedp.WaitVisible("//dd[@id=\"case-count\" and text()=\"123\u202f456\"]"))
	if len(complaints) > 0 {
		t.Errorf("%q", complaints)
	}
}

// TestWithoutJavaScript checks that a page has its contents without, and that everything on it can be reached by the
// keyboard.
func TestWithoutJavaScript(t *testing.T) {
	h := httptest.NewServer(serve(t, Config{Dirs: []string{night(t).dir}, Command: []string{"false"}}))
	t.Cleanup(h.CloseClientConnections)
	ctx := browser(t)
	act(t, ctx, "open", emulation.SetScriptExecutionDisabled(true), chromedp.Navigate(h.URL+"/"), chromedp.WaitVisible(`table.buckets`, chromedp.ByQuery),
		chromedp.Click(`table.buckets td.bucket a`, chromedp.ByQuery), chromedp.WaitVisible(`.lines li.culprit`, chromedp.ByQuery))
	act(t, ctx, "skip to the content", chromedp.Navigate(h.URL+"/"), chromedp.KeyEvent("\t"), chromedp.WaitVisible(`.skip:focus`, chromedp.ByQuery),
		chromedp.KeyEvent("\t\t"), chromedp.WaitVisible(`nav a:focus`, chromedp.ByQuery))
}

// TestScreens makes pictures of every page: light, dark and on a phone.
func TestScreens(t *testing.T) {
	if *screens == "" {
		t.Skip("no -screens: make page")
	}
	dir := os.Getenv("WORKDIR")
	dirs := []string{dir}
	if dir == "" {
		dirs = []string{night(t).dir}
	}
	var results []string
	if file := os.Getenv("RESULTS"); file != "" {
		results = strings.Fields(file)
	}
	s := serve(t, Config{Dirs: dirs, Command: []string{"false"}, Results: results, Program: "rvfuzz", Matrix: func(context.Context) (string, error) {
		return "extension\tinstruction\triscv64asm\tllvm-mc disassembler\tbinutils assembler\nI\tadd\t10\t10\t10\nI\tlui\t0 -10\t10\t10\nZfa\tfli.s\t-\t7 -3\t9 DIFFER 1\n", nil
	}})
	s.matrixMadeOnce()
	h := httptest.NewServer(s)
	t.Cleanup(h.CloseClientConnections)
	views := s.views()
	if len(views) == 0 || len(views[0].Buckets) == 0 {
		t.Fatal("there is nothing to show")
	}
	b := &views[0].Buckets[min(3, len(views[0].Buckets)-1)]
	pages := map[string]string{"campaigns": "/", "campaign": "/campaign/" + views[0].Name, "buckets": "/buckets", "bucket": "/bucket/" + b.Campaign + "/" + b.ID,
		"coverage": "/coverage", "instructions": "/instructions", "planted": "/planted"}
	if err := os.MkdirAll(*screens, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, look := range []struct {
		name, scheme  string
		width, height int64
	}{{"light", "light", 1280, 900}, {"dark", "dark", 1280, 900}, {"phone", "light", 390, 844}} {
		ctx := browser(t)
		for name, path := range pages {
			var picture []byte
			act(t, ctx, name, emulation.SetDeviceMetricsOverride(look.width, look.height, 1, look.name == "phone"),
				emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: look.scheme}}),
				chromedp.Navigate(h.URL+path), chromedp.WaitVisible(`main h1`, chromedp.ByQuery), chromedp.Sleep(300*time.Millisecond), chromedp.FullScreenshot(&picture, 100))
			if err := os.WriteFile(filepath.Join(*screens, fmt.Sprintf("%s-%s.png", name, look.name)), picture, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// matrixMadeOnce has the table of instructions made.
func (s *Server) matrixMadeOnce() {
	s.matrix.once.Do(func() { s.matrix.make(s.work, s.config.Matrix) })
}
