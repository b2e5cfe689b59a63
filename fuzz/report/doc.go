// Package report holds what campaigns did and found, as read from the event logs of their folders, and writes it for
// people and programs: as text, JUnit, SARIF, a GitHub step summary and Prometheus metrics. Package page makes the web page
// and the HTML report of the same views, so that all of them have the same counts.
//
//	c := report.Open("work")
//	v, err := c.View()   // reads what was appended to the log since the last call
//	err = report.WriteJUnit(os.Stdout, v)
package report
