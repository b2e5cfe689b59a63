package source

// golden is 2^64 divided by the golden ratio: an odd number with no pattern.
const golden = 0x9e3779b97f4a7c15

// mix scrambles 64 bits one to one (the finaliser of SplitMix64).
func mix(z uint64) uint64 {
	z += golden
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// Child returns the seed of a node's child in the tree of seeds.
func Child(seed, child uint64) uint64 { return mix(mix(seed) ^ child*golden) }

// Case returns the seed of one case of one shard of a campaign.
func Case(campaign, shard, number uint64) uint64 { return Child(Child(campaign, shard), number) }
