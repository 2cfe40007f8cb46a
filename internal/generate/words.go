package generate

var objects = []string{
	"account", "contact", "opportunity", "job_offer", "job_seeker", "application", "invoice", "payment",
	"clinic", "interview", "placement", "contract", "campaign", "lead", "task", "event",
}

type field struct{ name, typ string }

var fields = []field{
	{"Status", "STRING"}, {"BillingCity", "STRING"}, {"Name", "STRING"}, {"Email", "STRING"}, {"Stage", "STRING"},
	{"Description", "STRING"}, {"Prefecture", "STRING"}, {"Category", "STRING"}, {"Source", "STRING"}, {"Phone", "STRING"},
	{"Salary", "NUMERIC"}, {"Fee", "NUMERIC"}, {"Hours", "INT64"}, {"Beds", "INT64"}, {"Age", "INT64"},
	{"SignedAt", "TIMESTAMP"}, {"ModifiedAt", "TIMESTAMP"}, {"StartDate", "DATE"}, {"CloseDate", "DATE"},
	{"IsActive", "BOOL"}, {"IsRemote", "BOOL"},
}
