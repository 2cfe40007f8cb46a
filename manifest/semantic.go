package manifest

import "strings"

// metric makes a metric of a resource, of the semantic layer (dbt 1.6 and later)
// or of dbt's older kind (0.21 to 1.5), which names a model and columns.
func metric(r *resource) *Metric {
	x := &Metric{
		UniqueID:    r.id,
		Name:        r.text("name"),
		PackageName: r.text("package_name"),
		Path:        r.path(),
		Label:       r.text("label"),
		Type:        first(r.text("type"), r.text("calculation_method")),
		DependsOn:   r.dependsOn(),
		Filters:     whereFilters(r.sub("filter")),
	}
	if params := r.sub("type_params"); params.Kind() == ValueObject {
		x.readParams(params)
		return x
	}
	x.modelText = r.text("model")
	x.Expression = first(r.text("expression"), r.text("sql"))
	x.Dimensions = r.names("dimensions")
	x.Timestamp = r.text("timestamp")
	for _, f := range r.objects("filters") {
		text := strings.Join([]string{f.text("field"), f.text("operator"), f.text("value")}, " ")
		x.Filters = append(x.Filters, strings.TrimSpace(text))
	}
	for _, names := range r.Get("metrics").Items() { // [["revenue"], ["my_package", "revenue"]]
		list := r.namesOf("metrics", names)
		if len(list) > 0 {
			x.Metrics = append(x.Metrics, list[len(list)-1])
		}
	}
	return x
}

// readParams reads the type_params of a metric of the semantic layer.
func (x *Metric) readParams(params *resource) {
	x.Expression = params.text("expr")
	x.input(&x.Measures, params, "measure")
	x.inputs(&x.Measures, params, "input_measures")
	x.input(&x.Metrics, params, "numerator")
	x.input(&x.Metrics, params, "denominator")
	x.inputs(&x.Metrics, params, "metrics")
	x.inputs(&x.Metrics, params, "input_metrics")

	cumulative := params.sub("cumulative_type_params")
	x.input(&x.Metrics, cumulative, "metric")

	conversion := params.sub("conversion_type_params")
	x.input(&x.Measures, conversion, "base_measure")
	x.input(&x.Measures, conversion, "conversion_measure")
	x.input(&x.Metrics, conversion, "base_metric")
	x.input(&x.Metrics, conversion, "conversion_metric")

	if own := params.sub("metric_aggregation_params"); own.Kind() == ValueObject {
		x.semanticName = own.text("semantic_model")
		x.Timestamp = own.text("agg_time_dimension")
		x.Expression = first(first(x.Expression, own.text("expr")), x.Name)
	}
	x.Measures, x.Metrics, x.Filters = union(nil, x.Measures), union(nil, x.Metrics), union(nil, x.Filters)
}

// input adds the metric or measure that a member names, as {name, filter, …} or
// as a text.
func (x *Metric) input(into *[]string, r *resource, key string) {
	in := r.sub(key)
	switch in.Kind() {
	case ValueObject:
		x.add(into, in)
	case ValueString:
		*into = append(*into, r.text(key))
	}
}

func (x *Metric) inputs(into *[]string, r *resource, key string) {
	for i, item := range r.Get(key).Items() {
		switch item.Kind() {
		case ValueObject:
			x.add(into, &resource{Value: item, id: r.id + "." + key, warn: r.warn})
		case ValueString:
			*into = append(*into, item.String())
		default:
			r.warn.addf("%s.%s[%d] (byte %d): want a name, found %s: ignored", r.id, key, i, item.Offset(), item.Kind())
		}
	}
}

func (x *Metric) add(into *[]string, in *resource) {
	if name := in.text("name"); name != "" {
		*into = append(*into, name)
	}
	x.Filters = append(x.Filters, whereFilters(in.sub("filter"))...)
}

// whereFilters reads the filters of the semantic layer: {where_filters: [{where_sql_template}]},
// or one text.
func whereFilters(r *resource) []string {
	if text, ok := r.Text(); ok {
		return []string{text}
	}
	var list []string
	for _, item := range r.Items() {
		if text, ok := item.Text(); ok {
			list = append(list, text)
		}
	}
	if r.Kind() == ValueObject {
		for _, f := range r.objects("where_filters") {
			if text := f.text("where_sql_template"); text != "" {
				list = append(list, text)
			}
		}
	}
	return list
}

// semanticModel makes a semantic model of a resource.
func semanticModel(r *resource) *SemanticModel {
	m := &SemanticModel{
		UniqueID:    r.id,
		Name:        r.text("name"),
		PackageName: r.text("package_name"),
		Path:        r.path(),
		DependsOn:   r.dependsOn(),
		modelText:   r.text("model"),
	}
	relation := r.sub("node_relation")
	m.relation = Relation{
		Database: relation.text("database"),
		Schema:   first(relation.text("schema_name"), relation.text("schema")),
		Name:     relation.text("alias"),
	}
	for _, part := range [...]struct{ key, role string }{
		{"entities", "entity"}, {"measures", "measure"}, {"dimensions", "dimension"},
	} {
		for _, e := range r.objects(part.key) {
			name := e.text("name")
			m.Elements = append(m.Elements, SemanticElement{Role: part.role, Name: name, Expression: first(e.text("expr"), name)})
		}
	}
	if name := r.text("primary_entity"); name != "" {
		m.Elements = append(m.Elements, SemanticElement{Role: "primary_entity", Name: name, Expression: name})
	}
	return m
}

// savedQuery makes a saved query of a resource.
func savedQuery(r *resource) *SavedQuery {
	params := r.sub("query_params")
	if params.Kind() != ValueObject {
		params = r // dbt 1.7's first form
	}
	return &SavedQuery{
		UniqueID:    r.id,
		Name:        r.text("name"),
		PackageName: r.text("package_name"),
		Path:        r.path(),
		DependsOn:   r.dependsOn(),
		Metrics:     params.names("metrics"),
		GroupBy:     params.names("group_by"),
		Where:       whereFilters(params.sub("where")),
	}
}
