package synctest

import (
	"bytes"
	"fmt"
	"net"
	"sync"
	"testing"
	"time"
)

// A Fault is what a [Proxy] does when a client sends a certain text.
type Fault struct {
	Text string // part of a statement
	Skip int    // let it pass so many times first
	// Before does it instead of passing the statement on; else the server gets
	// the statement and does it, but the client never gets the answer.
	Before bool
	// Hold keeps the server's side open, so that it does not notice.
	Hold bool
	// Pass loses nothing: Do happens, then the statement is passed on.
	Pass bool
	// Do happens then, before the connection is cut; may be nil.
	Do func()
}

// A Proxy stands between a client and a server, and loses what it is told to.
type Proxy struct {
	target string
	l      net.Listener

	mu    sync.Mutex
	fault *Fault
	fired int
	conns map[net.Conn]bool
	wg    sync.WaitGroup
}

// NewProxy starts a proxy in front of the server, for the time of the test.
func NewProxy(t testing.TB, s *Server) *Proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // closed by the test
	if err != nil {
		t.Fatal(err)
	}
	p := &Proxy{target: fmt.Sprintf("127.0.0.1:%d", s.Port), l: l, conns: map[net.Conn]bool{}}
	p.wg.Add(1)
	go func() {
		defer p.wg.Done()
		p.accept()
	}()
	t.Cleanup(func() {
		_ = l.Close() // ends accept
		p.Cut()
		p.wg.Wait()
	})
	return p
}

// DSN names a database behind the proxy.
func (p *Proxy) DSN(database string) string {
	return fmt.Sprintf("root@tcp(%s)/%s", p.l.Addr(), database)
}

// Arm sets the fault. It happens once.
func (p *Proxy) Arm(f *Fault) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fault, p.fired = f, 0
}

// Fired reports how often the armed fault has happened.
func (p *Proxy) Fired() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.fired
}

// Cut cuts all connections.
func (p *Proxy) Cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.conns {
		_ = c.Close()
	}
}

func (p *Proxy) accept() {
	for {
		client, err := p.l.Accept()
		if err != nil {
			return
		}
		server, err := net.DialTimeout("tcp", p.target, 5*time.Second) //nolint:noctx // a test's
		if err != nil {
			_ = client.Close()
			continue
		}
		p.mu.Lock()
		p.conns[client], p.conns[server] = true, true
		p.mu.Unlock()
		lost := make(chan struct{})
		p.wg.Add(2)
		go func() {
			defer p.wg.Done()
			if p.up(client, server, lost) {
				p.end(client) // the other side stays until the test ends
				return
			}
			p.end(client, server)
		}()
		go func() {
			defer p.wg.Done()
			p.down(client, server, lost)
			p.end(client, server)
		}()
	}
}

func (p *Proxy) end(conns ...net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range conns {
		_ = c.Close()
		delete(p.conns, c)
	}
}

// match says whether the fault happens now.
func (p *Proxy) match(data []byte) *Fault {
	p.mu.Lock()
	defer p.mu.Unlock()
	f := p.fault
	if f == nil || !bytes.Contains(data, []byte(f.Text)) {
		return nil
	}
	if f.Skip > 0 {
		f.Skip--
		return nil
	}
	p.fault = nil
	p.fired++
	return f
}

// up passes on what the client sends.
func (p *Proxy) up(client, server net.Conn, lost chan struct{}) (hold bool) {
	buf := make([]byte, 64<<10)
	for {
		n, err := client.Read(buf)
		if n > 0 {
			f := p.match(buf[:n])
			if f != nil && f.Pass {
				f.Do()
				f = nil
			}
			switch {
			case f == nil:
				if _, err := server.Write(buf[:n]); err != nil {
					return false
				}
			case f.Before:
				if f.Do != nil {
					f.Do()
				}
				if f.Hold {
					close(lost)
				}
				return f.Hold
			default:
				close(lost) // from here on no answer passes
				if _, err := server.Write(buf[:n]); err != nil {
					return false
				}
				// The server has done it once it answers; give it that time.
				time.Sleep(150 * time.Millisecond)
				if f.Do != nil {
					f.Do()
				}
				return f.Hold
			}
		}
		if err != nil {
			return false
		}
	}
}

// down passes on what the server answers.
func (p *Proxy) down(client, server net.Conn, lost chan struct{}) {
	buf := make([]byte, 64<<10)
	for {
		n, err := server.Read(buf)
		select {
		case <-lost:
			if err == nil {
				continue
			}
		default:
			if n > 0 {
				if _, err := client.Write(buf[:n]); err != nil {
					return
				}
			}
		}
		if err != nil {
			return
		}
	}
}
