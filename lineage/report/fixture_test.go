package report

import (
	"fmt"

	"impact/lineage/effect"
)

// The answers of the tests: what dropping fields of examples/medical-jobs
// does, written by hand from its SQL and truth.json.

var (
	salesforceTeam = &effect.Owner{Name: "Salesforce チーム", Email: "salesforce-team@medical-jobs.example"}
	jobBoardTeam   = &effect.Owner{Name: "求人サイトチーム", Email: "job-board@medical-jobs.example"}
	portalTeam     = &effect.Owner{Name: "医療機関ポータルチーム", Email: "clinic-portal@medical-jobs.example"}
)

func model(name, file string) effect.Subject {
	return effect.Subject{Kind: "model", ID: "model.medical_jobs." + name, Name: name, File: file}
}

func table(id string) effect.Subject {
	return effect.Subject{Kind: "table", ID: id, Name: id}
}

func step(kind, relation, column, via string) effect.Step {
	id := kind + ".medical_jobs." + relation
	if kind == "table" {
		id = relation
	}
	return effect.Step{Relation: relation, ID: id, Kind: kind, Column: column, Via: via}
}

func understood(loads int) effect.Coverage {
	return effect.Coverage{Models: 39, Bound: 39, Sources: 8, Exposures: 5, Loads: loads, Percent: 100}
}

const (
	staging  = "models/staging/salesforce/"
	compiled = "target/compiled/medical_jobs/models/staging/salesforce/"
)

// salaryMin breaks one line and reaches two columns of one table.
func salaryMin() *effect.Answer {
	path := func(last, first string) []effect.Step {
		return []effect.Step{
			step("source", "JobOffer__c", "Salary_Min__c", ""),
			step("model", "stg_salesforce__job_offers", "salary_min", "direct"),
			step("model", "int_job_offers_enriched", last, first),
			step("model", "mart_job_offers.v2", last, "direct"),
			step("model", "job_board__job_offers", last, "direct"),
			step("table", "job_board.job_offers", last, "load"),
		}
	}
	at := &effect.Place{
		File: compiled + "stg_salesforce__job_offers.sql", Line: 17, Col: 9, EndCol: 22,
		Text:   "        Salary_Min__c as salary_min,",
		Source: &effect.Place{File: staging + "stg_salesforce__job_offers.sql", Line: 17, Col: 9, EndCol: 22},
	}
	stg := model("stg_salesforce__job_offers", staging+"stg_salesforce__job_offers.sql")
	enriched := model("int_job_offers_enriched", "models/intermediate/int_job_offers_enriched.sql")
	mart := model("mart_job_offers.v2", "models/marts/shared/mart_job_offers_v2.sql")
	board := model("job_board__job_offers", "models/marts/job_board/job_board__job_offers.sql")
	snapshot := effect.Subject{Kind: "snapshot", ID: "snapshot.medical_jobs.job_offers_snapshot", Name: "job_offers_snapshot", File: "snapshots/job_offers_snapshot.yml"}
	load := effect.Subject{Kind: "load", ID: "exposure.medical_jobs.job_board_job_offers/job_offers", Name: "job_board_job_offers"}
	findings := []effect.Finding{
		{Rule: effect.RuleModelUnresolved, Severity: effect.Break, Subject: stg, Columns: []string{"salary_min"},
			Message: "Salary_Min__c no longer exists", At: at, Owner: salesforceTeam,
			Path: []effect.Step{step("source", "JobOffer__c", "Salary_Min__c", ""), step("model", "stg_salesforce__job_offers", "salary_min", "direct")}},
		{Rule: effect.RuleModelStale, Severity: effect.Stale, Subject: snapshot, Message: "not run because stg_salesforce__job_offers breaks", Owner: salesforceTeam},
		{Rule: effect.RuleModelStale, Severity: effect.Stale, Subject: enriched, Message: "not built because stg_salesforce__job_offers breaks", Owner: salesforceTeam},
		{Rule: effect.RuleModelStale, Severity: effect.Stale, Subject: mart, Message: "not built because stg_salesforce__job_offers breaks", Owner: salesforceTeam},
		{Rule: effect.RuleModelStale, Severity: effect.Stale, Subject: board, Message: "not built because stg_salesforce__job_offers breaks", Owner: jobBoardTeam},
		{Rule: effect.RuleLoadStale, Severity: effect.Stale, Subject: load, Message: "held back until stg_salesforce__job_offers is repaired", Owner: jobBoardTeam},
		{Rule: effect.RuleModelRows, Severity: effect.Rows, Subject: snapshot, Message: "check_cols: a new version is written whenever salary_min changes", Owner: salesforceTeam,
			At: &effect.Place{File: "snapshots/job_offers_snapshot.yml", Line: 10}},
		{Rule: effect.RuleModelValue, Severity: effect.Value, Subject: enriched, Columns: []string{"salary_min", "salary_max"}, Message: "the values of salary_min and salary_max change", Owner: salesforceTeam},
		{Rule: effect.RuleModelValue, Severity: effect.Value, Subject: mart, Columns: []string{"salary_min", "salary_max"}, Message: "the values of salary_min and salary_max change", Owner: salesforceTeam},
		{Rule: effect.RuleModelValue, Severity: effect.Value, Subject: board, Columns: []string{"salary_min", "salary_max"}, Message: "the values of salary_min and salary_max change", Owner: jobBoardTeam},
		{Rule: effect.RuleDestinationValue, Severity: effect.Value, Subject: table("job_board.job_offers"), Columns: []string{"salary_max"},
			Message: "salary_max falls back to it", Path: path("salary_max", "transform"), Owner: jobBoardTeam},
		{Rule: effect.RuleDestinationValue, Severity: effect.Value, Subject: table("job_board.job_offers"), Columns: []string{"salary_min"},
			Message: "salary_min becomes NULL", Path: path("salary_min", "direct"), Owner: jobBoardTeam},
	}
	return answer("JobOffer__c", "Salary_Min__c", findings, []effect.Repair{
		{Subject: stg, What: "take Salary_Min__c out of stg_salesforce__job_offers, or select NULL in its place", At: at, Owner: salesforceTeam, Findings: []string{"f1", "f2", "f3"}},
		{Subject: snapshot, What: "take salary_min out of check_cols", At: &effect.Place{File: "snapshots/job_offers_snapshot.yml", Line: 10}, Owner: salesforceTeam, Findings: []string{"f7"}},
	})
}

