// Package web serves impact's answers as a page: the same findings, in the same
// JSON, as the command line prints.
//
// It is an http.Handler with its authentication and its event stream, and the
// compiled page that it serves is embedded, so the binary needs no other file.
// The page's TypeScript is in web/ui, its committed build in web/dist, and the
// tests that drive it in a browser in web/e2e.
//
// # Promises
//
// The page starts from a field and a question, never from a whole graph, and
// every answer shows its coverage.
//
// The package analyses nothing itself: it asks lineage and sync, and what they
// return is shown, not interpreted. Nothing that comes from a project or a
// server reaches the page unescaped.
//
// A handler holds no state between requests but the graph that it was built
// with, which does not change; any number of requests may run at once.
//
// # Example
//
// An address of the page names the same thing as a command line:
//
//	/field/JobOffer__c.Salary__c    impact JobOffer__c.Salary__c
package web
