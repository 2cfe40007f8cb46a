package report_test

import (
	"fmt"
	"os"

	"impact/lineage/effect"
	"impact/lineage/report"
)

func Example() {
	answer := &effect.Answer{
		Target: effect.Target{Name: "salesforce.JobOffer__c", Column: "Headcount__c", Known: true},
		Findings: []effect.Finding{{
			Rule: effect.RuleModelUnresolved, Severity: effect.Break,
			Subject: effect.Subject{Kind: "model", ID: "model.jobs.stg_offers", Name: "stg_offers"},
			Message: "column Headcount__c does not exist",
			At:      &effect.Place{File: "models/stg_offers.sql", Line: 3, Col: 5, EndCol: 17, Text: "    Headcount__c as headcount"},
		}},
		Coverage: effect.Coverage{Models: 1, Bound: 1, Percent: 100},
	}
	r, err := report.New("text", report.Options{Width: 80})
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := r.Render(os.Stdout, answer); err != nil {
		fmt.Println(err)
	}
	// Output:
	// Dropping salesforce.JobOffer__c.Headcount__c breaks 1 model
	// break 1 · loss 0 · stale 0 · rows 0 · value 0 · note 0
	//
	// What breaks (1)
	//   stg_offers
	//     models/stg_offers.sql:3:5
	//     column Headcount__c does not exist
	//     3 │     Headcount__c as headcount
	//       │     ^^^^^^^^^^^^
	//
	// Coverage: 1 of 1 model understood (100%)
}
