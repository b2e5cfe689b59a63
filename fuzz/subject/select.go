package subject

import (
	"fmt"
	"path"
	"strings"
)

// Selected is a subject in one of its configurations.
type Selected struct {
	Subject       *Subject
	Configuration *Configuration
}

// String returns the names of both: "llc-23:O2-gisel".
func (s Selected) String() string { return s.Subject.Name + ":" + s.Configuration.Name }

// Select returns the configurations that a comma-separated list of patterns names: SUBJECT or SUBJECT:CONFIGURATION, in
// which * stands for any text. The error names a pattern that fits nothing.
func Select(subjects []*Subject, patterns string) (all []Selected, err error) {
	seen := map[string]bool{}
	for _, pattern := range strings.Split(patterns, ",") {
		name, configuration, ok := strings.Cut(strings.TrimSpace(pattern), ":")
		if !ok {
			configuration = "*"
		}
		fits := false
		for _, s := range subjects {
			for i := range s.Configurations {
				one := Selected{s, &s.Configurations[i]}
				if !matches(name, s.Name) || !matches(configuration, one.Configuration.Name) {
					continue
				}
				fits = true
				if !seen[one.String()] {
					seen[one.String()] = true
					all = append(all, one)
				}
			}
		}
		if !fits {
			return nil, fmt.Errorf("no installed subject fits %.60q", pattern)
		}
	}
	return all, nil
}

func matches(pattern, name string) bool {
	ok, err := path.Match(pattern, name)
	return err == nil && ok
}