// electronicChart breaks no model: a column leaves four models, a table and a
// test by star.
func electronicChart() *effect.Answer {
	const column = "Electronic_Chart__c"
	names := []string{"stg_salesforce__facilities", "int_facilities_enriched", "mart_facilities", "clinic_portal__facilities"}
	owners := []*effect.Owner{salesforceTeam, salesforceTeam, salesforceTeam, portalTeam}
	findings := []effect.Finding{{
		Rule: effect.RuleTestUnresolved, Severity: effect.Break, Columns: []string{column}, Owner: salesforceTeam,
		Subject: effect.Subject{Kind: "test", ID: "test.medical_jobs.not_null_mart_facilities_Electronic_Chart__c.5d80a42fde", Name: "not_null_mart_facilities_Electronic_Chart__c"},
		Message: "the test names Electronic_Chart__c of mart_facilities, which a star no longer supplies",
		At:      &effect.Place{File: "models/marts/shared/_shared.yml", Line: 31, Col: 15, EndCol: 34, Text: "      - name: Electronic_Chart__c"},
	}}
	path := []effect.Step{step("source", "Facility__c", column, "")}
	for i, name := range names {
		path = append(path, step("model", name, column, "direct"))
		findings = append(findings, effect.Finding{
			Rule: effect.RuleModelColumnLost, Severity: effect.Loss, Subject: model(name, ""), Columns: []string{column},
			Message: column + " disappears through a star", Owner: owners[i], Path: path[:len(path):len(path)],
		})
	}
	findings = append(findings, effect.Finding{
		Rule: effect.RuleDestinationLost, Severity: effect.Loss, Subject: table("clinic_portal.sf_facilities"), Columns: []string{column},
		Message: column + " disappears from clinic_portal.sf_facilities", Owner: portalTeam,
		Path: append(path, step("table", "clinic_portal.sf_facilities", column, "load")),
	})
	a := answer("Facility__c", column, findings, []effect.Repair{
		{Subject: findings[0].Subject, What: "remove the test", At: findings[0].At, Owner: salesforceTeam, Findings: []string{"f1"}},
	})
	a.Coverage.Bound, a.Coverage.Widened, a.Coverage.Percent = 38, 1, 97
	a.Coverage.OpenSources = 2
	a.Coverage.Gaps = []effect.Gap{
		{Subject: model("mart_facilities", ""), Code: "pivot.any", Message: "the columns of PIVOT depend on data", Affected: true,
			At: &effect.Place{File: "models/marts/shared/mart_facilities.sql", Line: 3, Col: 1}},
		{Subject: model("mart_accounts", ""), Code: "syntax", Message: "not parsed"},
	}
	a.Coverage.Advice = []string{`run "dbt docs generate", so that the columns of 2 sources are known`}
	return a
}

