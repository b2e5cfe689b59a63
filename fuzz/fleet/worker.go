package fleet

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// headerFailed is the header of a result that says why the unit cannot be done.
const headerFailed = "Rvfuzz-Failed"

// Performer does units, one at a time.
type Performer interface {
	// Do returns the result of a unit. An error says that this machine cannot do it.
	Do(ctx context.Context, unit []byte) (result []byte, err error)
	Close()
}

// WorkConfig says what a worker does.
type WorkConfig struct {
	// Address is of the fleet.
	Address Address
	// Dir holds results that the server has not confirmed.
	Dir string
	// Jobs is how many units are done at once.
	Jobs int
	// Stay has the worker wait for the next campaign when one has ended.
	Stay bool
	// Patience is how long the server may be out of reach before a worker that does not Stay gives up; 0 is without end.
	Patience time.Duration
	// Version names the build, which must be that of the coordinator.
	Version string
	// Perform returns a new performer for a campaign.
	Perform func(about []byte) (Performer, error)
	// Idle is how long a worker waits for a unit before it asks whether there will be any; 5 seconds.
	Idle time.Duration
	// Log, if set, is told of what a person may want to know.
	Log func(string)
}

// ErrVersion is the cause of an error of Work that is about a worker of another build than the coordinator.
var ErrVersion = errors.New("this build is not the coordinator's")

// ErrAway is the cause of an error of Work that is about a server which is out of reach for too long.
var ErrAway = errors.New("the server is out of reach")

// errEnded says that the campaign has ended.
var errEnded = errors.New("fleet: the campaign has ended")

// retryAfter is the time between two attempts to reach a server.
const retryAfter = time.Second

// tries is how many workers may fail to do a unit before the campaign is told.
const tries = 5

// worker is the state that the jobs of a worker share.
type worker struct {
	WorkConfig
	names  names
	conn   *nats.Conn
	js     jetstream.JetStream
	outbox *outbox
	terms  Terms
}

// Work does units of a fleet's campaigns until one ends, or without end with Stay, or until ctx ends. A server that
// cannot be reached is waited for.
func Work(ctx context.Context, config WorkConfig) (err error) {
	if config.Idle == 0 {
		config.Idle = 5 * time.Second
	}
	if config.Log == nil {
		config.Log = func(string) {}
	}
	w := &worker{WorkConfig: config, names: namesOf(config.Address.Name)}
	if w.outbox, err = openOutbox(config.Dir); err != nil {
		return err
	}
	defer w.outbox.close()
	if err := w.connect(ctx); err != nil {
		return err
	}
	defer w.conn.Close()
	for {
		err := w.campaign(ctx)
		if errors.Is(err, errEnded) {
			if w.Stay {
				w.Log("the campaign has ended, waiting for another one")
				continue
			}
			return nil
		}
		return err
	}
}

// connect connects to the server as soon as it is there.
func (w *worker) connect(ctx context.Context) (err error) {
	told, began := "", time.Now()
	options := []nats.Option{nats.IgnoreAuthErrorAbort()}
	if w.Stay {
		options = append(options, nats.Name(stayingClient))
	}
	for {
		if w.conn, err = w.Address.connect(options...); err == nil {
			w.js, err = jetstream.New(w.conn)
			return err
		}
		switch {
		case isFinal(err):
			return fmt.Errorf("fleet: %w", err)
		case w.hasNoPatience(began):
			return fmt.Errorf("fleet: %w: %w", ErrAway, err)
		}
		if told != err.Error() {
			told = err.Error()
			w.Log("waiting for the server: " + told)
		}
		if err := pause(ctx, retryAfter); err != nil {
			return err
		}
	}
}

// pause waits for a time. The error is that of ctx.
func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// campaign works for the campaign of the fleet until that ends.
func (w *worker) campaign(ctx context.Context) error {
	if err := w.await(ctx); err != nil {
		return err
	}
	w.Log(fmt.Sprintf("working for campaign %s", w.terms.Campaign))
	if err := w.flush(ctx); err != nil {
		return err
	}
	jobs, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var running sync.WaitGroup
	for range max(w.Jobs, 1) {
		running.Go(func() {
			if err := w.job(jobs); err != nil {
				stop(err)
			}
		})
	}
	go w.watch(jobs, stop)
	running.Wait()
	if err := ctx.Err(); err != nil {
		return err
	}
	return context.Cause(jobs)
}

// watch ends the jobs if the server is out of reach for too long.
func (w *worker) watch(jobs context.Context, stop context.CancelCauseFunc) {
	reached := time.Now()
	for pause(jobs, retryAfter) == nil {
		if w.conn.IsConnected() {
			reached = time.Now()
		}
		if w.hasNoPatience(reached) {
			stop(fmt.Errorf("fleet: %w; what is not sent is in %s, for the next start", ErrAway, w.Dir))
		}
	}
}

// hasNoPatience reports whether a worker gives up on a server that it reached last at some time.
func (w *worker) hasNoPatience(reached time.Time) bool {
	return w.Patience > 0 && !w.Stay && time.Since(reached) > w.Patience
}

// await waits for a campaign that has not ended, and reads its terms.
func (w *worker) await(ctx context.Context) error {
	before, told := w.terms.Campaign, false
	for {
		t, err := w.readTerms(ctx)
		switch {
		case err == nil && !t.Ended:
			w.terms = t
			if t.Version != w.Version {
				return fmt.Errorf("fleet: %w: %q, not %q", ErrVersion, w.Version, t.Version)
			}
			return nil
		case err == nil && before == "" && !w.Stay:
			w.terms = t
			return errEnded
		case ctx.Err() != nil:
			return ctx.Err()
		}
		if !told {
			told = true
			w.Log("waiting for a campaign")
		}
		if err := pause(ctx, retryAfter); err != nil {
			return err
		}
	}
}

