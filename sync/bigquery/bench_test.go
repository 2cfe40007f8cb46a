package bigquery

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"testing"

	bq "google.golang.org/api/bigquery/v2"

	"impact/sync/run"
)

// wide are rows of 15 mixed columns, of about 270 bytes.
func wide(n int) ([]*bq.TableFieldSchema, [][]any) {
	types := []string{"INTEGER", "STRING", "STRING", "STRING", "NUMERIC", "FLOAT", "BOOLEAN", "DATE", "DATETIME", "TIMESTAMP", "STRING", "INTEGER", "BYTES", "TIME", "STRING"}
	var fields []*bq.TableFieldSchema
	for i, t := range types {
		fields = append(fields, fieldOf(fmt.Sprintf("c%d", i+1), t))
	}
	rows := make([][]any, n)
	for i := range rows {
		id := strconv.Itoa(i)
		rows[i] = []any{id, "a0B5g00000" + id, "看護師 (夜勤あり) 東京都港区 " + id, "some longer text that describes the job, number " + id, id + ".25", "0.5", "true",
			"2026-11-23", "2026-11-23T04:05:06", "1795403106789000", "open", "4200000", "AAECAwQFBgc=", "09:30:00", nil}
	}
	return fields, rows
}

// BenchmarkRead reads a result from the fake by both ways; the client and the
// server share the machine.
func BenchmarkRead(b *testing.B) {
	const n = 50_000
	fields, rows := wide(n)
	for _, way := range bothWays {
		b.Run(string(way), func(b *testing.B) {
			f := newFake(b)
			f.pageRows, f.reader.batchRows = 10_000, 10_000
			f.add("test-project.d.m", fields, rows...)
			s := f.open(func(o *Options) { o.Storage = way })
			m, err := s.Describe(b.Context(), "m")
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				st, err := s.Read(b.Context(), run.Query{Node: "m", Model: m, Columns: m.Names()})
				if err != nil {
					b.Fatal(err)
				}
				count := 0
				for {
					if _, err = st.Next(b.Context()); err != nil {
						break
					}
					count++
				}
				if !errors.Is(err, io.EOF) || count != n {
					b.Fatal(count, err)
				}
				if err := st.Close(); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(n*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

// BenchmarkDecode measures our part alone: from the bytes that come to rows.
func BenchmarkDecode(b *testing.B) {
	const n = 10_000
	fields, rows := wide(n)
	schema := &bq.TableSchema{Fields: fields}
	var forms []form
	var names []string
	for _, c := range columns(schema) {
		forms, names = append(forms, c.form), append(names, c.name)
	}
	each := func(b *testing.B, blk block) {
		b.Helper()
		for i := range blk.rows() {
			if _, err := blk.row(i); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.Run("page", func(b *testing.B) {
		res := &bq.GetQueryResultsResponse{JobComplete: true, TotalRows: n}
		for _, row := range rows {
			tr := &bq.TableRow{}
			for _, v := range row {
				cell := &bq.TableCell{V: v}
				if v == nil {
					cell.NullFields = []string{"V"}
				}
				tr.F = append(tr.F, cell)
			}
			res.Rows = append(res.Rows, tr)
		}
		body, err := json.Marshal(res)
		if err != nil {
			b.Fatal(err)
		}
		var p page
		buf := make([]byte, len(body))
		b.SetBytes(int64(len(body)))
		b.ReportAllocs()
		for b.Loop() {
			copy(buf, body) // strings are unescaped in place
			if err := p.decode(buf, forms); err != nil {
				b.Fatal(err)
			}
			each(b, &p)
		}
		b.ReportMetric(n*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
	})
	b.Run("arrow", func(b *testing.B) {
		head, batches := arrowMessages(schema, rows, n)
		d, err := newDecoder(head, forms, names)
		if err != nil {
			b.Fatal(err)
		}
		var into batch
		b.SetBytes(int64(len(batches[0].data)))
		b.ReportAllocs()
		for b.Loop() {
			if err := d.decode(batches[0].data, &into); err != nil {
				b.Fatal(err)
			}
			each(b, &into)
		}
		b.ReportMetric(n*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
	})
}
