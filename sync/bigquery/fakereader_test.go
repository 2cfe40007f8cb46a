package bigquery

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"cloud.google.com/go/bigquery/storage/apiv1/storagepb"
	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/decimal128"
	"github.com/apache/arrow-go/v18/arrow/decimal256"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/apache/arrow-go/v18/arrow/memory"
	bq "google.golang.org/api/bigquery/v2"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// fakeReader is the Storage Read API of a fake.
type fakeReader struct {
	storagepb.UnimplementedBigQueryReadServer
	f         *fake
	address   string
	batchRows int
	streams   int // of a session; 0: one

	// session is asked before a session is made.
	session func() error
	// send is asked before each message of rows, with the row that it begins
	// with. It may change the message.
	send func(ctx context.Context, row int, res *storagepb.ReadRowsResponse) error
	// end is the error with which a stream ends.
	end func() error

	sessions, reads atomic.Int64
	broken          atomic.Bool // rights are taken away, while rows are sent as well
}

func (r *fakeReader) CreateReadSession(_ context.Context, req *storagepb.CreateReadSessionRequest) (*storagepb.ReadSession, error) {
	r.sessions.Add(1)
	if r.session != nil {
		if err := r.session(); err != nil {
			return nil, err
		}
	}
	if req.MaxStreamCount != 1 {
		return nil, status.Error(codes.InvalidArgument, "an ordered result is read with more than one stream")
	}
	_, id, _ := strings.Cut(req.ReadSession.Table, "/result_")
	r.f.mu.Lock()
	job := r.f.jobs[id]
	r.f.mu.Unlock()
	if job == nil {
		return nil, status.Error(codes.NotFound, "no table "+req.ReadSession.Table)
	}
	schema, _ := arrowMessages(job.schema, nil, 1)
	s := &storagepb.ReadSession{Name: "session", Schema: &storagepb.ReadSession_ArrowSchema{ArrowSchema: &storagepb.ArrowSchema{SerializedSchema: schema}}}
	for i := range max(r.streams, 1) {
		s.Streams = append(s.Streams, &storagepb.ReadStream{Name: fmt.Sprintf("stream/%s/%d", id, i)})
	}
	return s, nil
}

func (r *fakeReader) ReadRows(req *storagepb.ReadRowsRequest, out storagepb.BigQueryRead_ReadRowsServer) error {
	r.reads.Add(1)
	id := strings.Split(req.ReadStream, "/")[1]
	r.f.mu.Lock()
	job, size, send, end := r.f.jobs[id], r.batchRows, r.send, r.end // a test may change them while a reader that is gone is still answered
	r.f.mu.Unlock()
	_, batches := arrowMessages(job.schema, job.rows[req.Offset:], size)
	row := int(req.Offset)
	for _, b := range batches {
		if r.broken.Load() {
			return status.Error(codes.PermissionDenied, "Access Denied")
		}
		res := &storagepb.ReadRowsResponse{RowCount: int64(b.rows), Rows: &storagepb.ReadRowsResponse_ArrowRecordBatch{ArrowRecordBatch: &storagepb.ArrowRecordBatch{SerializedRecordBatch: b.data}}}
		if send != nil {
			if err := send(out.Context(), row, res); err != nil {
				return err
			}
		}
		if err := out.Send(res); err != nil {
			return err
		}
		row += b.rows
	}
	if end != nil {
		return end()
	}
	return nil
}

type arrowMessage struct {
	data []byte
	rows int
}

