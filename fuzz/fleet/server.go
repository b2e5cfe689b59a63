package fleet

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
)

// ServerConfig says how a server in this process is reached.
type ServerConfig struct {
	// Listen is HOST:PORT; port 0 is any that is free.
	Listen string
	// Dir holds the streams, and the certificate that Serve makes.
	Dir string
	// Name is of the fleet.
	Name string
	// Token is what workers must know; it may be empty on the loopback interface.
	Token string
	// Cert and Key are files of a certificate. Without them Serve makes one, which the address of the fleet names by its
	// fingerprint, if Listen is not on the loopback interface.
	Cert, Key string
}

// minToken is the least length of a token.
const minToken = 16

// maxPayload bounds a message: a unit or a result.
const maxPayload = 8 << 20

// Server is a NATS server in this process.
type Server struct {
	server *server.Server
	config ServerConfig
	pin    string
	secure bool
}

// Serve starts a server. Beyond the loopback interface it needs a token.
func Serve(config ServerConfig) (*Server, error) {
	host, portText, err := net.SplitHostPort(config.Listen)
	if err != nil {
		return nil, fmt.Errorf("fleet: %.60q is no HOST:PORT", config.Listen)
	}
	port, err := strconv.ParseUint(portText, 10, 16)
	if err != nil {
		return nil, fmt.Errorf("fleet: %.60q is no port", portText)
	}
	if port == 0 {
		port = 1<<64 - 1 // server.RANDOM_PORT
	}
	if config.Name == "" {
		config.Name = DefaultName
	}
	if !isName(config.Name) {
		return nil, fmt.Errorf("%.60q is no name of a fleet: letters, digits, - and _", config.Name)
	}
	switch {
	case config.Token == "" && !IsLoopback(host):
		return nil, fmt.Errorf("fleet: %s is reached by others: a token is needed", config.Listen)
	case config.Token != "" && len(config.Token) < minToken:
		return nil, fmt.Errorf("fleet: a token of at least %d characters is needed", minToken)
	}
	if err := os.MkdirAll(config.Dir, 0o700); err != nil {
		return nil, err
	}
	s := &Server{config: config}
	options := &server.Options{ServerName: "rvfuzz", Host: host, Port: int(port), JetStream: true, StoreDir: config.Dir, SyncAlways: true,
		Authorization: config.Token, MaxPayload: maxPayload, NoSigs: true, NoLog: true, NoSystemAccount: false}
	if config.Cert != "" || !IsLoopback(host) {
		if options.TLSConfig, err = s.certificate(host); err != nil {
			return nil, err
		}
		options.TLS, options.TLSTimeout, s.secure = true, 10, true
	}
	if s.server, err = server.NewServer(options); err != nil {
		return nil, err
	}
	s.server.Start()
	if !s.server.ReadyForConnections(30 * time.Second) {
		s.Close()
		return nil, fmt.Errorf("fleet: the server does not listen on %s", config.Listen)
	}
	return s, nil
}

// IsLoopback reports whether a host, a name or an address, can only be reached from this machine.
func IsLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Leave waits until the workers have left, which they do when they learn that the campaign has ended, or for a time. It does
// not wait for those that stay.
func (s *Server) Leave(most time.Duration) {
	for end := time.Now().Add(most); s.leaving() > 1 && time.Now().Before(end); { // the other one is the coordinator
		time.Sleep(time.Second / 20)
	}
}

// leaving returns the number of clients that do not stay when the campaign ends.
func (s *Server) leaving() (n int) {
	all, err := s.server.Connz(&server.ConnzOptions{Limit: s.server.NumClients() + 1})
	if err != nil {
		return 0
	}
	for _, c := range all.Conns {
		if c.Name != stayingClient {
			n++
		}
	}
	return n
}

// Close stops the server.
func (s *Server) Close() {
	s.server.Shutdown()
	s.server.WaitForShutdown()
}

// Join returns the address for workers, without the token. The host is the one that the server listens on, or this
// machine's name if that is all.
func (s *Server) Join() string {
	host, port := "", ""
	if a := s.server.Addr(); a != nil {
		host, port, _ = net.SplitHostPort(a.String())
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		if name, err := os.Hostname(); err == nil {
			host = name
		}
	}
	scheme, query := "nats", ""
	if s.secure {
		scheme = "tls"
	}
	if s.pin != "" {
		query = "?pin=" + s.pin
	}
	return scheme + "://" + net.JoinHostPort(host, port) + "/" + s.config.Name + query
}

// address returns how this process reaches the server, and the options that lead there.
func (s *Server) address() (Address, nats.Option) {
	return Address{server: "nats://127.0.0.1", Name: s.config.Name, Token: s.config.Token}, nats.InProcessServer(s.server)
}

// certificate returns the TLS configuration of the server: with the certificate that is given, or one of its own.
func (s *Server) certificate(host string) (*tls.Config, error) {
	cert, key := s.config.Cert, s.config.Key
	if cert == "" {
		cert, key = filepath.Join(s.config.Dir, "tls.crt"), filepath.Join(s.config.Dir, "tls.key")
		if _, err := os.Stat(key); errors.Is(err, os.ErrNotExist) {
			if err := makeCertificate(cert, key, host); err != nil {
				return nil, err
			}
		}
	}
	pair, err := tls.LoadX509KeyPair(cert, key)
	if err != nil {
		return nil, err
	}
	if s.config.Cert == "" {
		sum := sha256.Sum256(pair.Certificate[0])
		s.pin = hex.EncodeToString(sum[:])
	}
	return &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS13}, nil
}

// makeCertificate writes a certificate that signs itself and its key. Workers know it by its fingerprint.
func makeCertificate(certFile, keyFile, host string) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return err
	}
	template := &x509.Certificate{SerialNumber: serial, Subject: pkix.Name{CommonName: "rvfuzz fleet"}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().AddDate(10, 0, 0), KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames: []string{host}}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return err
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	if err := os.WriteFile(certFile, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: raw}), 0o644); err != nil {
		return err
	}
	return os.WriteFile(keyFile, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}), 0o600)
}