func (w *worker) readTerms(ctx context.Context) (Terms, error) {
	ctx, end := context.WithTimeout(ctx, 10*time.Second)
	defer end()
	t, _, err := readTerms(ctx, w.js, w.names)
	return t, err
}

// flush publishes what is left from before.
func (w *worker) flush(ctx context.Context) error {
	letters, err := w.outbox.letters()
	if err != nil {
		return err
	}
	for i := range letters {
		l := &letters[i]
		if l.Campaign == w.terms.Campaign {
			if err := w.publish(ctx, l); err != nil {
				return err
			}
		}
		if err := w.outbox.sent(l.Unit); err != nil {
			return err
		}
	}
	return nil
}

// publish publishes a result. The error is errEnded if it comes after the end of the campaign, which had it from another
// worker then.
func (w *worker) publish(ctx context.Context, l *letter) error {
	m := message(w.names.resultSubject, l.Campaign, l.Unit, l.Result)
	return publish(ctx, w.js, m, messageID(l.Campaign, l.Unit), func() error {
		if t, err := w.readTerms(ctx); err == nil && (t.Ended || t.Campaign != l.Campaign) {
			return errors.Join(errEnded, w.outbox.sent(l.Unit))
		}
		return nil
	})
}

// job does unit after unit until the campaign or ctx ends.
func (w *worker) job(ctx context.Context) error {
	p, err := w.Perform(w.terms.About)
	if err != nil {
		return err
	}
	defer p.Close()
	var leases jetstream.Consumer
	for ctx.Err() == nil {
		msg, err := w.lease(ctx, &leases)
		switch {
		case err != nil:
			return err
		case msg != nil:
			if err := w.unit(ctx, p, msg); err != nil {
				return err
			}
		}
	}
	return nil
}

// lease waits for a unit and returns it, or nil if there is none yet.
func (w *worker) lease(ctx context.Context, leases *jetstream.Consumer) (jetstream.Msg, error) {
	var err error
	if *leases == nil {
		*leases, err = w.consumer(ctx)
	}
	if err == nil {
		var msg jetstream.Msg
		msg, err = w.next(ctx, *leases)
		if err == nil && msg.Headers().Get(headerCampaign) == w.terms.Campaign {
			return msg, nil
		}
		if err == nil {
			_ = msg.Nak()
		}
	}
	if ctx.Err() != nil {
		return nil, nil
	}
	*leases = nil
	t, err := w.readTerms(ctx)
	switch {
	case err != nil: // the server is away
		_ = pause(ctx, retryAfter)
		return nil, nil
	case t.Campaign != w.terms.Campaign || t.Ended:
		return nil, errEnded
	}
	return nil, nil
}

// next waits for a unit for a while.
func (w *worker) next(ctx context.Context, leases jetstream.Consumer) (jetstream.Msg, error) {
	ctx, end := context.WithTimeout(ctx, w.Idle)
	defer end()
	return leases.Next(jetstream.FetchContext(ctx))
}

func (w *worker) consumer(ctx context.Context) (jetstream.Consumer, error) {
	ctx, end := context.WithTimeout(ctx, 10*time.Second)
	defer end()
	return w.js.Consumer(ctx, w.names.work, consumerName)
}

// unit does a unit that was leased.
func (w *worker) unit(ctx context.Context, p Performer, msg jetstream.Msg) error {
	renewed := w.renew(ctx, msg)
	result, err := p.Do(ctx, msg.Data())
	renewed()
	if ctx.Err() != nil {
		_ = msg.Nak() // for another one to do at once
		return nil
	}
	l := &letter{Campaign: w.terms.Campaign, Unit: msg.Headers().Get(headerUnit), Result: result}
	if err != nil {
		return w.fail(ctx, msg, l.Unit, err)
	}
	if err := w.outbox.put(l); err != nil {
		_ = msg.Nak()
		return err
	}
	if err := w.publish(ctx, l); err != nil {
		if ctx.Err() != nil {
			return nil // it is on disk
		}
		return err
	}
	if err := w.outbox.sent(l.Unit); err != nil {
		return err
	}
	_ = msg.Ack() // if that is lost, the unit is done again and counts once
	return nil
}

// fail gives back a unit that cannot be done here, or anywhere.
func (w *worker) fail(ctx context.Context, msg jetstream.Msg, unit string, cause error) error {
	m, err := msg.Metadata()
	if err == nil && m.NumDelivered >= tries {
		failed := message(w.names.resultSubject, w.terms.Campaign, unit, nil)
		failed.Header.Set(headerFailed, fmt.Sprintf("%.300q", cause.Error()))
		if _, err := w.js.PublishMsg(ctx, failed); err != nil {
			return errors.Join(cause, err)
		}
	}
	return errors.Join(cause, msg.Nak())
}

// renew keeps the lease of a unit until the function that it returns is called.
func (w *worker) renew(ctx context.Context, msg jetstream.Msg) (stop func()) {
	ctx, end := context.WithCancel(ctx)
	go func() {
		for pause(ctx, w.terms.Lease/4) == nil {
			_ = msg.InProgress() // one that is lost is followed by others
		}
	}()
	return end
}
