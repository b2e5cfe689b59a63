package report

import (
	"io"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/expfmt"
)

// The metrics of campaigns. Each has the label campaign.
var (
	casesMetric     = metric("rvfuzz_cases_total", "Cases that were checked.")
	discardedMetric = metric("rvfuzz_discarded_cases_total", "Cases that showed nothing, by reason.", "reason")
	runsMetric      = metric("rvfuzz_runs_total", "Runs that were compared, by how they ended.", "ending")
	deathsMetric    = metric("rvfuzz_worker_deaths_total", "Workers that died.")
	secondsMetric   = metric("rvfuzz_elapsed_seconds_total", "Time that the campaign has taken.")
	pairsMetric     = metric("rvfuzz_coverage_pairs", "Pairs of AIR tag and type class that cases had.")
	tagsMetric      = metric("rvfuzz_coverage_tags", "AIR tags that cases had.")
	bucketsMetric   = metric("rvfuzz_buckets", "Buckets of findings, by state.", "state")
	freshMetric     = metric("rvfuzz_fresh_buckets", "New and flaky buckets that are new since the night before.")
	failuresMetric  = metric("rvfuzz_problems", "What else the campaign fails by: missed gates, known issues that are gone, trouble.", "kind")
	memoryMetric    = metric("rvfuzz_memory_bytes", "Memory of the campaign and its workers at the last report.")
	runningMetric   = metric("rvfuzz_running", "1 while the campaign runs.")
	updatedMetric   = metric("rvfuzz_last_event_timestamp_seconds", "Time of the last event of the log.")
	buildMetric     = metric("rvfuzz_build_info", "1, with the build that ran last.", "version")
)

func metric(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc(name, help, append([]string{"campaign"}, labels...), nil)
}

// Collector collects the metrics of what a function returns at the time.
type Collector func() []*View

// Describe sends nothing: which metrics there are depends on the campaigns.
func (Collector) Describe(chan<- *prometheus.Desc) {}

// Collect sends the metrics.
func (c Collector) Collect(to chan<- prometheus.Metric) {
	for _, v := range c() {
		send := func(d *prometheus.Desc, kind prometheus.ValueType, value float64, labels ...string) {
			for i := range labels {
				labels[i] = printable(labels[i])
			}
			to <- prometheus.MustNewConstMetric(d, kind, value, append([]string{printable(v.Name)}, labels...)...)
		}
		v.counters(send)
		v.gauges(send)
	}
}

type sender func(d *prometheus.Desc, kind prometheus.ValueType, value float64, labels ...string)

func (v *View) counters(send sender) {
	s := &v.Summary
	const kind = prometheus.CounterValue
	send(casesMetric, kind, float64(s.Cases))
	for reason, n := range s.Reasons {
		send(discardedMetric, kind, float64(n), reason)
	}
	for ending, n := range s.Endings {
		send(runsMetric, kind, float64(n), ending)
	}
	send(deathsMetric, kind, float64(s.Deaths))
	send(secondsMetric, kind, s.Elapsed.Seconds())
}

func (v *View) gauges(send sender) {
	c := &v.Counts
	const kind = prometheus.GaugeValue
	send(pairsMetric, kind, float64(v.Summary.Pairs))
	send(tagsMetric, kind, float64(v.Summary.Tags))
	for _, b := range []struct {
		state string
		n     int
	}{{"new", c.New}, {"flaky", c.Flaky}, {"known", c.Known}, {"gone", c.Gone}} {
		send(bucketsMetric, kind, float64(b.n), b.state)
	}
	send(freshMetric, kind, float64(c.Fresh))
	send(failuresMetric, kind, float64(c.Gates), "gate")
	send(failuresMetric, kind, float64(c.Flips), "known issue")
	send(failuresMetric, kind, float64(c.Troubles), "trouble")
	send(memoryMetric, kind, float64(v.Memory))
	send(runningMetric, kind, float64(max(boolean(v.Status == "running", false), 0)))
	send(updatedMetric, kind, float64(v.Updated.UnixMilli())/1000)
	send(buildMetric, kind, 1, v.version())
}

// Registry returns a registry with the metrics of what a function returns whenever it is asked.
func Registry(views func() []*View) *prometheus.Registry {
	r := prometheus.NewRegistry()
	r.MustRegister(Collector(views))
	return r
}

// writeMetrics writes the metrics of views in Prometheus's text format.
func writeMetrics(w io.Writer, views []*View) error {
	families, err := Registry(func() []*View { return views }).Gather()
	if err != nil {
		return err
	}
	e := expfmt.NewEncoder(w, expfmt.NewFormat(expfmt.TypeTextPlain))
	for _, f := range families {
		if err := e.Encode(f); err != nil {
			return err
		}
	}
	return nil
}
