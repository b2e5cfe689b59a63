package fleet

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Config says where the coordinator of a fleet finds its server.
type Config struct {
	// Server is a server in this process; nil means that Address leads to one.
	Server  *Server
	Address Address
	// Lease is how long a worker may be silent before its unit is leased to another one; 30 seconds.
	Lease time.Duration
	// Replicas is how many servers of a cluster hold the streams; 1.
	Replicas int
	// Log, if set, is told of what a person may want to know.
	Log func(string)
}

// ErrTaken is the cause of an error of Open that is about a fleet with another campaign.
var ErrTaken = errors.New("the fleet has another campaign, which has not ended")

// heldFor is how long the server waits before it sends a result again that is not in a checkpoint yet.
const heldFor = 2 * time.Minute

// Coordinator hands out the units of a campaign to the workers of a fleet, as a campaign.Remote.
type Coordinator struct {
	config   Config
	terms    Terms
	names    names
	conn     *nats.Conn
	js       jetstream.JetStream
	work     jetstream.Consumer
	results  jetstream.Consumer
	messages jetstream.MessagesContext
	replies  chan jetstream.Msg
	closed   chan struct{}
	once     sync.Once

	room  int // units that Send may send before it asks the server again
	asked time.Time

	mu   sync.Mutex
	out  map[string]*sent           // units that are not kept
	held map[string][]jetstream.Msg // results that are not in a checkpoint
}

// sent is a unit that was sent.
type sent struct {
	data  []byte
	times int
	back  bool // its result was received
}

// Open makes the streams of a fleet for the campaign of some terms, or finds them as the same campaign left them.
func Open(ctx context.Context, config Config, terms Terms) (*Coordinator, error) {
	if config.Lease == 0 {
		config.Lease = 30 * time.Second
	}
	if config.Replicas == 0 {
		config.Replicas = 1
	}
	if config.Log == nil {
		config.Log = func(string) {}
	}
	a, options := config.Address, []nats.Option(nil)
	if config.Server != nil {
		var inside nats.Option
		a, inside = config.Server.address()
		options = append(options, inside)
	}
	conn, err := a.connect(options...)
	if err != nil {
		return nil, fmt.Errorf("fleet: %w", err)
	}
	c := &Coordinator{config: config, terms: terms, names: namesOf(a.Name), conn: conn, replies: make(chan jetstream.Msg), closed: make(chan struct{}),
		out: map[string]*sent{}, held: map[string][]jetstream.Msg{}}
	if err := c.open(ctx); err != nil {
		conn.Close()
		return nil, err
	}
	go c.receive()
	go c.sweep()
	return c, nil
}

func (c *Coordinator) open(ctx context.Context) (err error) {
	if c.js, err = jetstream.New(c.conn); err != nil {
		return err
	}
	kv, err := c.js.CreateOrUpdateKeyValue(ctx, jetstream.KeyValueConfig{Bucket: c.names.bucket, Replicas: c.config.Replicas})
	if err != nil {
		return fmt.Errorf("fleet: %w", err)
	}
	before, revision, err := readTerms(ctx, c.js, c.names)
	switch {
	case isAbsent(err):
	case err != nil:
		return err
	case before.Campaign != c.terms.Campaign && !before.Ended:
		return fmt.Errorf("fleet: %w", ErrTaken)
	}
	work, leases, err := createStream(ctx, c.js, c.names.work, c.names.workSubject, c.config.Lease, c.config.Replicas)
	if err != nil {
		return err
	}
	// Results that the coordinator had before are sent at once again to a new consumer.
	if err := c.js.DeleteConsumer(ctx, c.names.results, consumerName); err != nil && !errors.Is(err, jetstream.ErrConsumerNotFound) && !errors.Is(err, jetstream.ErrStreamNotFound) {
		return err
	}
	results, arrivals, err := createStream(ctx, c.js, c.names.results, c.names.resultSubject, heldFor, c.config.Replicas)
	if err != nil {
		return err
	}
	c.work, c.results = leases, arrivals
	if before.Campaign != c.terms.Campaign {
		if err := errors.Join(work.Purge(ctx), results.Purge(ctx)); err != nil {
			return err
		}
	}
	c.terms.Ended, c.terms.Lease = false, c.config.Lease
	data, err := json.Marshal(&c.terms)
	if err != nil {
		return err
	}
	if _, err := kv.Update(ctx, termsKey, data, revision); err != nil {
		return fmt.Errorf("fleet: %w: %w", ErrTaken, err) // by another coordinator, at the same moment
	}
	c.messages, err = arrivals.Messages(jetstream.PullMaxMessages(200))
	return err
}

