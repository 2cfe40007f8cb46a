module impact/lineage/conformance

go 1.26.0

replace impact => ../..

require (
	github.com/goccy/go-googlesql v0.4.0
	impact v0.0.0-00010101000000-000000000000
)

require (
	github.com/goccy/go-json v0.12.0 // indirect
	github.com/goccy/googlesqlwasm2go v0.2.0 // indirect
)