// arrowMessages writes rows as bare IPC messages, the schema apart.
func arrowMessages(s *bq.TableSchema, rows [][]any, size int) (schema []byte, batches []arrowMessage) {
	var fields []arrow.Field
	for _, f := range s.Fields {
		fields = append(fields, arrow.Field{Name: f.Name, Type: arrowType(f.Type), Nullable: true})
	}
	as := arrow.NewSchema(fields, nil)
	write := func(rows [][]any) (schema, batch []byte) {
		b := array.NewRecordBuilder(memory.DefaultAllocator, as)
		defer b.Release()
		for _, row := range rows {
			for i, v := range row {
				appendArrow(b.Field(i), v)
			}
		}
		rec := b.NewRecordBatch()
		defer rec.Release()
		var buf bytes.Buffer
		w := ipc.NewWriter(&buf, ipc.WithSchema(as))
		if err := w.Write(rec); err != nil {
			panic(err)
		}
		n := 8 + int(binary.LittleEndian.Uint32(buf.Bytes()[4:]))
		return buf.Bytes()[:n:n], buf.Bytes()[n:]
	}
	schema, _ = write(nil)
	for len(rows) > 0 {
		n := min(size, len(rows))
		_, data := write(rows[:n])
		batches = append(batches, arrowMessage{data, n})
		rows = rows[n:]
	}
	return schema, batches
}

func arrowType(t string) arrow.DataType {
	switch t {
	case "INTEGER":
		return arrow.PrimitiveTypes.Int64
	case "FLOAT":
		return arrow.PrimitiveTypes.Float64
	case "NUMERIC":
		return &arrow.Decimal128Type{Precision: 38, Scale: 9}
	case "BIGNUMERIC":
		return &arrow.Decimal256Type{Precision: 76, Scale: 38}
	case "BOOLEAN":
		return arrow.FixedWidthTypes.Boolean
	case "BYTES":
		return arrow.BinaryTypes.Binary
	case "DATE":
		return arrow.FixedWidthTypes.Date32
	case "DATETIME":
		return &arrow.TimestampType{Unit: arrow.Microsecond}
	case "TIMESTAMP":
		return &arrow.TimestampType{Unit: arrow.Microsecond, TimeZone: "UTC"}
	case "TIME":
		return arrow.FixedWidthTypes.Time64us
	}
	return arrow.BinaryTypes.String
}

// appendArrow appends a value as the REST API writes it.
func appendArrow(b array.Builder, v any) {
	if v == nil {
		b.AppendNull()
		return
	}
	s := v.(string)
	scaled := func(scale int64) *big.Int {
		r, ok := new(big.Rat).SetString(s)
		if !ok {
			panic(s)
		}
		r.Mul(r, new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(scale), nil)))
		if !r.IsInt() {
			panic(s)
		}
		return r.Num()
	}
	clock := func(layout string) time.Time {
		t, err := time.Parse(layout, s)
		if err != nil {
			panic(err)
		}
		return t
	}
	switch b := b.(type) {
	case *array.Int64Builder:
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			panic(err)
		}
		b.Append(n)
	case *array.Float64Builder:
		x, err := strconv.ParseFloat(s, 64)
		if err != nil {
			panic(err)
		}
		b.Append(x)
	case *array.Decimal128Builder:
		b.Append(decimal128.FromBigInt(scaled(9)))
	case *array.Decimal256Builder:
		w := words(scaled(38), 4)
		b.Append(decimal256.New(w[3], w[2], w[1], w[0]))
	case *array.BooleanBuilder:
		b.Append(s == "true")
	case *array.BinaryBuilder:
		raw, err := base64.StdEncoding.DecodeString(s)
		if err != nil {
			panic(err)
		}
		b.Append(raw)
	case *array.Date32Builder:
		b.Append(arrow.Date32(clock("2006-01-02").Unix() / 86400))
		if u := clock("2006-01-02").Unix(); u < 0 && u%86400 != 0 {
			panic("a date is not a whole day")
		}
	case *array.TimestampBuilder:
		if strings.Contains(s, "T") {
			b.Append(arrow.Timestamp(clock("2006-01-02T15:04:05.999999").UnixMicro()))
			return
		}
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			panic(err)
		}
		b.Append(arrow.Timestamp(n))
	case *array.Time64Builder:
		t := clock("15:04:05.999999")
		b.Append(arrow.Time64(t.Sub(t.Truncate(24 * time.Hour)).Microseconds()))
	case *array.StringBuilder:
		b.Append(s)
	default:
		panic(fmt.Sprintf("%T", b))
	}
}
