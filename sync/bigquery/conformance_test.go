package bigquery

import (
	"encoding/base64"
	"net/http"
	"strings"
	"testing"
	"time"

	bq "google.golang.org/api/bigquery/v2"

	"impact/sync/plan"
	"impact/sync/run"
	"impact/sync/synctest"
)

func TestConformance(t *testing.T) {
	t.Parallel()
	for _, way := range bothWays {
		t.Run(string(way), func(t *testing.T) {
			t.Parallel()
			synctest.Sources(t, func(t *testing.T) synctest.Warehouse {
				t.Helper()
				f := newFake(t)
				return synctest.Warehouse{
					Sorts: true,
					Past:  true,
					Put: func(_ testing.TB, node string, fields []plan.Field, rows []run.Row) {
						f.put("test-project.d."+node, fields, rows)
					},
					Open: func(_ testing.TB, nodes ...string) run.Source {
						return f.open(func(o *Options) {
							o.Storage, o.Relations = way, map[string]string{}
							for _, node := range nodes {
								o.Relations[node] = "test-project.d." + node
							}
						})
					},
					Break: func(testing.TB, string) {
						f.mu.Lock()
						defer f.mu.Unlock()
						f.fail = func(w http.ResponseWriter, r *http.Request) bool {
							if isPage(r) {
								answerError(w, http.StatusForbidden, "accessDenied", "Access Denied")
								return true
							}
							return false
						}
						f.reader.broken.Store(true)
					},
					Mend: func(testing.TB) {
						f.mu.Lock()
						defer f.mu.Unlock()
						f.fail = nil
						f.reader.broken.Store(false)
					},
				}
			})
		})
	}
}

// put writes a table a minute after what was there, and lets another minute pass.
func (f *fake) put(name string, fields []plan.Field, rows []run.Row) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = f.now.Add(time.Minute)
	schema := &bq.TableSchema{}
	for _, field := range fields {
		c := fieldOf(field.Name, restTypes[field.Kind])
		switch field.Name {
		case "array":
			c.Type, c.Mode = "INTEGER", "REPEATED"
		case "struct":
			c.Type = "RECORD"
		}
		schema.Fields = append(schema.Fields, c)
	}
	state := fakeState{from: f.now, schema: schema}
	for _, row := range rows {
		state.rows = append(state.rows, restRow(fields, row))
	}
	t := f.tables[name]
	if t == nil {
		t = &fakeTable{meta: bq.Table{Type: "TABLE", CreationTime: f.now.UnixMilli()}}
		f.tables[name] = t
	}
	t.states = append(t.states, state)
	t.meta.Schema, t.meta.LastModifiedTime, t.meta.NumRows = schema, uint64(f.now.UnixMilli()), uint64(len(rows))
	f.now = f.now.Add(time.Minute)
}

var restTypes = map[plan.Kind]string{
	plan.Int: "INTEGER", plan.Decimal: "NUMERIC", plan.Float: "FLOAT", plan.Bool: "BOOLEAN", plan.String: "STRING", plan.Bytes: "BYTES",
	plan.Date: "DATE", plan.DateTime: "DATETIME", plan.Timestamp: "TIMESTAMP", plan.Time: "TIME", plan.JSON: "JSON",
}

// restRow writes values as the REST API does.
func restRow(fields []plan.Field, row run.Row) []any {
	out := make([]any, len(row))
	for i, v := range row {
		if v == nil {
			continue
		}
		text := string(v)
		switch fields[i].Kind {
		case plan.Bool:
			text = map[string]string{"1": "true", "0": "false"}[text]
		case plan.Bytes:
			text = base64.StdEncoding.EncodeToString(v)
		case plan.DateTime:
			text = strings.Replace(text, " ", "T", 1)
		case plan.Timestamp:
			text = micros(text)
		}
		out[i] = text
	}
	return out
}
