package isa

import (
	"strconv"
	"strings"
	"sync"
)

// CSRName returns the manual's name of a control and status register, or its number as "0x7c0".
func CSRName(n uint16) string {
	if name, ok := csrNames()[n]; ok {
		return name
	}
	return "0x" + strconv.FormatUint(uint64(n), 16)
}

// ParseCSR returns the number of a control and status register given by name or number.
func ParseCSR(s string) (uint16, bool) {
	if n, ok := csrNumbers().find(s); ok {
		return n, true
	}
	n, ok := parseInt(s)
	return uint16(n), ok && n >= 0 && n <= 0xfff
}

var (
	csrNames   = sync.OnceValue(buildCSRNames)
	csrNumbers = sync.OnceValue(buildCSRNumbers)
)

func buildCSRNames() map[uint16]string {
	names := make(map[uint16]string)
	for _, run := range csrRuns {
		for i, name := range strings.Fields(run.names) {
			names[run.first+uint16(i)] = name
		}
	}
	for _, s := range csrSeries {
		for i := s.from; i <= s.to; i += s.step {
			names[s.base+uint16(i)] = s.prefix + strconv.Itoa(i) + s.suffix
		}
	}
	return names
}

func buildCSRNumbers() *names[uint16] {
	names := csrNames()
	t := newNames[uint16](len(names))
	for n := uint16(0); n < 4096; n++ {
		if name, ok := names[n]; ok {
			t.set(name, n)
		}
	}
	return t
}

// csrSeries are numbered registers: prefix, number, suffix at base plus the number.
var csrSeries = []struct {
	base           uint16
	from, to, step int
	prefix, suffix string
}{
	{0x3a0, 0, 14, 2, "pmpcfg", ""},
	{0x3b0, 0, 63, 1, "pmpaddr", ""},
	{0x320, 3, 31, 1, "mhpmevent", ""},
	{0xb00, 3, 31, 1, "mhpmcounter", ""},
	{0xc00, 3, 31, 1, "hpmcounter", ""},
	{0x10c, 0, 3, 1, "sstateen", ""},
	{0x30c, 0, 3, 1, "mstateen", ""},
	{0x60c, 0, 3, 1, "hstateen", ""},
}

// csrRuns are the other registers of RV64, consecutive ones in one row.
var csrRuns = []struct {
	first uint16
	names string
}{
	{0x001, "fflags frm fcsr"},
	{0x008, "vstart vxsat vxrm"},
	{0x00f, "vcsr"},
	{0x011, "ssp"},
	{0x015, "seed"},
	{0x017, "jvt"},
	{0xc00, "cycle time instret"},
	{0xc20, "vl vtype vlenb"},

	{0x100, "sstatus"},
	{0x104, "sie stvec scounteren"},
	{0x10a, "senvcfg"},
	{0x120, "scountinhibit"},
	{0x140, "sscratch sepc scause stval sip"},
	{0x14d, "stimecmp sctrctl sctrstatus"},
	{0x150, "siselect sireg sireg2 sireg3"},
	{0x155, "sireg4 sireg5 sireg6"},
	{0x15c, "stopei"},
	{0x15f, "sctrdepth"},
	{0x180, "satp srmcfg"},
	{0x183, "spmpen"},
	{0x5a8, "scontext"},
	{0xda0, "scountovf"},
	{0xdb0, "stopi"},

	{0x200, "vsstatus"},
	{0x204, "vsie vstvec"},
	{0x240, "vsscratch vsepc vscause vstval vsip"},
	{0x24d, "vstimecmp vsctrctl"},
	{0x250, "vsiselect vsireg vsireg2 vsireg3"},
	{0x255, "vsireg4 vsireg5 vsireg6"},
	{0x25c, "vstopei"},
	{0x280, "vsatp"},
	{0xeb0, "vstopi"},

	{0x600, "hstatus"},
	{0x602, "hedeleg hideleg hie htimedelta hcounteren hgeie hvien hvictl henvcfg"},
	{0x643, "htval hip hvip hviprio1 hviprio2"},
	{0x64a, "htinst"},
	{0x680, "hgatp"},
	{0x6a8, "hcontext"},
	{0xe12, "hgeip"},

	{0xf11, "mvendorid marchid mimpid mhartid mconfigptr"},
	{0x300, "mstatus misa medeleg mideleg mie mtvec mcounteren"},
	{0x308, "mvien mvip menvcfg"},
	{0x316, "mpmpdeleg"},
	{0x320, "mcountinhibit mcyclecfg minstretcfg"},
	{0x340, "mscratch mepc mcause mtval mip"},
	{0x34a, "mtinst mtval2"},
	{0x34e, "mctrctl"},
	{0x350, "miselect mireg mireg2 mireg3"},
	{0x355, "mireg4 mireg5 mireg6"},
	{0x35c, "mtopei"},
	{0x740, "mnscratch mnepc mncause"},
	{0x744, "mnstatus"},
	{0x747, "mseccfg"},
	{0x7a0, "tselect tdata1 tdata2 tdata3 tinfo tcontrol"},
	{0x7a8, "mcontext"},
	{0x7aa, "mscontext"},
	{0x7b0, "dcsr dpc dscratch0 dscratch1"},
	{0xb00, "mcycle"},
	{0xb02, "minstret"},
	{0xfb0, "mtopi"},
}
