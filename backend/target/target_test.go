package target

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	for _, c := range []struct {
		name string
		want Features
	}{
		{"rv64gc", Features{}},
		{"rva20u64", Features{}},
		{"rva22u64", Features{Zba: true, Zbb: true, Zbs: true, Zfhmin: true}},
		{"rva23u64", Features{Zba: true, Zbb: true, Zbs: true, Zfhmin: true, Zicond: true, Zfa: true, Zcb: true, V: true}},
		{"rva22u64_zicond", Features{Zba: true, Zbb: true, Zbs: true, Zfhmin: true, Zicond: true}},
		{"rv64gc_zbb", Features{Zbb: true}},
		{"rv64imafdc_zicsr_zacas_zabha", Features{Zacas: true, Zabha: true}},
		{"rv64gcv", Features{V: true}},
		{"rv64gc_zve64d_zvl256b", Features{}},
		{"rv64gc_zfh", Features{Zfhmin: true, Zfh: true}},
	} {
		got, err := Parse(c.name)
		if err != nil || got.Features != c.want || got.String() != c.name {
			t.Errorf("%s: %+v, %v", c.name, got, err)
		}
		var back Target
		if text, err := json.Marshal(got); err != nil || json.Unmarshal(text, &back) != nil || back != got {
			t.Errorf("%s: %s becomes %+v, %v", c.name, text, back, err)
		}
		for _, row := range table {
			if *row.field(&got.Features) != got.March().Has(row.op) {
				t.Errorf("%s: %v", c.name, row.op)
			}
		}
	}
	for name, want := range map[string]uint64{"rv64gc": 0, "rva23u64": 0, "rv64gcv_zvl256b": 256, "rva23u64_zvl1024b": 1024, "rva23u64_zvl512b": 512} {
		if got, err := Parse(name); err != nil || got.VLEN() != want {
			t.Errorf("%s: %d bits, %v", name, got.VLEN(), err)
		}
	}
	if zero, err := Parse("rv64gc"); err != nil || zero != (Target{}) {
		t.Errorf("rv64gc is %+v, %v", zero, err)
	}
}

func TestParseErrors(t *testing.T) {
	for name, want := range map[string]string{
		"":               "target",
		"rv32gc":         "rv32gc",
		"rva99u64":       "rva99u64",
		"rv64gc_zfast":   "zfast",
		"rv64imac_zicsr": "lacks the extension d",
		"rv64imafd":      "lacks the extension c",
		"rv64g c":        "rv64g c",
	} {
		if _, err := Parse(name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v", name, err)
		}
	}
}
