package calls

import (
	"context"
	"slices"
)

// Finding is a difference with the smallest signature that shows it.
type Finding struct {
	Difference
	Original *Signature
	// Places says where each side has the value.
	Places string
}

// reduce looks for the smallest signature that differs in the same way of compiling.
func (b *Bench) reduce(ctx context.Context, d Difference) (*Finding, error) {
	f := &Finding{Difference: d, Original: d.Signature}
	for {
		smaller, err := b.smaller(ctx, f)
		if err != nil {
			return nil, err
		}
		if smaller == nil {
			f.Places = b.places(ctx, &f.Difference)
			return f, nil
		}
		f.Difference = *smaller
	}
}

// smaller returns the difference of a simpler signature, or nil. All simpler ones are tried in one program.
func (b *Bench) smaller(ctx context.Context, f *Finding) (*Difference, error) {
	all := slices.DeleteFunc(simpler(f.Signature), func(s *Signature) bool { return f.Way.Compiler.known(s) != nil })
	if len(all) == 0 {
		return nil, nil
	}
	found, err := b.Try(ctx, NewProgram(valuesOf(1), all), f.Way)
	for i := range found {
		if (found[i].Ends != nil) == (f.Ends != nil) {
			return &found[i], err
		}
	}
	return nil, err
}

// simpler returns the signatures that are one step simpler: without an argument, without a result, or with a simpler
// type somewhere.
func simpler(s *Signature) (all []*Signature) {
	with := func(change func(*Signature)) {
		c := *s
		c.Params, c.Unnamed = slices.Clone(s.Params), slices.Clone(s.Unnamed)
		change(&c)
		if !slices.ContainsFunc(c.Unnamed, (*Type).IsEmpty) && (len(c.Params) > 0 || !c.IsVariadic) {
			all = append(all, &c)
		}
	}
	if s.Result.Kind != Void {
		with(func(c *Signature) { c.Result = &Type{} })
	}
	if s.IsVariadic && len(s.Unnamed) == 0 {
		with(func(c *Signature) { c.IsVariadic = false })
	}
	lists := []func(*Signature) *[]*Type{
		func(s *Signature) *[]*Type { return &s.Unnamed }, func(s *Signature) *[]*Type { return &s.Params },
	}
	for _, list := range lists {
		for i := range *list(s) {
			with(func(c *Signature) { *list(c) = slices.Delete(*list(c), i, i+1) })
		}
	}
	for _, t := range simplerTypes(s.Result) {
		with(func(c *Signature) { c.Result = t })
	}
	for _, list := range lists {
		for i, old := range *list(s) {
			for _, t := range simplerTypes(old) {
				with(func(c *Signature) { (*list(c))[i] = t })
			}
		}
	}
	return all
}

// simplerTypes returns the types that are one step simpler.
func simplerTypes(t *Type) (all []*Type) {
	with := func(change func(*Type)) {
		c := *t
		c.Fields = slices.Clone(t.Fields)
		change(&c)
		all = append(all, &c)
	}
	for i, f := range t.Fields {
		with(func(c *Type) { c.Fields = slices.Delete(c.Fields, i, i+1) })
		if f.Type.Kind != Array && f.Type.Kind != BitFields {
			all = append(all, f.Type)
		}
	}
	for i, f := range t.Fields {
		if f.Align > 0 {
			with(func(c *Type) { c.Fields[i].Align = 0 })
		}
		for _, inner := range f.Type.inner() {
			with(func(c *Type) { c.Fields[i] = inner })
		}
		for _, other := range simplerTypes(f.Type) {
			with(func(c *Type) { c.Fields[i].Type = other })
		}
	}
	if t.Kind == Array {
		if t.Len > 0 {
			with(func(c *Type) { c.Len-- })
		}
		for _, other := range simplerTypes(t.Elem) {
			with(func(c *Type) { c.Elem = other })
		}
	}
	return append(all, t.simplerNumber()...)
}

// inner returns the members of a struct or union, or the element of an array, that may take its place.
func (t *Type) inner() []Field {
	fields := t.Fields
	if t.Kind == Array {
		fields = []Field{{Type: t.Elem}}
	}
	return slices.DeleteFunc(slices.Clone(fields), func(f Field) bool { return f.Type.Kind == BitFields })
}

// simplerNumber returns a signed int for other numbers of up to 128 bits and addresses, and a float for other floats.
func (t *Type) simplerNumber() []*Type {
	switch {
	case t.Kind == Bool, t.Kind == Pointer, t.Kind == Int && (t.Bits != 32 || !t.Signed):
		return []*Type{{Kind: Int, Bits: 32, Signed: true}}
	case t.Kind == Float && t.Bits != 32 && t.Bits != 128:
		return []*Type{{Kind: Float, Bits: 32}}
	}
	return nil
}
