package report

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Grid is the heat map of AIR tags and classes of types: of what is compiled, how much was reached.
type Grid struct {
	Columns []string
	Rows    []GridRow
	// Pairs is how many pairs of tag and type class cases reached, and Compiled how many are compiled.
	Pairs, Compiled int
}

// GridRow is the row of a tag.
type GridRow struct {
	Tag   string
	Cells []GridCell
}

// GridCell is what cases reached of a tag in one column.
type GridCell struct {
	Reached, All int // type classes of the column, of those for which the tag is compiled
	First        time.Time
	Buckets      int // with such a tag and class
}

// widths are the columns of integers: the width that a type has, or a range.
var widths = []struct{ from, to int }{{0, 0}, {1, 1}, {2, 7}, {8, 8}, {9, 15}, {16, 16}, {17, 31}, {32, 32}, {33, 63}, {64, 64}}

// column returns the column of a type class: of "i12" it is "i9-15", of "vector[f32]" it is "vector[]".
func column(class string) string {
	if strings.HasPrefix(class, "vector[") {
		return "vector[]"
	}
	if len(class) < 2 || class[0] != 'i' && class[0] != 'u' {
		return class
	}
	n, err := strconv.Atoi(class[1:])
	if err != nil {
		return class
	}
	n = min(n, 64)
	for _, w := range widths {
		switch {
		case n < w.from || n > w.to:
		case w.to == 64:
			return class[:1] + "64+"
		case w.from == w.to:
			return fmt.Sprintf("%c%d", class[0], n)
		default:
			return fmt.Sprintf("%c%d-%d", class[0], w.from, w.to)
		}
	}
	return class
}

// kindOf returns the kind of type that coverage knows for the class of a signature: the two spell a few in different ways.
func kindOf(class string) string {
	class, _, _ = strings.Cut(class, ".")
	switch class {
	case "ptr", "slice":
		return "pointer"
	case "f16", "f32", "f64", "f80", "f128":
		return "float"
	case "packed":
		return "struct"
	}
	return class
}

// NewGrid returns the heat map of what views reached together.
func NewGrid(views []*View) *Grid {
	rows := map[string]map[string]*GridCell{}
	cell := func(tag, name string) *GridCell {
		if rows[tag] == nil {
			rows[tag] = map[string]*GridCell{}
		}
		if rows[tag][name] == nil {
			rows[tag][name] = &GridCell{}
		}
		return rows[tag][name]
	}
	g := &Grid{}
	for tag, names := range compiled() {
		g.Compiled += len(names)
		for name := range names {
			cell(tag, column(name)).All++
		}
	}
	seen := map[string]bool{}
	for _, v := range views {
		for _, r := range v.Reached {
			tag, class, _ := strings.Cut(r.Pair, " ")
			if !compiled()[tag][class] {
				continue // of a mutated program that was discarded
			}
			c := cell(tag, column(class))
			if c.First.IsZero() || r.Time.Before(c.First) {
				c.First = r.Time
			}
			if !seen[r.Pair] {
				seen[r.Pair] = true
				c.Reached++
				g.Pairs++
			}
		}
		for i := range v.Buckets {
			if b := &v.Buckets[i]; b.Tag != "" {
				cell(b.Tag, column(kindOf(b.Class))).Buckets++
			}
		}
	}
	g.arrange(rows)
	return g
}

// arrange puts the cells in rows and columns: integers by width first, the others by name.
func (g *Grid) arrange(rows map[string]map[string]*GridCell) {
	used := map[string]bool{}
	for _, cells := range rows {
		for name := range cells {
			used[name] = true
		}
	}
	for _, sign := range []string{"u", "i"} {
		for _, w := range widths {
			if name := column(sign + strconv.Itoa(w.from)); used[name] {
				g.Columns = append(g.Columns, name)
				delete(used, name)
			}
		}
	}
	g.Columns = append(g.Columns, names(used)...)
	tags := make([]string, 0, len(rows))
	for tag := range rows {
		tags = append(tags, tag)
	}
	slices.Sort(tags)
	for _, tag := range tags {
		row := GridRow{Tag: tag}
		for _, name := range g.Columns {
			var c GridCell
			if found := rows[tag][name]; found != nil {
				c = *found
			}
			row.Cells = append(row.Cells, c)
		}
		g.Rows = append(g.Rows, row)
	}
}

// Heat returns how much of a cell was reached, from 0 for nothing to 5 for all.
func (c *GridCell) Heat() int {
	if c.Reached == 0 {
		return 0
	}
	return 1 + 4*min(c.Reached, c.All)/max(c.All, 1)
}

// WriteText writes the heat map as text: for each tag how many of the type classes for which it is compiled cases
// reached, and the columns where some are missing.
func (g *Grid) WriteText(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%d of the %d pairs of tag and type class that are compiled were reached\n\n", g.Pairs, g.Compiled)
	for i := range g.Rows {
		row := &g.Rows[i]
		reached, all := 0, 0
		var missing []string
		for n, c := range row.Cells {
			reached, all = reached+c.Reached, all+c.All
			switch {
			case c.Reached >= c.All:
			case c.All == 1 || c.Reached == 0:
				missing = append(missing, g.Columns[n])
			default:
				missing = append(missing, fmt.Sprintf("%s (%d of %d)", g.Columns[n], c.All-c.Reached, c.All))
			}
		}
		line := fmt.Sprintf("%-30s %3d of %3d", row.Tag, reached, all)
		switch {
		case reached == 0:
			line += "  missing all"
		case missing != nil:
			line += "  missing " + strings.Join(missing, ", ")
		}
		b.WriteString(line + "\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}
