package bigquery

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"google.golang.org/api/googleapi"

	"impact/sync/run"
)

const (
	defaultEndpoint = "https://bigquery.googleapis.com/bigquery/v2/"

	// answerLimit is far above what BigQuery sends in one answer.
	answerLimit = 256 << 20

	// requestTime is how long one request may take. Waiting for a job is cut
	// into shorter requests.
	requestTime = 2 * time.Minute
	waitTime    = 20 * time.Second
)

// A rest calls the REST API: a few calls, each with a bounded number of tries.
type rest struct {
	client   *http.Client
	base     string // ends with a slash
	attempts int
	pause    func(int) time.Duration
	notice   func(op string, err error)
}

// path joins the parts of an address, each escaped.
func path(parts ...string) string {
	for i, p := range parts {
		parts[i] = url.PathEscape(p)
	}
	return strings.Join(parts, "/")
}

// call makes a request until it succeeds, or another try makes no sense, and
// decodes the answer into out.
func (r *rest) call(ctx context.Context, method, path string, query url.Values, in, out any) error {
	body, err := r.raw(ctx, method, path, query, in, nil)
	if err != nil {
		return err
	}
	if out == nil {
		return nil
	}
	if err := json.Unmarshal(body, out); err != nil {
		return fmt.Errorf("%w: %w", errBroken, err)
	}
	return nil
}

// raw is call without decoding. The answer is read into buf if it has room.
func (r *rest) raw(ctx context.Context, method, path string, query url.Values, in any, buf []byte) ([]byte, error) {
	var payload []byte
	if in != nil {
		var err error
		if payload, err = json.Marshal(in); err != nil {
			return nil, err
		}
	}
	for try := 1; ; try++ {
		body, wait, err := r.once(ctx, method, path, query, payload, buf)
		if err == nil {
			return body, nil
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if try >= r.attempts || !tryAgain(err) {
			return nil, err
		}
		r.notice(method, err)
		if err := run.Sleep(ctx, max(wait, r.pause(try))); err != nil {
			return nil, err
		}
	}
}

// once makes one request. wait is how long the server asks to wait.
func (r *rest) once(ctx context.Context, method, path string, query url.Values, payload, buf []byte) (body []byte, wait time.Duration, err error) {
	ctx, cancel := context.WithTimeout(ctx, requestTime)
	defer cancel()
	address := r.base + path
	if len(query) > 0 {
		address += "?" + query.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(payload))
	if err != nil {
		return nil, 0, err
	}
	req.Header.Set("User-Agent", "impact")
	if payload != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	res, err := r.client.Do(req)
	if err != nil {
		return nil, 0, withoutAddress(err)
	}
	defer func() { err = errors.Join(err, res.Body.Close()) }()
	if err := googleapi.CheckResponse(res); err != nil {
		if d, perr := time.ParseDuration(res.Header.Get("Retry-After") + "s"); perr == nil && d > 0 {
			wait = min(d, 30*time.Second)
		}
		return nil, wait, err
	}
	body, err = readAll(res.Body, buf)
	if err != nil {
		return nil, 0, fmt.Errorf("%w: %w", errBroken, err)
	}
	return body, 0, nil
}

// readAll reads everything into buf, which grows as needed.
func readAll(r io.Reader, buf []byte) ([]byte, error) {
	w := bytes.NewBuffer(buf[:0])
	n, err := w.ReadFrom(io.LimitReader(r, answerLimit+1))
	if err == nil && n > answerLimit {
		err = errors.New("it is too long")
	}
	return w.Bytes(), err
}

// withoutAddress takes the address out of an error of the HTTP client: page
// tokens are in it.
func withoutAddress(err error) error {
	var ue *url.Error
	if errors.As(err, &ue) {
		return &netError{ue}
	}
	return err
}

// netError is an error of the network, which another try may not meet.
type netError struct{ err *url.Error }

func (e *netError) Error() string   { return "cannot reach BigQuery: " + e.err.Err.Error() }
func (e *netError) Timeout() bool   { return e.err.Timeout() }
func (e *netError) Temporary() bool { return e.err.Temporary() }
