package salesforce

import (
	"slices"
	"strings"
	"unicode"
)

// customSuffixes end the API names of what an organisation added itself: fields,
// person account fields, parts of compound fields, relationships, metadata
// types, events, external and big objects, knowledge articles, and the objects
// that Salesforce keeps beside a custom object.
var customSuffixes = []string{
	"__c", "__pc", "__s", "__r", "__mdt", "__e", "__x", "__b", "__kav", "__ka",
	"__history", "__share", "__feed", "__tag", "__changeevent",
}

// IsCustom reports whether a name is that of a custom field or object, as the
// API spells it (Foo__c, ns__Foo__c, Foo__pc) or as connectors that squeeze
// underscores do (foo_c). Only what is custom can be deleted.
func IsCustom(name string) bool {
	key := strings.ToLower(name)
	for _, suffix := range customSuffixes {
		if len(key) > len(suffix) && strings.HasSuffix(key, suffix) {
			return true
		}
	}
	// No standard field has an underscore, so a single one is a squeezed pair.
	for _, suffix := range []string{"_c", "_pc"} {
		if rest, ok := strings.CutSuffix(key, suffix); ok && strings.Trim(rest, "_") != "" {
			return true
		}
	}
	return false
}

// IsStandardField reports whether a name is surely that of a standard field:
// spelled like one (StageName), or one that every organisation has in another
// spelling (stage_name). Columns that a connector adds, such as
// _fivetran_deleted, are not; of other names it is not known.
func IsStandardField(name string) bool {
	if name == "" || IsCustom(name) {
		return false
	}
	if name[0] >= 'A' && name[0] <= 'Z' && strings.IndexFunc(name, notAlphanumeric) < 0 && strings.ToUpper(name) != name {
		return true
	}
	if strings.HasPrefix(name, "_") {
		return false
	}
	return slices.Contains(standardFields, Normalize(name))
}

func notAlphanumeric(r rune) bool {
	return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r)
}

// standardFields are common standard fields, normalised and sorted by object:
// of every object, then of single ones.
var standardFields = []string{
	"id", "name", "ownerid", "recordtypeid", "currencyisocode", "isdeleted", "isarchived",
	"createddate", "createdbyid", "lastmodifieddate", "lastmodifiedbyid", "systemmodstamp",
	"lastactivitydate", "lastvieweddate", "lastreferenceddate", "masterrecordid", "parentid",

	"accountid", "accountnumber", "accountsource", "annualrevenue", "billingcity", "billingcountry",
	"billingpostalcode", "billingstate", "billingstreet", "industry", "numberofemployees", "ownership",
	"phone", "fax", "rating", "shippingcity", "shippingcountry", "shippingpostalcode", "shippingstate",
	"shippingstreet", "sic", "tickersymbol", "website", "ispersonaccount", "personcontactid", "personemail",

	"assistantname", "assistantphone", "birthdate", "department", "email", "emailbounceddate",
	"emailbouncedreason", "firstname", "homephone", "lastname", "mailingcity", "mailingcountry",
	"mailingpostalcode", "mailingstate", "mailingstreet", "mobilephone", "otherphone", "reportstoid",
	"salutation", "title", "hasoptedoutofemail", "donotcall",

	"amount", "campaignid", "closedate", "contactid", "expectedrevenue", "fiscalquarter", "fiscalyear",
	"forecastcategory", "forecastcategoryname", "hasopportunitylineitem", "isclosed", "iswon", "leadsource",
	"nextstep", "pricebook2id", "probability", "stagename", "totalopportunityquantity",

	"company", "convertedaccountid", "convertedcontactid", "converteddate", "convertedopportunityid",
	"isconverted", "casenumber", "closeddate", "origin", "priority", "subject", "isescalated",
	"activitydate", "whatid", "whoid", "istask", "productcode", "product2id", "pricebookentryid",
	"opportunityid", "unitprice", "totalprice", "listprice", "username", "isactive", "profileid", "userroleid",
}

// standardObjects are common standard objects, normalised as tables are.
var standardObjects = []string{
	"account", "contact", "lead", "opportunity", "opportunitylineitem", "opportunitycontactrole",
	"opportunityhistory", "opportunityfieldhistory", "opportunitystage", "case", "casecomment", "casehistory",
	"task", "event", "user", "userrole", "profile", "group", "campaign", "campaignmember", "product2",
	"pricebook2", "pricebookentry", "contract", "order", "orderitem", "asset", "quote", "quotelineitem",
	"recordtype", "note", "attachment", "contentdocument", "contentversion", "emailmessage", "solution",
	"period", "partner", "accountcontactrole", "accountcontactrelation", "individual", "entitlement",
}

// isObject reports whether a name is surely that of an object.
func isObject(name string) bool {
	if IsCustom(name) {
		return !isRelationship(name)
	}
	return slices.Contains(standardObjects, NormalizeTable(name))
}

// isRelationship reports whether a name leads to another object: Account__r.
func isRelationship(name string) bool {
	return len(name) > 3 && strings.EqualFold(name[len(name)-3:], "__r")
}

// Split takes apart what people type for a field:
//
//	Opportunity.StageName             Opportunity, StageName
//	salesforce.Opportunity.Custom__c  Opportunity, Custom__c
//	JobOffer__c.Account__r.Name       JobOffer__c, Account__r, Name
//	商談.フェーズ                     商談, フェーズ
//	Custom__c                         "", Custom__c
//
// Of three or more parts the first that is an object by its suffix or a
// standard object's name begins the field; else the first part is taken as the
// name of a dbt source, unless a relationship follows it. Quotes and spaces
// around parts, and empty parts, are dropped; the wide full stop of Japanese
// keyboards separates as well.
func Split(text string) (object, field string, path []string) {
	var parts []string
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == '.' || r == '．' }) {
		if part = strings.Trim(part, "`\"' \t\r\n\u3000"); part != "" {
			parts = append(parts, part)
		}
	}
	switch len(parts) {
	case 0:
		return "", "", nil
	case 1:
		return "", parts[0], nil
	case 2:
		return parts[0], parts[1], nil
	}
	first := 0
	if !isRelationship(parts[1]) {
		first = 1
		for i := range len(parts) - 1 {
			if isObject(parts[i]) {
				first = i
				break
			}
		}
	}
	parts = parts[first:]
	if len(parts) > 2 {
		path = parts[2:]
	}
	return parts[0], parts[1], path
}
