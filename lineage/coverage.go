package lineage

import (
	"impact/lineage/bind"
	"impact/lineage/syntax"
)

// Coverage counts how much of a project was understood.
type Coverage struct {
	Models      int // models and snapshots
	Bound       int // all names resolved, exactly or with guessed schemas
	Widened     int // something was not understood
	Unparsed    int // the SQL could not be parsed
	NotCompiled int // there is no SQL
	Python      int
	Sources     int
	OpenSources int // whose columns no catalog lists
	Exposures   int
	Loads       int
	Gaps        []Gap
}

// Percent is Bound of Models; 100 for a project without models.
func (c *Coverage) Percent() int {
	if c.Models == 0 {
		return 100
	}
	return c.Bound * 100 / c.Models
}

// A Gap is something about one relation that is not known.
type Gap struct {
	Rel     RelID
	Code    string
	Message string
	Span    syntax.Span // Pos is -1 if there is no place
}

// Coverage says how much of the project was understood. Gaps are in the order of
// the graph.
func (g *Graph) Coverage() Coverage {
	var c Coverage
	for _, id := range g.order {
		r := g.Relations[id]
		switch r.Kind {
		case Source:
			c.Sources++
			if r.schema.Open {
				c.OpenSources++
			}
		case Exposure:
			c.Exposures++
		case Model, Snapshot:
			c.Models++
			g.cover(&c, r)
		}
	}
	c.Loads = len(g.loads)
	return c
}

func (g *Graph) cover(c *Coverage, r *Relation) {
	none := syntax.Span{Pos: -1, End: -1}
	switch r.state {
	case bound, inferred:
		c.Bound++
	case widened:
		c.Widened++
	case unparsed:
		c.Unparsed++
	case notCompiled:
		c.NotCompiled++
		c.Gaps = append(c.Gaps, Gap{r.ID, "not-compiled", "there is no compiled SQL: run dbt compile", none})
	case python:
		c.Python++
		c.Gaps = append(c.Gaps, Gap{r.ID, "python", "a Python model: only its tables are known", none})
	}
	for i := range r.diags {
		d := &r.diags[i]
		message := d.Message
		if d.Hint != "" {
			message += " (" + d.Hint + ")"
		}
		switch {
		case d.Code == bind.CodeSyntax && r.state == unparsed,
			d.Code == bind.CodeWidened,
			d.Code == bind.CodeUnknownRelation,
			d.Error:
			c.Gaps = append(c.Gaps, Gap{r.ID, string(d.Code), message, d.Span})
		}
	}
}
