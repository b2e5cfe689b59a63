package page

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/rvfuzz/rvfuzz/fuzz/campaign"
	"github.com/rvfuzz/rvfuzz/fuzz/report"
)

// job is what a button began.
type job struct {
	Campaign, Bucket, What string
	Began                  time.Time
	Done                   bool
	Text                   string // how it ended
}

// jobs are those that were begun. One is at work at a time.
type jobs struct {
	mu      sync.Mutex
	list    []*job
	changes uint64
	turn    sync.Mutex
}

// maxJobs bounds how many jobs may wait, and keptJobs how many are remembered.
const (
	maxJobs  = 16
	keptJobs = 100
)

var errBusy = errors.New("too much is waiting to be done: try again later")

// add adds a job, unless the same one waits already.
func (l *jobs) add(j *job) (isNew bool, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	waiting := 0
	for _, other := range l.list {
		switch {
		case other.Done:
		case other.Campaign == j.Campaign && other.Bucket == j.Bucket && other.What == j.What:
			return false, nil
		default:
			waiting++
		}
	}
	if waiting >= maxJobs {
		return false, errBusy
	}
	l.list = append(l.list, j)
	if len(l.list) > keptJobs {
		if i := slices.IndexFunc(l.list, func(j *job) bool { return j.Done }); i >= 0 {
			l.list = slices.Delete(l.list, i, i+1)
		}
	}
	l.changes++
	return true, nil
}

func (l *jobs) end(j *job, text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	j.Done, j.Text = true, text
	l.changes++
}

func (l *jobs) version() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.changes
}

// of returns the jobs of a bucket, the newest first.
func (l *jobs) of(b *report.Bucket) (list []job) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, j := range slices.Backward(l.list) {
		if j.Campaign == b.Campaign && j.Bucket == b.Name {
			list = append(list, *j)
		}
	}
	return list
}

// maxForm bounds the bytes of a form.
const maxForm = 1 << 16

// act does what a button of a bucket's page is for. The form must have the token that this server gave its pages; that
// the request comes from one of them was checked before.
func (s *Server) act(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil || r.PostForm.Get("form") != s.forms {
		s.fail(w, http.StatusForbidden, "The form is not of a page of this server, or of one from before it was started again: load the page again.")
		return
	}
	v, err := s.find(r.PathValue("name"))
	if err != nil {
		s.fail(w, http.StatusNotFound, err.Error())
		return
	}
	b := v.Bucket(r.PathValue("id"))
	switch {
	case b == nil:
		s.fail(w, http.StatusNotFound, "There is no such bucket.")
		return
	case !b.HasFile() || len(s.config.Command) == 0:
		s.fail(w, http.StatusConflict, "There is nothing that could be done about this bucket here.")
		return
	}
	if err := s.do(v.Dir, b, r.PostForm.Get("do"), r.PostForm.Get("issue"), r.PostForm.Get("expires")); err != nil {
		s.showBucket(w, v, b, http.StatusBadRequest, err)
		return
	}
	http.Redirect(w, r, "/bucket/"+v.Name+"/"+b.ID, http.StatusSeeOther)
}

// do marks a bucket known at once, and begins what takes longer.
func (s *Server) do(dir string, b *report.Bucket, what, issue, expires string) error {
	own := b.Bucket
	switch what {
	case "known":
		if field, err := campaign.CheckKnown(issue, expires); err != nil {
			return fmt.Errorf("%s %w", field, err)
		}
		_, err := own.MarkKnown(dir, s.config.Known, issue, expires)
		return err
	case "recheck":
		return s.begin(b, what, func(ctx context.Context) (string, error) {
			err := own.Recheck(ctx, dir, s.config.Command)
			return "now it is " + own.StateName(), err
		})
	case "reduce":
		return s.begin(b, what, func(ctx context.Context) (string, error) {
			before := own.Instructions
			smaller, err := own.Reduce(ctx, dir, s.config.Command, s.config.ReduceTime)
			if !smaller {
				return "there is no smaller program", err
			}
			return fmt.Sprintf("the program had %d instructions, it is smaller now", before), err
		})
	}
	return fmt.Errorf("there is no button %.40q", what)
}

// begin begins a job, which waits for those before it.
func (s *Server) begin(b *report.Bucket, what string, do func(context.Context) (string, error)) error {
	j := &job{Campaign: b.Campaign, Bucket: b.Name, What: what, Began: time.Now()}
	isNew, err := s.jobs.add(j)
	if err != nil || !isNew {
		return err
	}
	s.busy.Go(func() {
		s.jobs.turn.Lock()
		defer s.jobs.turn.Unlock()
		text, err := do(s.work)
		if err != nil {
			text = "it failed: " + err.Error()
		}
		s.jobs.end(j, text)
	})
	return nil
}