// receive passes results on as they come.
func (c *Coordinator) receive() {
	for {
		msg, err := c.messages.Next()
		switch {
		case errors.Is(err, jetstream.ErrMsgIteratorClosed):
			return
		case err != nil: // such as a heartbeat that is missing while the server is away
			select {
			case <-c.closed:
				return
			case <-time.After(time.Second / 10):
			}
			continue
		}
		if msg.Headers().Get(headerCampaign) != c.terms.Campaign {
			_ = msg.Ack()
			continue
		}
		select {
		case c.replies <- msg:
		case <-c.closed:
			return
		}
	}
}

// Send sends a unit as soon as the workers have need of one. It is called by one goroutine at a time.
func (c *Coordinator) Send(ctx context.Context, name string, unit []byte) error {
	for !c.hasRoom(ctx) {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pollEvery):
		}
	}
	c.mu.Lock()
	s := &sent{data: unit}
	c.out[name] = s
	c.mu.Unlock()
	return c.publish(ctx, name, s)
}

// publish publishes a unit until the server confirms it.
func (c *Coordinator) publish(ctx context.Context, name string, s *sent) error {
	again := ""
	if s.times > 0 {
		again = "/" + strconv.Itoa(s.times)
	}
	m := message(c.names.workSubject, c.terms.Campaign, name, s.data)
	return publish(ctx, c.js, m, messageID(c.terms.Campaign, name)+again, func() error { return nil })
}

// message returns a unit or a result as it is published.
func message(subject, campaign, name string, data []byte) *nats.Msg {
	m := nats.NewMsg(subject)
	m.Data = data
	m.Header.Set(headerCampaign, campaign)
	m.Header.Set(headerUnit, name)
	return m
}

// publish publishes a message until the server confirms it. The error is that of ctx, or that of vain after an attempt
// that failed, or says that the server will never take it.
func publish(ctx context.Context, js jetstream.JetStream, m *nats.Msg, id string, vain func() error) error {
	for wait := time.Second / 20; ; wait = min(2*wait, 5*time.Second) {
		try, end := context.WithTimeout(ctx, 10*time.Second)
		_, err := js.PublishMsg(try, m, jetstream.WithMsgID(id))
		end()
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.Is(err, nats.ErrMaxPayload):
			return fmt.Errorf("fleet: %s has %d bytes: %w", id, len(m.Data), err)
		}
		if err := vain(); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(wait):
		}
	}
}

// pollEvery is how often the server is asked, at most, how many units wait.
const pollEvery = time.Second / 20

// spare is how many units wait besides one for each that is leased.
const spare = 4

// hasRoom reports whether another unit may be sent: as many may wait as are leased, and one for each worker that has none.
func (c *Coordinator) hasRoom(ctx context.Context) bool {
	if c.room > 0 {
		c.room--
		return true
	}
	if time.Since(c.asked) < pollEvery {
		return false
	}
	c.asked = time.Now()
	ask, end := context.WithTimeout(ctx, 5*time.Second)
	defer end()
	info, err := c.work.Info(ask)
	if err != nil {
		return false
	}
	c.room = info.NumAckPending + info.NumWaiting + spare - int(info.NumPending)
	if c.room <= 0 {
		return false
	}
	c.room--
	return true
}

