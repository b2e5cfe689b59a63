package eval

import "testing"

func TestOptionalsAndErrors(t *testing.T) {
	checkRuns(t, `
const anyerror = error{Lost = 1, Found = 2}

const Failure = error{Lost = 1, Found = 2}

var @value: u32 = 5

fn @maybe(u32) ?u32 {
  %0 = arg(u32, 0)
  %1 = cmp_eq(%0, <u32, 0>)
  %2 = cond_br(%1, {
    %3 = ret(<?u32, null>)
  }, {
    %4 = wrap_optional(?u32, %0)
    %5 = ret(%4)
  })
}

fn @orelse(u32) u32 {
  %0 = arg(u32, 0)
  %1 = call(@maybe, [%0])
  %2 = is_non_null(%1)
  %3 = cond_br(%2, {
    %4 = optional_payload(u32, %1)
    %5 = ret(%4)
  }, {
    %6 = ret(<u32, 99>)
  })
}

fn @unchecked(u32) u32 {
  %0 = arg(u32, 0)
  %1 = call(@maybe, [%0])
  %2 = optional_payload(u32, %1)
  %3 = ret(%2)
}

fn @equal(u32, u32) bool {
  %0 = arg(u32, 0)
  %1 = arg(u32, 1)
  %2 = call(@maybe, [%0])
  %3 = call(@maybe, [%1])
  %4 = cmp_eq(%2, %3)
  %5 = ret(%4)
}

fn @pointer(bool) u32 {
  %0 = arg(bool, 0)
  %1 = block(?*u32, {
    %2 = cond_br(%0, {
      %3 = br(%1, <?*u32, @value>)
    }, {
      %4 = br(%1, <?*u32, null>)
    })
  })
  %5 = is_null(%1)
  %6 = cond_br(%5, {
    %7 = ret(<u32, 0>)
  }, {
    %8 = optional_payload(*u32, %1)
    %9 = load(u32, %8)
    %10 = ret(%9)
  })
}

fn @inmemory() u32 {
  %0 = alloc(*?u32)
  %1 = optional_payload_ptr_set(*u32, %0)
  %2 = store(%1, <u32, 8>)
  %3 = is_non_null_ptr(%0)
  %4 = cond_br(%3, {
    %5 = optional_payload_ptr(*u32, %0)
    %6 = load(u32, %5)
    %7 = ret(%6)
  }, {
    %8 = ret(<u32, 0>)
  })
}

fn @flag(bool) bool {
  %0 = arg(bool, 0)
  %1 = block(?void, {
    %2 = cond_br(%0, {
      %3 = wrap_optional(?void, {})
      %4 = br(%1, %3)
    }, {
      %5 = br(%1, <?void, null>)
    })
  })
  %6 = is_null(%1)
  %7 = ret(%6)
}

fn @fails(u32) Failure!u32 {
  %0 = arg(u32, 0)
  %1 = cmp_gt(%0, <u32, 100>)
  %2 = cond_br(%1, {
    %3 = ret(<Failure!u32, error.Found>)
  }, {
    %4 = wrap_errunion_payload(Failure!u32, %0)
    %5 = ret(%4)
  })
}

fn @tries(u32) Failure!u32 {
  %0 = arg(u32, 0)
  %1 = call(@fails, [%0])
  %2 = try(%1, {
    %3 = unwrap_errunion_err(Failure, %1)
    %4 = wrap_errunion_err(Failure!u32, %3)
    %5 = ret(%4)
  })
  %6 = add(%2, <u32, 1>)
  %7 = wrap_errunion_payload(Failure!u32, %6)
  %8 = ret(%7)
}

fn @code(u32) u16 {
  %0 = arg(u32, 0)
  %1 = call(@tries, [%0])
  %2 = is_err(%1)
  %3 = cond_br(%2, {
    %4 = unwrap_errunion_err(Failure, %1)
    %5 = bitcast(u16, %4)
    %6 = ret(%5)
  }, {
    %7 = unwrap_errunion_payload(u32, %1)
    %8 = intcast(u16, %7)
    %9 = ret(%8)
  })
}

fn @payload(u32) u32 {
  %0 = arg(u32, 0)
  %1 = call(@fails, [%0])
  %2 = unwrap_errunion_payload(u32, %1)
  %3 = ret(%2)
}

fn @through() u32 {
  %0 = alloc(*Failure!u32)
  %1 = store(%0, <Failure!u32, error.Lost>)
  %2 = errunion_payload_ptr_set(*u32, %0)
  %3 = store(%2, <u32, 6>)
  %4 = try_ptr(*u32, %0, {
    %5 = ret(<u32, 0>)
  })
  %6 = load(u32, %4)
  %7 = ret(%6)
}

fn @errorptr() u16 {
  %0 = alloc(*Failure!u32)
  %1 = store(%0, <Failure!u32, error.Found>)
  %2 = is_non_err_ptr(%0)
  %3 = cond_br(%2, {
    %4 = ret(<u16, 0>)
  }, {
    %5 = unwrap_errunion_err_ptr(Failure, %0)
    %6 = bitcast(u16, %5)
    %7 = ret(%6)
  })
}

fn @void(bool) Failure!void {
  %0 = arg(bool, 0)
  %1 = cond_br(%0, {
    %2 = ret(<Failure!void, error.Lost>)
  }, {
    %3 = wrap_errunion_payload(Failure!void, {})
    %4 = ret(%3)
  })
}

fn @name(u16) u8 {
  %0 = arg(u16, 0)
  %1 = bitcast(Failure, %0)
  %2 = error_name([:0]const u8, %1)
  %3 = slice_elem_val(u8, %2, <usize, 0>)
  %4 = ret(%3)
}

fn @has(u16) bool {
  %0 = arg(u16, 0)
  %1 = error_set_has_value(Failure, %0)
  %2 = ret(%1)
}
`, []run{
		{"maybe", []int64{0}, "0000000000000000/00000000ff000000"},
		{"maybe", []int64{3}, "0300000001000000/ffffffffff000000"},
		{"orelse", []int64{0}, "99"},
		{"orelse", []int64{4}, "4"},
		{"unchecked", []int64{0}, "illegal behaviour: payload of null at func @unchecked, %2: optional_payload"},
		{"equal", []int64{0, 0}, "1"},
		{"equal", []int64{1, 0}, "0"},
		{"equal", []int64{1, 1}, "1"},
		{"equal", []int64{1, 2}, "0"},
		{"pointer", []int64{1}, "5"},
		{"pointer", []int64{0}, "0"},
		{"inmemory", nil, "8"},
		{"flag", []int64{0}, "1"},
		{"flag", []int64{1}, "0"},
		{"code", []int64{100}, "101"},
		{"code", []int64{101}, "2"},
		{"payload", []int64{7}, "7"},
		{"payload", []int64{101}, "illegal behaviour: payload of an error at func @payload, %2: unwrap_errunion_payload"},
		{"through", nil, "6"},
		{"errorptr", nil, "2"},
		{"void", []int64{0}, "0"},
		{"void", []int64{1}, "1"},
		{"name", []int64{2}, "70"},
		{"name", []int64{3}, "illegal behaviour: error code without a name at func @name, %2: error_name"},
		{"has", []int64{2}, "1"},
		{"has", []int64{3}, "0"},
	})
}
