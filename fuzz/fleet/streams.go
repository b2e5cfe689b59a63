package fleet

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// Terms is what the bucket of a fleet says of its campaign.
type Terms struct {
	// Campaign is an identity that no other campaign has.
	Campaign string
	// Version names the build of the coordinator: workers must be of the same.
	Version string
	// About is what the worker's Perform needs to know.
	About json.RawMessage
	// Lease is how long a worker may be silent before its unit is leased to another one.
	Lease time.Duration
	// Ended is set when there is no more work.
	Ended bool
}

// termsKey is the key of the terms in the bucket of a fleet.
const termsKey = "terms"

// The headers of units and results, besides the name by which JetStream drops a message that is sent twice.
const (
	headerCampaign = "Rvfuzz-Campaign"
	headerUnit     = "Rvfuzz-Unit"
)

// memory is how long JetStream remembers what was sent.
const memory = 10 * time.Minute

// messageID returns the name by which JetStream knows a message again.
func messageID(campaign, unit string) string { return campaign + "/" + unit }

// names are those of what a fleet has on the server.
type names struct{ bucket, work, results, workSubject, resultSubject string }

func namesOf(fleet string) names {
	return names{"rvfuzz-" + fleet, "rvfuzz-" + fleet + "-work", "rvfuzz-" + fleet + "-results",
		"rvfuzz." + fleet + ".work", "rvfuzz." + fleet + ".result"}
}

// consumerName is the name of the consumers of both streams.
const consumerName = "rvfuzz"

// createStream makes a stream from which a message goes when it is dealt with, and its consumer.
func createStream(ctx context.Context, js jetstream.JetStream, name, subject string, wait time.Duration, replicas int) (jetstream.Stream, jetstream.Consumer, error) {
	stream, err := js.CreateOrUpdateStream(ctx, jetstream.StreamConfig{Name: name, Subjects: []string{subject}, Retention: jetstream.WorkQueuePolicy,
		Storage: jetstream.FileStorage, Duplicates: memory, MaxMsgSize: -1, Replicas: replicas})
	if err != nil {
		return nil, nil, fmt.Errorf("fleet: stream %s: %w", name, err)
	}
	consumer, err := stream.CreateOrUpdateConsumer(ctx, jetstream.ConsumerConfig{Durable: consumerName, AckPolicy: jetstream.AckExplicitPolicy,
		AckWait: wait, MaxDeliver: -1, MaxAckPending: -1, MaxWaiting: maxWaiting, FilterSubject: subject})
	if err != nil {
		return nil, nil, fmt.Errorf("fleet: consumer of %s: %w", name, err)
	}
	return stream, consumer, nil
}

// maxWaiting is how many workers may wait for a unit at once.
const maxWaiting = 20000

// readTerms returns the terms of a fleet, or jetstream.ErrKeyNotFound or jetstream.ErrBucketNotFound if it has none yet.
func readTerms(ctx context.Context, js jetstream.JetStream, n names) (t Terms, revision uint64, err error) {
	kv, err := js.KeyValue(ctx, n.bucket)
	if err != nil {
		return t, 0, err
	}
	entry, err := kv.Get(ctx, termsKey)
	if err != nil {
		return t, 0, err
	}
	if err := json.Unmarshal(entry.Value(), &t); err != nil {
		return t, 0, fmt.Errorf("fleet: the terms: %w", err)
	}
	return t, entry.Revision(), nil
}

// isAbsent reports whether an error says that a fleet has no terms yet.
func isAbsent(err error) bool {
	return errors.Is(err, jetstream.ErrKeyNotFound) || errors.Is(err, jetstream.ErrBucketNotFound)
}
