package page

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/subtle"
	"embed"
	"encoding/hex"
	"errors"
	"html/template"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/rvfuzz/rvfuzz/fuzz/fleet"
	"github.com/rvfuzz/rvfuzz/fuzz/report"
)

//go:embed static
var static embed.FS

//go:embed templates
var templates embed.FS

// Config says what a Server shows.
type Config struct {
	// Dirs are the folders of campaigns, which may be running or not begun yet.
	Dirs []string
	// Token, if set, must be known to whoever asks.
	Token string
	// Hosts are the names by which the server may be asked, besides those of the loopback interface; "*" is any.
	Hosts []string
	// Command is the command line of a worker process of a campaign, for the buttons; without it there are none.
	Command []string
	// Known is the folder to which known issues are written.
	Known string
	// ReduceTime is how long a finding may be reduced; a minute.
	ReduceTime time.Duration
	// Results are files of measurements of planted defects, the oldest first.
	Results []string
	// Matrix returns the table of instructions and oracles that "isa matrix" prints. It is called once, when somebody
	// looks.
	Matrix func(context.Context) (string, error)
	// Program names the build.
	Program string
}

// Server shows campaigns. It is an http.Handler.
type Server struct {
	config  Config
	set     *report.Set
	forms   string // the token of forms
	pages   *template.Template
	handler http.Handler
	work    context.Context
	stop    context.CancelFunc
	jobs    jobs
	matrix  matrix
	busy    sync.WaitGroup
}

// New returns a server.
func New(config Config) (*Server, error) {
	if config.ReduceTime == 0 {
		config.ReduceTime = time.Minute
	}
	s := &Server{config: config, set: report.NewSet(config.Dirs), forms: rand.Text()}
	s.work, s.stop = context.WithCancel(context.Background())
	var err error
	if s.pages, err = parsed(); err != nil {
		return nil, err
	}
	files, err := fs.Sub(static, "static")
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle("GET /static/", http.StripPrefix("/static/", cached(http.FileServerFS(files))))
	mux.HandleFunc("GET /{$}", s.overview)
	mux.HandleFunc("GET /campaign/{name}", s.campaign)
	mux.HandleFunc("GET /buckets", s.buckets)
	mux.HandleFunc("GET /bucket/{name}/{id}", s.bucket)
	mux.HandleFunc("POST /bucket/{name}/{id}", s.act)
	mux.HandleFunc("GET /coverage", s.coverage)
	mux.HandleFunc("GET /instructions", s.instructions)
	mux.HandleFunc("GET /planted", s.planted)
	mux.HandleFunc("GET /live", s.live)
	mux.HandleFunc("GET /report/{name}", s.download)
	mux.Handle("GET /metrics", promhttp.HandlerFor(report.Registry(s.views), promhttp.HandlerOpts{}))
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { s.fail(w, http.StatusNotFound, "There is no such page.") })
	origin := http.NewCrossOriginProtection()
	s.handler = headers(s.hosts(s.known(origin.Handler(mux))))
	return s, nil
}

// ServeHTTP answers a request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// Close ends what the buttons began, and live updates.
func (s *Server) Close() {
	s.stop()
	s.busy.Wait()
}

// Warm reads the logs, so that the first page does not have to, and returns what could not be read.
func (s *Server) Warm() []error {
	_, errs := s.set.Views()
	return errs
}

// views returns the campaigns that can be read.
func (s *Server) views() []*report.View {
	views, _ := s.set.Views()
	return views
}

// policy is the Content-Security-Policy: only the files of this server.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; " +
	"base-uri 'none'; frame-ancestors 'none'"

// headers sets the headers that keep what pages show from doing anything.
func headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

func cached(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "max-age=300")
		next.ServeHTTP(w, r)
	})
}

// hosts refuses names that are not the server's, by which another site could make a browser ask it.
func (s *Server) hosts(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := r.Host
		if name, _, err := net.SplitHostPort(host); err == nil {
			host = name
		}
		host = strings.Trim(host, "[]")
		allowed := fleet.IsLoopback(host)
		for _, name := range s.config.Hosts {
			allowed = allowed || name == "*" || name == host
		}
		if !allowed {
			s.fail(w, http.StatusMisdirectedRequest, "This server does not answer to that name.")
			return
		}
		next.ServeHTTP(w, r)
	})
}

