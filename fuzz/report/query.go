package report

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Query selects, sorts and pages buckets. Its fields are those of an address.
type Query struct {
	Campaign, State, Oracle, Defect, Tag, Class string
	Text                                        string // in the name or signature
	Fresh                                       bool
	Sort                                        string // one of Sorts, "" for the first
	Reverse                                     bool
	Page                                        int // from 1
}

// sorts are the orders of buckets by their names in addresses.
var sorts = map[string]func(a, b *Bucket) int{
	"rank":  rank,
	"cases": func(a, b *Bucket) int { return cmp.Compare(b.Count, a.Count) },
	"found": func(a, b *Bucket) int { return b.Found.Compare(a.Found) },
	"size":  func(a, b *Bucket) int { return cmp.Compare(a.Instructions, b.Instructions) },
	"name":  func(a, b *Bucket) int { return cmp.Compare(a.Name, b.Name) },
	"state": func(a, b *Bucket) int {
		return cmp.Compare(stateOrder(a.State), stateOrder(b.State))
	},
	"novelty": func(a, b *Bucket) int { return cmp.Compare(b.Novelty, a.Novelty) },
}

// PageSize is how many buckets a page has.
const PageSize = 50

// ParseQuery reads a query from the values of an address. What makes no sense there is ignored.
func ParseQuery(v url.Values) Query {
	q := Query{Campaign: v.Get("campaign"), State: v.Get("state"), Oracle: v.Get("oracle"), Defect: v.Get("defect"), Tag: v.Get("tag"),
		Class: v.Get("class"), Text: strings.TrimSpace(v.Get("q")), Fresh: v.Get("fresh") == "1", Sort: v.Get("sort"), Reverse: v.Get("reverse") == "1"}
	if _, ok := sorts[q.Sort]; !ok {
		q.Sort = "rank"
	}
	q.Page, _ = strconv.Atoi(v.Get("page"))
	q.Page = max(q.Page, 1)
	return q
}

// Values returns the values of an address that ParseQuery reads as the query.
func (q Query) Values() url.Values {
	v := url.Values{}
	for _, f := range []struct{ name, value string }{{"campaign", q.Campaign}, {"state", q.State}, {"oracle", q.Oracle}, {"defect", q.Defect},
		{"tag", q.Tag}, {"class", q.Class}, {"q", q.Text}} {
		if f.value != "" {
			v.Set(f.name, f.value)
		}
	}
	if q.Fresh {
		v.Set("fresh", "1")
	}
	if q.Sort != "" && q.Sort != "rank" {
		v.Set("sort", q.Sort)
	}
	if q.Reverse {
		v.Set("reverse", "1")
	}
	if q.Page > 1 {
		v.Set("page", strconv.Itoa(q.Page))
	}
	return v
}

func (q *Query) selects(b *Bucket) bool {
	for _, f := range [][2]string{{q.Campaign, b.Campaign}, {q.State, b.StateName()}, {q.Oracle, b.Oracle}, {q.Defect, b.Defect}, {q.Tag, b.Tag}} {
		if f[0] != "" && f[0] != f[1] {
			return false
		}
	}
	if q.Class != "" && q.Class != b.Class && q.Class != column(kindOf(b.Class)) || q.Fresh && !b.Fresh {
		return false
	}
	return q.Text == "" || strings.Contains(b.Name, q.Text) || strings.Contains(b.Signature, q.Text)
}

// Found is the part of the buckets that a query selects.
type Found struct {
	Buckets     []*Bucket // of the page
	Page, Pages int
	Total       int // that the query selects
}

// Find returns the buckets of views that a query selects.
func (q Query) Find(views []*View) *Found {
	var all []*Bucket
	for _, v := range views {
		for i := range v.Buckets {
			if b := &v.Buckets[i]; q.selects(b) {
				all = append(all, b)
			}
		}
	}
	order := sorts[q.Sort]
	if order == nil {
		order = rank
	}
	slices.SortStableFunc(all, func(a, b *Bucket) int {
		c := cmp.Or(order(a, b), rank(a, b))
		if q.Reverse {
			c = -c
		}
		return c
	})
	f := &Found{Total: len(all), Pages: max((len(all)+PageSize-1)/PageSize, 1)}
	f.Page = min(max(q.Page, 1), f.Pages)
	from := (f.Page - 1) * PageSize
	f.Buckets = all[min(from, len(all)):min(from+PageSize, len(all))]
	return f
}

// Choices are the values that the buckets of views have for the filters of a query.
type Choices struct{ Oracles, Defects, Tags []string }

// NewChoices returns the choices that views offer.
func NewChoices(views []*View) *Choices {
	oracles, defects, tags := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, v := range views {
		for i := range v.Buckets {
			b := &v.Buckets[i]
			oracles[b.Oracle], defects[b.Defect], tags[b.Tag] = true, true, true
		}
	}
	return &Choices{names(oracles), names(defects), names(tags)}
}

func names(set map[string]bool) (list []string) {
	for name := range set {
		if name != "" {
			list = append(list, name)
		}
	}
	slices.Sort(list)
	return list
}
