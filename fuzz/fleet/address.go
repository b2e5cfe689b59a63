package fleet

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"os"
	"regexp"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
)

// DefaultName is the name of a fleet whose address has none.
const DefaultName = "rvfuzz"

// Address is where a fleet is: "nats://HOST:PORT/NAME", "tls://TOKEN@HOST:PORT/NAME?pin=FINGERPRINT". The name may be left
// out, and with it the slash; a user and a password may stand in place of the token.
type Address struct {
	server string // without name and query
	Name   string
	// Token is given where the address has none.
	Token string
	// CA is a file of certificates that sign the server's, and Creds one of NATS credentials. Both may be empty.
	CA, Creds string
	pin       []byte // fingerprint of the server's certificate
}

var nameText = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)

// isName reports whether a fleet may have a name. The bound is not in the pattern, where it takes room for every byte.
func isName(name string) bool { return len(name) <= 60 && nameText.MatchString(name) }

// ParseAddress returns the address that a text is.
func ParseAddress(text string) (a Address, err error) {
	u, err := url.Parse(text)
	if err != nil {
		return a, errors.New("the address of a fleet is no URL") // without the text, which may hold a token
	}
	if u.Scheme != "nats" && u.Scheme != "tls" || u.Hostname() == "" {
		return a, fmt.Errorf("%.60q: the address of a fleet is nats://HOST:PORT/NAME or tls://HOST:PORT/NAME", u.Redacted())
	}
	if a.Name = strings.Trim(u.Path, "/"); a.Name == "" {
		a.Name = DefaultName
	}
	if !isName(a.Name) {
		return a, fmt.Errorf("%.60q is no name of a fleet: letters, digits, - and _", a.Name)
	}
	for key, values := range u.Query() {
		if key != "pin" {
			return a, fmt.Errorf("the address of a fleet has no %.60q", key)
		}
		if a.pin, err = hex.DecodeString(values[0]); err != nil || len(a.pin) != sha256.Size {
			return a, fmt.Errorf("pin=%.80q is no SHA-256 fingerprint", values[0])
		}
	}
	if a.pin != nil && u.Scheme != "tls" {
		return a, errors.New("pin= is of tls:// addresses")
	}
	u.Path, u.RawQuery = "", ""
	a.server = u.String()
	return a, nil
}

// hasSecret reports whether the address itself says who connects.
func (a *Address) hasSecret() bool { return strings.Contains(a.server, "@") }

// stayingClient is the name by which a server knows workers with Stay.
const stayingClient = "rvfuzz, stays"

// connect connects to the server of an address, and stays connected: a connection that is lost is made again.
func (a *Address) connect(more ...nats.Option) (*nats.Conn, error) {
	options := append([]nats.Option{nats.Name("rvfuzz"), nats.MaxReconnects(-1), nats.ReconnectWait(time.Second / 2), nats.ReconnectBufSize(-1),
		nats.PingInterval(10 * time.Second), nats.Timeout(10 * time.Second)}, more...)
	if a.Token != "" && !a.hasSecret() {
		options = append(options, nats.Token(a.Token))
	}
	if a.CA != "" {
		options = append(options, nats.RootCAs(a.CA))
	}
	if a.Creds != "" {
		if _, err := os.Stat(a.Creds); err != nil {
			return nil, err
		}
		options = append(options, nats.UserCredentials(a.Creds))
	}
	if a.pin != nil {
		options = append(options, nats.Secure(pinned(a.pin)))
	}
	return nats.Connect(a.server, options...)
}

// pinned returns a configuration that takes the certificate with a fingerprint, whoever signed it, and no other.
func pinned(pin []byte) *tls.Config {
	return &tls.Config{
		MinVersion:         tls.VersionTLS13,
		InsecureSkipVerify: true, // VerifyPeerCertificate is stricter
		VerifyPeerCertificate: func(raw [][]byte, _ [][]*x509.Certificate) error {
			if len(raw) > 0 {
				if sum := sha256.Sum256(raw[0]); string(sum[:]) == string(pin) {
					return nil
				}
			}
			return errPin
		},
	}
}

// errPin says that the server has another certificate than the address.
var errPin = errors.New("fleet: the certificate of the server is not that of the address's pin")

// isFinal reports whether trying to connect again would be in vain.
func isFinal(err error) bool {
	var unknown x509.UnknownAuthorityError
	var host x509.HostnameError
	return errors.Is(err, nats.ErrAuthorization) || errors.Is(err, nats.ErrAuthExpired) || errors.Is(err, errPin) ||
		errors.Is(err, nats.ErrSecureConnRequired) || errors.Is(err, nats.ErrSecureConnWanted) || errors.Is(err, os.ErrNotExist) ||
		errors.As(err, &unknown) || errors.As(err, &host)
}
