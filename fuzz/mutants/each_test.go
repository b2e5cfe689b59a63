package mutants

import (
	"context"
	"testing"
)

// TestMeasureEach checks what is told of a defect that cases show, of one that kills the probe, and of one that changes
// nothing, and that one which was measured before is left out.
func TestMeasureEach(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the probe")
	}
	const file = "backend/codegen/arith.go"
	wrong := Defect{Target: Product, ID: "wrong", File: file, Find: "f.insImm(isa.XORI, d, a, -1)", Replace: "f.insImm(isa.XORI, d, a, -2)"}
	deadly, same, had := wrong, wrong, wrong
	deadly.ID, deadly.Replace = "deadly", "go panic(0); select {}"
	same.ID, same.Replace = "same", "f.insImm(isa.XORI, d, a, -1+0)"
	had.ID = "had"
	lab, err := NewLab(context.Background(), []Defect{wrong, deadly, same, had}, Config{Root: root(t), Seeds: []uint64{1}, Cases: 150})
	if err != nil {
		t.Fatal(err)
	}
	defer lab.Close()
	got := map[string]Hunt{}
	err = lab.MeasureEach(context.Background(), func(d *Defect) bool { return d.ID == "had" }, func(m *Measurement) error {
		got[m.Defects[0].ID] = m.Hunts[0]
		return nil
	})
	if err != nil || len(got) != 3 {
		t.Fatalf("%d measurements, %v", len(got), err)
	}
	if h := got["wrong"]; !h.Detected || !h.Reached || h.Triggered == 0 || h.Buckets[0].Name == "" || h.Cases == 0 {
		t.Errorf("the wrong one: %+v", h)
	}
	if h := got["deadly"]; !h.Detected || h.Buckets[0].Name != "the-campaign-dies" || h.Cases == 0 {
		t.Errorf("the deadly one: %+v", h)
	}
	if h := got["same"]; h.Detected || !h.Reached || h.Triggered != 0 || h.Cases != 150 || h.effect() != "- reached, changes no code" {
		t.Errorf("the one that changes nothing: %+v, %s", h, h.effect())
	}
}
