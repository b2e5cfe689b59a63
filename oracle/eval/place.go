package eval

// StackBase is where the addresses of allocations begin: no other address is
// as high. Which address an allocation gets is not part of a program's
// meaning, so whoever compares outcomes must not compare such addresses.
const StackBase = stackBase
