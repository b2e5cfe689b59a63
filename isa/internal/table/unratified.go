package table

// unratified holds instructions of extensions that are frozen or in review, but not ratified: Zalasr. They are off unless an
// architecture names their extension. When one is ratified, its rows move to their place in the manual.
var unratified = []Row{
	{Name: "lb.aq", Ext: "Zalasr", Sec: LoadAcquire, Form: FormLoadAcquire, Op: OpAMO, F3: 0b000, F7: 0b0011010},
	{Name: "lh.aq", Ext: "Zalasr", Sec: LoadAcquire, Form: FormLoadAcquire, Op: OpAMO, F3: 0b001, F7: 0b0011010},
	{Name: "lw.aq", Ext: "Zalasr", Sec: LoadAcquire, Form: FormLoadAcquire, Op: OpAMO, F3: 0b010, F7: 0b0011010},
	{Name: "ld.aq", Ext: "Zalasr", Sec: LoadAcquire, Form: FormLoadAcquire, Op: OpAMO, F3: 0b011, F7: 0b0011010},
	{Name: "sb.rl", Ext: "Zalasr", Sec: StoreRelease, Form: FormStoreRelease, Op: OpAMO, F3: 0b000, F7: 0b0011101},
	{Name: "sh.rl", Ext: "Zalasr", Sec: StoreRelease, Form: FormStoreRelease, Op: OpAMO, F3: 0b001, F7: 0b0011101},
	{Name: "sw.rl", Ext: "Zalasr", Sec: StoreRelease, Form: FormStoreRelease, Op: OpAMO, F3: 0b010, F7: 0b0011101},
	{Name: "sd.rl", Ext: "Zalasr", Sec: StoreRelease, Form: FormStoreRelease, Op: OpAMO, F3: 0b011, F7: 0b0011101},
}

// Unratified returns how many rows at the end of the table are not ratified.
func Unratified() int { return len(unratified) }
