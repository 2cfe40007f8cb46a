package loadbench

import (
	"context"
	"io"
	"strconv"

	"impact/sync/plan"
	"impact/sync/run"
)

// Columns are the columns of the table that is loaded. Key is "id" or "sf_id".
func Columns(key string) string {
	return `(id BIGINT NOT NULL, sf_id VARCHAR(20) NOT NULL, title VARCHAR(100), body VARCHAR(255), city VARCHAR(50),
 salary_min DECIMAL(12,2), salary_max DECIMAL(12,2), n1 INT, n2 INT, flag TINYINT(1), score DOUBLE,
 posted DATE, starts DATETIME(6), ends DATETIME, code CHAR(8), PRIMARY KEY (` + key + `),
 KEY by_sf (sf_id), KEY by_city (city, posted)) CHARACTER SET utf8mb4`
}

var fields = []plan.Field{
	{Name: "id", Kind: plan.Int}, {Name: "sf_id", Kind: plan.String}, {Name: "title", Kind: plan.String}, {Name: "body", Kind: plan.String},
	{Name: "city", Kind: plan.String}, {Name: "salary_min", Kind: plan.Decimal}, {Name: "salary_max", Kind: plan.Decimal},
	{Name: "n1", Kind: plan.Int}, {Name: "n2", Kind: plan.Int}, {Name: "flag", Kind: plan.Bool}, {Name: "score", Kind: plan.Float},
	{Name: "posted", Kind: plan.Date}, {Name: "starts", Kind: plan.DateTime}, {Name: "ends", Kind: plan.DateTime}, {Name: "code", Kind: plan.String},
}

// A Source makes rows as they are read: it holds none. Its rows come in the
// order of both keys.
type Source struct {
	Rows    int64
	Version int64 // what the rows that change say
	Step    int64 // every so many-th row changes; 0: none
}

// Describe implements run.Source.
func (s *Source) Describe(context.Context, string) (plan.Model, error) {
	return plan.Model{Relation: "bench", Rows: s.Rows, Fields: fields}, nil
}

// Read implements run.Source.
func (s *Source) Read(_ context.Context, q run.Query) (run.Stream, error) {
	st := &stream{s: s, row: make(run.Row, len(fields)), out: make(run.Row, len(q.Columns))}
	for _, name := range q.Columns {
		st.at = append(st.at, q.Model.Field(name))
	}
	for i := range 1000 {
		st.scores = append(st.scores, strconv.AppendFloat(nil, float64(i)/7, 'g', -1, 64))
	}
	return st, nil
}

type stream struct {
	s        *Source
	at       []int
	n        int64
	row, out run.Row
	scores   [][]byte
}

// Next implements run.Stream.
func (b *stream) Next(context.Context) (run.Row, error) {
	if b.n == b.s.Rows {
		return nil, io.EOF
	}
	i := b.n
	b.n++
	v := int64(0)
	if b.s.Step > 0 && i%b.s.Step == 0 {
		v = b.s.Version
	}
	r := b.row
	r[0] = strconv.AppendInt(r[0][:0], i, 10)
	// As Salesforce's ids: upper and lower case, and no order but that of bytes.
	r[1] = strconv.AppendInt(append(r[1][:0], "a015gAbc"...), 100_000_000+i, 10)
	r[1] = append(r[1], "aB"...)
	r[2] = strconv.AppendInt(append(r[2][:0], "看護師 病棟 夜勤あり "...), i, 10)
	r[3] = append(r[3][:0], "A description of the job, long enough to be one, with some words in it and a number: "...)
	r[3] = strconv.AppendInt(r[3], i+v, 10)
	r[4] = strconv.AppendInt(append(r[4][:0], "city "...), i%900, 10)
	r[5] = append(r[5][:0], "250000.00"...)
	r[6] = append(r[6][:0], "380000.50"...)
	r[7] = strconv.AppendInt(r[7][:0], i%1000, 10)
	r[8] = strconv.AppendInt(r[8][:0], i%77, 10)
	r[9] = append(r[9][:0], "01"[i%2])
	r[10] = append(r[10][:0], b.scores[i%1000]...)
	r[11] = append(r[11][:0], "2026-04-01"...)
	r[12] = append(r[12][:0], "2026-04-01 09:30:00.123456"...)
	r[13] = append(r[13][:0], "2026-05-01 18:00:00"...)
	r[14] = append(r[14][:0], "ABCD1234"...)
	for i, k := range b.at {
		b.out[i] = r[k]
	}
	return b.out, nil
}

// Sorted implements run.Stream.
func (b *stream) Sorted() bool { return true }

// Close implements run.Stream.
func (b *stream) Close() error { return nil }
