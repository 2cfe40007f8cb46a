package notify

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"impact/sync/run"
)

// A sender sends requests, again and again where that may help.
type sender struct {
	client   *http.Client
	timeout  time.Duration
	attempts int
	sleep    func(context.Context, time.Duration) error
}

func newSender(opts Options) sender {
	s := sender{client: opts.Client, timeout: opts.Timeout, attempts: opts.Attempts, sleep: opts.Sleep}
	if s.client == nil {
		s.client = &http.Client{}
	}
	if s.client.CheckRedirect == nil {
		own := *s.client // keys and messages go to the host that was named
		own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		s.client = &own
	}
	if s.timeout <= 0 {
		s.timeout = 5 * time.Second
	}
	if s.attempts <= 0 {
		s.attempts = 3
	}
	if s.sleep == nil {
		s.sleep = run.Sleep
	}
	return s
}

// A request is what is sent.
type request struct {
	what   string // for errors
	method string
	url    *url.URL
	kind   string // of the body
	body   []byte
	key    string // bearer token
}

// maxPause is the longest pause that a server may ask for.
const maxPause = 10 * time.Second

func (s sender) send(ctx context.Context, r request) error {
	wait := 500 * time.Millisecond
	for try := 1; ; try++ {
		again, after, err := s.once(ctx, r)
		if err == nil {
			return nil
		}
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("%s to %s: %w", r.what, r.url.Host, err)
		}
		if !again || try >= s.attempts {
			return fmt.Errorf("%s to %s: %w", r.what, r.url.Host, err)
		}
		if err := s.sleep(ctx, min(max(wait, after), maxPause)); err != nil {
			return fmt.Errorf("%s to %s: %w", r.what, r.url.Host, err)
		}
		wait *= 2
	}
}

// once sends a request. again says whether another try may help.
func (s sender) once(ctx context.Context, r request) (again bool, after time.Duration, err error) {
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, r.method, r.url.String(), bytes.NewReader(r.body))
	if err != nil {
		return false, 0, errors.New("the request cannot be made") // err holds the URL
	}
	req.Header.Set("Content-Type", r.kind)
	req.Header.Set("User-Agent", "impact")
	if r.key != "" {
		req.Header.Set("Authorization", "Bearer "+r.key)
	}
	resp, err := s.client.Do(req)
	if err != nil {
		// The error of the client begins with the URL.
		if ue := (*url.Error)(nil); errors.As(err, &ue) {
			err = ue.Err
		}
		return true, 0, err
	}
	// What the server says may repeat what it was sent.
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 64<<10)) // so that the connection can be used again
	if err := resp.Body.Close(); err != nil {
		return true, 0, err
	}
	if resp.StatusCode >= 200 && resp.StatusCode < 300 {
		return false, 0, nil
	}
	if sec, err := strconv.Atoi(resp.Header.Get("Retry-After")); err == nil && sec > 0 {
		after = time.Duration(min(sec, int(maxPause/time.Second))) * time.Second
	}
	again = resp.StatusCode >= 500 || resp.StatusCode == http.StatusTooManyRequests || resp.StatusCode == http.StatusRequestTimeout
	return again, after, fmt.Errorf("the server answers %d", resp.StatusCode)
}