// Receive returns the next result.
func (c *Coordinator) Receive(ctx context.Context) (string, []byte, error) {
	select {
	case <-ctx.Done():
		return "", nil, ctx.Err()
	case msg := <-c.replies:
		name := msg.Headers().Get(headerUnit)
		c.mu.Lock()
		c.hold(name, msg)
		if s := c.out[name]; s != nil {
			s.back = true
		}
		c.mu.Unlock()
		if text := msg.Headers().Get(headerFailed); text != "" {
			return name, nil, fmt.Errorf("fleet: no worker can do %s: %s", name, text)
		}
		return name, msg.Data(), nil
	}
}

// hold keeps a result until Kept. The caller holds the lock.
func (c *Coordinator) hold(name string, msg jetstream.Msg) {
	held := c.held[name]
	if m, err := msg.Metadata(); err == nil {
		for i := range held {
			if h, err := held[i].Metadata(); err == nil && h.Sequence.Stream == m.Sequence.Stream {
				held[i] = msg
				return
			}
		}
	}
	c.held[name] = append(held, msg)
}

// Kept takes results off the stream.
func (c *Coordinator) Kept(units []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, name := range units {
		for _, msg := range c.held[name] {
			_ = msg.Ack() // if that is lost, the result comes again
		}
		delete(c.held, name)
		delete(c.out, name)
	}
}

// sweepEvery is how often the coordinator looks for units that the server has lost.
const sweepEvery = 10 * time.Second

// sweep sends units again that the server lost, as one does whose disk was lost.
func (c *Coordinator) sweep() {
	ticks := time.NewTicker(sweepEvery)
	defer ticks.Stop()
	idle := 0
	for {
		select {
		case <-c.closed:
			return
		case <-ticks.C:
		}
		if c.isIdle() {
			idle++
		} else {
			idle = 0
		}
		if idle >= 2 {
			c.sendAgain()
			idle = 0
		}
	}
}

// isIdle reports whether the server has neither work nor results to send.
func (c *Coordinator) isIdle() bool {
	ctx, end := context.WithTimeout(context.Background(), sweepEvery)
	defer end()
	for _, consumer := range []jetstream.Consumer{c.work, c.results} {
		info, err := consumer.Info(ctx)
		if err != nil || info.NumPending > 0 || consumer == c.work && info.NumAckPending > 0 {
			return false
		}
	}
	return true
}

// sendAgain sends the units again of which there is no result.
func (c *Coordinator) sendAgain() {
	c.mu.Lock()
	lost := map[string]*sent{}
	for name, s := range c.out {
		if !s.back {
			s.times++
			lost[name] = s
		}
	}
	c.mu.Unlock()
	ctx, end := context.WithTimeout(context.Background(), time.Minute)
	defer end()
	for name, s := range lost {
		c.config.Log(fmt.Sprintf("%s was lost and is sent again", name))
		if err := c.publish(ctx, name, s); err != nil {
			return
		}
	}
}

// End tells the workers that there is no more work, and removes the streams.
func (c *Coordinator) End(ctx context.Context) error {
	c.terms.Ended = true
	data, err := json.Marshal(&c.terms)
	if err != nil {
		return err
	}
	kv, err := c.js.KeyValue(ctx, c.names.bucket)
	if err == nil {
		_, err = kv.Put(ctx, termsKey, data)
	}
	if err == nil {
		err = errors.Join(c.js.DeleteStream(ctx, c.names.work), c.js.DeleteStream(ctx, c.names.results))
	}
	return err
}

// Close leaves the fleet as it is, for the same campaign to be continued.
func (c *Coordinator) Close() {
	c.once.Do(func() {
		close(c.closed)
		c.messages.Stop()
		c.conn.Close()
	})
}
