// Package fleet has the units of one campaign done by workers on many machines, which join by NATS JetStream.
//
//	c, err := fleet.Open(ctx, fleet.Config{URL: "nats://127.0.0.1:4222/night"}, terms)
//	summary, err := campaign.Run(ctx, campaign.Config{Remote: c, ...})
//	err = c.End(ctx)
//
//	err := fleet.Work(ctx, fleet.WorkConfig{Join: "nats://127.0.0.1:4222/night", Dir: "worker", ...})
//
// A fleet has a name and, under it, a key-value bucket with the terms of its campaign and two streams. The work stream
// holds units that are not done. A worker leases one, and renews the lease while it is at work; a unit whose lease runs
// out is leased to another worker. The result is written to the worker's disk, then published to the results stream, and
// only then is the unit taken off the work stream. The coordinator commits results in the order of the units, and takes
// them off the results stream when the checkpoint that has them is on disk. So at any moment a unit is on a disk as work,
// as a result or as counted, whoever is killed; and since the campaign knows units by name, a result that comes twice
// counts once.
//
// Serve starts a NATS server in this process, which writes everything to disk before it confirms it.
package fleet
