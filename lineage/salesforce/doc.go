// Package salesforce knows how Salesforce spells its names and what connectors
// make of them on the way into a warehouse. It works on names alone and reads
// nothing.
//
// It promises that every function accepts any text, that the same input gives
// the same output, and that [Normalize] and [NormalizeTable] do not change
// their own results. Salesforce's names are case-insensitive, and so are
// BigQuery's columns: compare what the functions return with
// [strings.EqualFold].
//
//	object, field, _ := salesforce.Split("salesforce.Opportunity.Custom__c")
//	columns := salesforce.Fivetran.Columns(field) // custom_c, Custom__c
package salesforce