// cookie is the name of the cookie that has the token.
const cookie = "rvfuzz-token"

// known lets in who knows the token: by a header for programs, by a cookie for browsers, which get it for the address with
// "?token=".
func (s *Server) known(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.config.Token == "" {
			next.ServeHTTP(w, r)
			return
		}
		if given := r.URL.Query().Get("token"); given != "" && r.Method == http.MethodGet && s.isToken(given) {
			http.SetCookie(w, &http.Cookie{Name: cookie, Value: url.QueryEscape(given), Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: r.TLS != nil})
			q := r.URL.Query()
			q.Del("token")
			to := url.URL{Path: r.URL.Path, RawQuery: q.Encode()}
			http.Redirect(w, r, to.String(), http.StatusSeeOther)
			return
		}
		given, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		if c, err := r.Cookie(cookie); given == "" && err == nil {
			given, _ = url.QueryUnescape(c.Value)
		}
		if strings.HasPrefix(r.URL.Path, "/static/") || s.isToken(given) {
			next.ServeHTTP(w, r)
			return
		}
		w.Header().Set("WWW-Authenticate", "Bearer")
		w.WriteHeader(http.StatusUnauthorized)
		s.render(w, "login", &frame{Title: "Token", Server: s, Data: r.URL.Path})
	})
}

func (s *Server) isToken(given string) bool {
	return subtle.ConstantTimeCompare([]byte(given), []byte(s.config.Token)) == 1
}

// frame is what every page has.
type frame struct {
	Title  string
	At     string // the item of the menu
	Server *Server
	Errors []error
	Data   any
}

// Program names the build.
func (f *frame) Program() string {
	name, _, _ := strings.Cut(f.Server.config.Program, ", ")
	return name
}

// Multiple reports whether there are several campaigns.
func (f *frame) Multiple() bool { return len(f.Server.config.Dirs) > 1 }

// render writes a page, or that it could not be made.
func (s *Server) render(w http.ResponseWriter, name string, f *frame) {
	f.Server = s
	var b bytes.Buffer
	if err := s.pages.ExecuteTemplate(&b, name, f); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(b.Bytes()) // a client that is gone
}

// fail writes the page of an error.
func (s *Server) fail(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	s.render(w, "error", &frame{Title: http.StatusText(status), Data: text})
}

// live tells of every change by server-sent events, until the client or the server is gone.
func (s *Server) live(w http.ResponseWriter, r *http.Request) {
	flusher := http.NewResponseController(w)
	w.Header().Set("Content-Type", "text/event-stream")
	_ = flusher.SetWriteDeadline(time.Time{})
	look := time.NewTicker(time.Second)
	defer look.Stop()
	last := s.state()
	for n := 0; ; n++ {
		text := ": still here\n\n"
		if now := s.state(); now != last || n == 0 {
			last, text = now, "data: "+now+"\n\n"
		} else if n%15 != 0 {
			text = ""
		}
		if text != "" {
			if _, err := w.Write([]byte(text)); err != nil || flusher.Flush() != nil {
				return
			}
		}
		select {
		case <-look.C:
		case <-r.Context().Done():
			return
		case <-s.work.Done():
			return
		}
	}
}

// state returns a text that is another one when anything has changed.
func (s *Server) state() string {
	var sum uint64
	for _, c := range s.set.Campaigns {
		if v, err := c.View(); err == nil {
			sum = sum*31 + v.Version
		}
	}
	sum += s.jobs.version()
	var b [8]byte
	for i := range b {
		b[i] = byte(sum >> (8 * i))
	}
	return hex.EncodeToString(b[:])
}

// errNoCampaign is the error of a name that no campaign has.
var errNoCampaign = errors.New("there is no such campaign")

// find returns the view of a campaign with a name, as all views together have it.
func (s *Server) find(name string) (*report.View, error) {
	views, errs := s.set.Views()
	for _, v := range views {
		if v.Name == name {
			return v, nil
		}
	}
	return nil, errors.Join(append(errs, errNoCampaign)...)
}
