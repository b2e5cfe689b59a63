// A program whose goroutines talk over the loopback network: TCP, UDP, Unix sockets, deadlines, HTTP.
package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func echoes(network, address string) {
	l := must(net.Listen(network, address))
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				io.Copy(c, c)
			}()
		}
	}()
	var group sync.WaitGroup
	totals := make([]int, 8)
	for i := range totals {
		group.Go(func() {
			c := must(net.Dial(network, l.Addr().String()))
			defer c.Close()
			r := bufio.NewReader(c)
			for j := range 50 {
				fmt.Fprintf(c, "%d %d\n", i, j)
				var a, b int
				must(fmt.Fscanf(r, "%d %d\n", &a, &b))
				totals[i] += a*1000 + b
			}
		})
	}
	group.Wait()
	l.Close()
	_, err := net.Dial(network, l.Addr().String())
	fmt.Println(network, totals, "refused:", err != nil)
}

func datagrams() {
	s := must(net.ListenPacket("udp", "127.0.0.1:0"))
	go func() {
		b := make([]byte, 100)
		for {
			n, from, err := s.ReadFrom(b)
			if err != nil {
				return
			}
			s.WriteTo(append(b[:n:n], '!'), from)
		}
	}()
	c := must(net.Dial("udp", s.LocalAddr().String()))
	for _, text := range []string{"one", "", "three"} {
		c.Write([]byte(text))
		b := make([]byte, 100)
		n := must(c.Read(b))
		fmt.Printf("%s ", b[:n])
	}
	c.SetReadDeadline(time.Now().Add(20 * time.Millisecond))
	_, err := c.Read(make([]byte, 1))
	fmt.Println(errors.Is(err, os.ErrDeadlineExceeded))
	s.Close()
}

func web() {
	l := must(net.Listen("tcp", "127.0.0.1:0"))
	go http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b := must(io.ReadAll(r.Body))
		fmt.Fprintf(w, "%s %s %d", r.Method, r.URL.Path, len(b))
	}))
	for i := range 3 {
		pr, pw := io.Pipe()
		go func() {
			pw.Write(make([]byte, i*100000))
			pw.Close()
		}()
		r := must(http.Post(fmt.Sprintf("http://%s/path/%d", l.Addr(), i), "text/plain", pr))
		fmt.Println(r.StatusCode, string(must(io.ReadAll(r.Body))))
	}
	_, err := net.DialTimeout("tcp", "192.0.2.1:80", time.Second)
	fmt.Println("outside:", err != nil)
}

func main() {
	echoes("tcp", "127.0.0.1:0")
	echoes("tcp6", "[::1]:0")
	folder := must(os.MkdirTemp("", "sockets"))
	defer os.RemoveAll(folder)
	echoes("unix", filepath.Join(folder, "socket"))
	datagrams()
	web()
}
