package manifest_test

import (
	"fmt"
	"strings"

	"impact/manifest"
)

func ExampleDecode() {
	const artifact = `{
		"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json"},
		"nodes": {"model.shop.accounts": {
			"resource_type": "model", "name": "accounts", "relation_name": "p.mart.accounts",
			"depends_on": {"nodes": ["source.shop.salesforce.account"]},
			"compiled_code": "select id from p.raw.account"}},
		"sources": {"source.shop.salesforce.account": {"resource_type": "source", "source_name": "salesforce", "name": "account"}}
	}`
	m, err := manifest.Decode(strings.NewReader(artifact), "target/manifest.json", manifest.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, n := range m.Children("source.shop.salesforce.account") {
		fmt.Println(n.UniqueID, n.RelationName)
	}
	// Output:
	// model.shop.accounts p.mart.accounts
}

func ExampleError() {
	_, err := manifest.Decode(strings.NewReader(`{"nodes": {"model.shop.accounts": {"columns": ["id"]}}}`), "target/manifest.json", manifest.Options{})
	fmt.Println(err)
	// Output:
	// target/manifest.json: byte 46: nodes["model.shop.accounts"].columns: want an object, found an array
}

func ExampleValue() {
	v, err := manifest.ParseValue([]byte(`{"impact": {"table": "jobs", "key": ["id"]}}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	for name, value := range v.Get("impact").Members() {
		fmt.Println(name, value.Kind(), value)
	}
	// Output:
	// table a string jobs
	// key an array ["id"]
}
