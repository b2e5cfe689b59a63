package linux

import (
	"bytes"
	"encoding/binary"
	"net/netip"
)

// The families of sockets, and the lengths of their addresses.
const (
	familyUnix  = 1
	familyInet  = 2
	familyInet6 = 10
	unixLength  = 110
	inetLength  = 16
	inet6Length = 28
	mostAddress = 128
)

// address is where a socket is: in the simulated system's loopback network, at a file below the root, or under a name of
// its own. An address of IPv4 is kept as itself, whatever the family of the socket.
type address struct {
	family uint16
	ip     netip.AddrPort // of the internet families
	name   string         // after a zero byte, if it is no path
	key    fileKey        // of the file at a path
}

func (a *address) isSet() bool { return a.family != 0 }

// parseAddress reads a struct sockaddr for a socket of a family.
func parseAddress(b []byte, family uint16) (a address, number uint64) {
	if len(b) < 2 {
		return a, errInvalid
	}
	a.family = binary.LittleEndian.Uint16(b)
	port := func() uint16 { return binary.BigEndian.Uint16(b[2:]) }
	switch {
	case a.family != family && !(family == familyInet6 && a.family == familyInet):
		return a, errFamily
	case a.family == familyInet && len(b) >= inetLength:
		a.ip = netip.AddrPortFrom(netip.AddrFrom4([4]byte(b[4:8])), port())
	case a.family == familyInet6 && len(b) >= inet6Length-4: // the scope may be missing
		a.ip = netip.AddrPortFrom(netip.AddrFrom16([16]byte(b[8:24])).Unmap(), port())
	case a.family == familyUnix && len(b) <= unixLength:
		a.name = string(b[2:])
		if end := bytes.IndexByte(b[2:], 0); end > 0 {
			a.name = a.name[:end]
		}
	default:
		return a, errInvalid
	}
	return a, 0
}

// used returns how many bytes of a struct sockaddr mean something.
func (a *address) used() uint64 {
	switch a.family {
	case familyUnix:
		return uint64(len(a.name)) + 3
	case familyInet:
		return 8
	}
	return inet6Length
}

// bytes returns a struct sockaddr for a socket of a family; that of an unnamed one is only the family.
func (a *address) bytes(family uint16) []byte {
	b := binary.LittleEndian.AppendUint16(nil, family)
	if family == familyUnix {
		if a.name == "" {
			return b
		}
		b = append(b, a.name...)
		if a.name[0] != 0 {
			b = append(b, 0)
		}
		return b
	}
	b = binary.BigEndian.AppendUint16(b, a.ip.Port())
	ip := a.ip.Addr()
	if family == familyInet {
		four := [4]byte{}
		if ip.Is4() {
			four = ip.As4()
		}
		return append(append(b, four[:]...), make([]byte, 8)...)
	}
	sixteen := [16]byte{}
	if ip.IsValid() && !(ip.Is4() && ip.IsUnspecified()) {
		sixteen = ip.As16()
	}
	b = append(append(b, make([]byte, 4)...), sixteen[:]...)
	return append(b, make([]byte, 4)...)
}

// isLocal reports whether an address belongs to the simulated system, which has only a loopback interface.
func (a *address) isLocal() bool {
	ip := a.ip.Addr()
	return ip.IsLoopback() || ip.IsUnspecified()
}

// loopback returns the address itself, or the loopback address if none is given: where a connection to it goes.
func (a address) loopback() address {
	switch ip := a.ip.Addr(); {
	case a.family == familyUnix || !ip.IsUnspecified():
	case ip.Is4():
		a.ip = netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), a.ip.Port())
	default:
		a.ip = netip.AddrPortFrom(netip.IPv6Loopback(), a.ip.Port())
	}
	return a
}

// reaches reports whether what is sent to an address comes to a socket that is bound to a.
func (a *address) reaches(to *address, onlyV6 bool) bool {
	if a.family == familyUnix || to.family == familyUnix {
		return a.family == to.family && a.name != "" && (a.name[0] == 0 && a.name == to.name || a.name[0] != 0 && to.name != "" && to.name[0] != 0 && a.key == to.key)
	}
	own, other := a.ip.Addr(), to.ip.Addr()
	if a.ip.Port() != to.ip.Port() {
		return false
	}
	if own.IsUnspecified() {
		return own.Is4() == other.Is4() || own.Is6() && !onlyV6
	}
	return own == other
}
