package bigquery

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"

	storage "cloud.google.com/go/bigquery/storage/apiv1"
	"cloud.google.com/go/bigquery/storage/apiv1/storagepb"
	bq "google.golang.org/api/bigquery/v2"
	"google.golang.org/api/option"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"impact/sync/run"
)

// streams is the client of the Storage Read API, made when it is first needed.
type streams struct {
	options []option.ClientOption
	mu      sync.Mutex
	client  *storage.BigQueryReadClient
}

func (s *streams) get(ctx context.Context) (*storage.BigQueryReadClient, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.client != nil {
		return s.client, nil
	}
	// The client outlives the call.
	c, err := storage.NewBigQueryReadClient(context.WithoutCancel(ctx), s.options...)
	if err != nil {
		return nil, err
	}
	// It would try again for ten minutes.
	*c.CallOptions = storage.BigQueryReadCallOptions{}
	s.client = c
	return c, nil
}

func (s *streams) close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.client == nil {
		return nil
	}
	err := s.client.Close()
	s.client = nil
	return err
}

// errStreams says that a session has not exactly one stream, so that the order
// of the rows is lost.
var errStreams = errors.New("a session without exactly one stream")

// arrowStream reads a result through the Storage Read API: one goroutine
// receives, the next batch waits.
type arrowStream struct {
	cancel   context.CancelFunc
	messages chan message
	err      error // why messages was closed; nil after the last one
	decoder  *decoder
	batch    batch
	done     bool
}

type message struct {
	data []byte
	rows int64
}

// stream opens a session for a result.
func (s *Source) stream(ctx context.Context, r *result) (*arrowStream, error) {
	dest, err := s.destination(ctx, r)
	if err != nil {
		return nil, err
	}
	client, err := s.streams.get(ctx)
	if err != nil {
		return nil, err
	}
	req := &storagepb.CreateReadSessionRequest{
		Parent: "projects/" + s.opts.Project,
		ReadSession: &storagepb.ReadSession{
			Table:      "projects/" + dest.project + "/datasets/" + dest.dataset + "/tables/" + dest.name,
			DataFormat: storagepb.DataFormat_ARROW,
			TraceId:    "impact:" + r.id,
		},
		MaxStreamCount: 1, // more streams have no common order
	}
	var session *storagepb.ReadSession
	for try := 1; ; try++ {
		session, err = client.CreateReadSession(ctx, req)
		if err == nil {
			break
		}
		if ctx.Err() != nil || try >= s.opts.Attempts || !streamAgain(err) {
			return nil, err
		}
		s.notice(Notice{ID: NoticeRetry, Message: "a read session could not be opened and is tried again: " + status.Code(err).String()})
		if err := run.Sleep(ctx, s.opts.Pause(try)); err != nil {
			return nil, err
		}
	}
	if len(session.GetStreams()) != 1 {
		return nil, errStreams
	}
	d, err := newDecoder(session.GetArrowSchema().GetSerializedSchema(), r.forms, r.names)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	a := &arrowStream{cancel: cancel, messages: make(chan message), decoder: d}
	go func() {
		defer close(a.messages)
		a.err = s.receive(ctx, client, session.GetStreams()[0].GetName(), r.rows, a.messages)
	}()
	return a, nil
}

// destination is the table in which BigQuery keeps the result.
func (s *Source) destination(ctx context.Context, r *result) (table, error) {
	var job bq.Job
	query := r.values()
	query.Set("fields", "configuration(query(destinationTable))")
	if err := s.rest.call(ctx, http.MethodGet, path("projects", r.project, "jobs", r.id), query, nil, &job); err != nil {
		return table{}, err
	}
	if job.Configuration == nil || job.Configuration.Query == nil || job.Configuration.Query.DestinationTable == nil {
		return table{}, fmt.Errorf("%w: a job without a table for its result", errBroken)
	}
	d := job.Configuration.Query.DestinationTable
	return table{project: d.ProjectId, dataset: d.DatasetId, name: d.TableId}, nil
}

// receive sends the messages of a stream until all rows have come. A stream that
// breaks is opened again after the last row; only tries without any progress
// count.
func (s *Source) receive(ctx context.Context, client *storage.BigQueryReadClient, name string, rows int64, to chan<- message) error {
	var offset int64
	for try := 1; ; try++ {
		before := offset
		err := func() error {
			ctx, cancel := context.WithCancel(ctx)
			defer cancel()
			stream, err := client.ReadRows(ctx, &storagepb.ReadRowsRequest{ReadStream: name, Offset: offset})
			if err != nil {
				return err
			}
			for {
				res, err := stream.Recv()
				if err != nil {
					return err
				}
				n := res.GetRowCount()
				if n == 0 {
					continue
				}
				if n < 0 || n > rows-offset {
					return fmt.Errorf("%w: more rows than the result has", errTooMany)
				}
				offset += n
				select {
				case to <- message{data: res.GetArrowRecordBatch().GetSerializedRecordBatch(), rows: n}:
				case <-ctx.Done():
					return ctx.Err()
				}
			}
		}()
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err == io.EOF { //nolint:errorlint // gRPC does not wrap the end of a stream
			if offset == rows {
				return nil
			}
			err = fmt.Errorf("%w: the stream ended after %d of %d rows", errBroken, offset, rows)
		}
		if offset > before {
			try = 1
		}
		if try >= s.opts.Attempts || !streamAgain(err) {
			return err
		}
		s.notice(Notice{ID: NoticeRetry, Message: fmt.Sprintf("a stream broke (%s) and is read on", status.Code(err))})
		if err := run.Sleep(ctx, s.opts.Pause(try)); err != nil {
			return err
		}
	}
}

// errTooMany is never worth another try: something is wrong.
var errTooMany = errors.New("the stream contradicts the job")

func (a *arrowStream) next(ctx context.Context) (block, error) {
	if a.done {
		return nil, io.EOF
	}
	select {
	case m, ok := <-a.messages:
		if !ok {
			a.done = true
			if a.err != nil {
				return nil, a.err
			}
			return nil, io.EOF
		}
		if err := a.decoder.decode(m.data, &a.batch); err != nil {
			return nil, err
		}
		if int64(a.batch.count) != m.rows {
			return nil, fmt.Errorf("%w: a batch of %d rows that should have %d", errBroken, a.batch.count, m.rows)
		}
		return &a.batch, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (a *arrowStream) stop() {
	a.done = true
	a.cancel()
	for range a.messages { //nolint:revive // until the goroutine has ended
	}
}

// explainStream explains an error of either way.
func (s *Source) explainStream(ctx context.Context, op string, t table, err error) error {
	st, ok := status.FromError(err)
	if !ok || st.Code() == codes.OK {
		return s.explain(ctx, op, t, err)
	}
	if ctx.Err() != nil {
		return cancelled(op, t, ctx.Err())
	}
	e := &Error{Op: op, Relation: t.String(), Reason: st.Code().String(), Err: fmt.Errorf("%s (%s)", oneLine(st.Message()), st.Code())}
	switch st.Code() {
	case codes.PermissionDenied, codes.Unimplemented:
		e.Help = hintStorage
	case codes.Unauthenticated:
		e.Help = hintCredentials
	case codes.ResourceExhausted:
		e.Help = "a quota of the Storage Read API is used up: raise it, run later, or set storage: rest"
	}
	// A session that is too old is opened anew by the next try.
	if streamAgain(err) || st.Code() == codes.FailedPrecondition || st.Code() == codes.NotFound || st.Code() == codes.OutOfRange {
		return run.Transient(e)
	}
	return e
}
