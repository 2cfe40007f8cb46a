package bigquery

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"

	"impact/sync/run"
)

var errSyntax = errors.New("not what the API writes")

// A block is some rows that came together.
type block interface {
	rows() int
	// row decodes a row, which is valid until the next call.
	row(i int) (run.Row, error)
}

// blocks delivers the rows of a result in order, and io.EOF after the last
// block. A block is valid until the next call.
type blocks interface {
	next(ctx context.Context) (block, error)
	stop()
}

// emptyPages is how many pages in a row may be without rows.
const emptyPages = 20

// pages reads a result through the REST API: while one page is worked on, the
// next one is fetched.
type pages struct {
	s       *Source
	r       *result
	start   func(fetch func(context.Context)) // in a goroutine, until stop
	cancel  context.CancelFunc
	fetched chan fetched // nil: nothing is on its way
	done    bool
	spare   []*page // not in use
	current *page
	token   string
	got     int64 // rows
	empty   int
}

type fetched struct {
	page *page
	err  error
}

// newPages begins nothing. Pages are fetched until ctx is cancelled or stop is
// called.
func newPages(ctx context.Context, s *Source, r *result) *pages {
	ctx, cancel := context.WithCancel(ctx)
	return &pages{s: s, r: r, cancel: cancel, spare: []*page{{}, {}},
		start: func(fetch func(context.Context)) { go fetch(ctx) }}
}

// fetch starts fetching. The goroutine belongs to p until its answer is taken
// from the channel.
func (p *pages) fetch() {
	ch := make(chan fetched, 1)
	p.fetched = ch
	into := p.spare[len(p.spare)-1]
	p.spare = p.spare[:len(p.spare)-1]
	token, start := p.token, p.got
	p.start(func(ctx context.Context) {
		ch <- fetched{into, p.s.page(ctx, p.r, token, start, into)}
	})
}

func (p *pages) next(ctx context.Context) (block, error) {
	if p.done {
		return nil, io.EOF
	}
	if p.fetched == nil {
		p.fetch()
	}
	var f fetched
	select {
	case f = <-p.fetched:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	p.fetched = nil
	if f.err != nil {
		p.done = true
		return nil, f.err
	}
	if p.current != nil {
		p.spare = append(p.spare, p.current)
	}
	p.current = f.page
	if err := p.took(f.page); err != nil {
		p.done = true
		return nil, err
	}
	if !p.done {
		p.fetch()
	}
	return f.page, nil
}

// took checks a page against what is known of the result.
func (p *pages) took(pg *page) error {
	p.got += int64(pg.count)
	switch {
	case pg.total >= 0 && pg.total != p.r.rows:
		return fmt.Errorf("%w: the result had %d rows, a page says %d", errBroken, p.r.rows, pg.total)
	case p.got > p.r.rows:
		return fmt.Errorf("%w: more rows than the result has", errBroken)
	case pg.token == "":
		p.done = true
		return nil
	case pg.token == p.token:
		return fmt.Errorf("%w: the same page comes again", errBroken)
	}
	p.token = pg.token
	if pg.count > 0 {
		p.empty = 0
	} else if p.empty++; p.empty > emptyPages {
		return fmt.Errorf("%w: only empty pages", errBroken)
	}
	return nil
}

func (p *pages) stop() {
	p.done = true
	p.cancel()
	if p.fetched != nil {
		<-p.fetched
		p.fetched = nil
	}
}

// page fetches one page: that of the token, else that which begins with row
// number start. A token that the server does not know any more is no reason to
// give up, as it knows the rows.
func (s *Source) page(ctx context.Context, r *result, token string, start int64, into *page) error {
	query := r.values()
	query.Set("formatOptions.useInt64Timestamp", "true")
	query.Set("fields", "rows,pageToken,totalRows")
	if s.opts.PageSize > 0 {
		query.Set("maxResults", strconv.Itoa(s.opts.PageSize))
	}
	if token != "" {
		query.Set("pageToken", token)
	} else {
		query.Set("startIndex", strconv.FormatInt(start, 10))
	}
	err := s.decodePage(ctx, r, query, into)
	if code := codeOf(err); token != "" && (code == http.StatusBadRequest || code == http.StatusGone) {
		query.Del("pageToken")
		query.Set("startIndex", strconv.FormatInt(start, 10))
		err = s.decodePage(ctx, r, query, into)
	}
	return err
}

func (s *Source) decodePage(ctx context.Context, r *result, query url.Values, into *page) error {
	body, err := s.rest.raw(ctx, http.MethodGet, path("projects", r.project, "queries", r.id), query, nil, into.body)
	if err != nil {
		return err
	}
	return into.decode(body, r.forms)
}