// unread is the answer about a column that nothing reads.
func unread() *effect.Answer {
	a := answer("Account", "Fax_Memo__c", nil, nil)
	a.Target.Asked, a.Target.Rung = "Account.fax_memo", "normalized"
	return a
}

// frozen is a transfer that fails: nothing breaks in dbt, all grows old.
func frozen() *effect.Answer {
	source := effect.Subject{Kind: "source", ID: "source.medical_jobs.salesforce.JobOffer__c", Name: "salesforce.JobOffer__c"}
	findings := []effect.Finding{{Rule: effect.RuleSourceFrozen, Severity: effect.Stale, Subject: source,
		Message: "the transfer fails, so the table stops updating", Hint: "take the field out of the transfer first"}}
	for i := range 12 {
		findings = append(findings, effect.Finding{Rule: effect.RuleModelStale, Severity: effect.Stale,
			Subject: model(fmt.Sprintf("model_%02d", i+1), ""), Message: "reads a frozen table", Confidence: "inferred"})
	}
	a := answer("JobOffer__c", "Headcount__c", findings, nil)
	a.OnDrop = "fails"
	return a
}

// standard is a standard field with documentation only.
func standard() *effect.Answer {
	return answer("Opportunity", "StageName", []effect.Finding{
		{Rule: effect.RuleStandardField, Severity: effect.Note, Subject: effect.Subject{Kind: "field", ID: "Opportunity.StageName", Name: "Opportunity.StageName"},
			Message: "StageName is a standard field and cannot be deleted; it can only be hidden from the integration user, or no longer be filled"},
		{Rule: effect.RuleDocMentions, Severity: effect.Note, Subject: model("mart_placements", ""), Message: "a description mentions it", Columns: []string{"stage"}},
	}, nil)
}

// answer completes an answer: ids, confidences, counts.
func answer(object, column string, findings []effect.Finding, repairs []effect.Repair) *effect.Answer {
	a := &effect.Answer{
		Format: effect.FormatAnswer, Change: "drop", OnDrop: "removed",
		Target: effect.Target{
			Asked: object + "." + column, Relation: "source.medical_jobs.salesforce." + object,
			Name: "salesforce." + object, Column: column, Rung: "id", Known: true,
		},
		Findings: findings, Repairs: repairs, Coverage: understood(5),
	}
	for i := range findings {
		findings[i].ID = fmt.Sprintf("f%d", i+1)
		if findings[i].Confidence == "" {
			findings[i].Confidence = "exact"
		}
		a.Worst = max(a.Worst, findings[i].Severity)
	}
	a.Counts = newDigest(a).counts()
	return a
}

// fixtures are all answers by the name of their golden files.
func fixtures() map[string]*effect.Answer {
	return map[string]*effect.Answer{
		"salary_min": salaryMin(), "electronic_chart": electronicChart(), "unread": unread(),
		"frozen": frozen(), "standard": standard(),
	}
}
