// Package notify tells others what a sync did: OpenLineage events with column
// lineage to a URL or a file, metrics to Prometheus' textfile collector or a
// Pushgateway, and a message to Slack or another web hook when loads did not get
// through.
//
// # Promises
//
//   - What is told comes from the report and from names that the caller gives.
//     No row value is among it.
//   - A sync never fails because nobody listened: errors are returned for the
//     caller to show as warnings. Each request has a time limit, failures that
//     may pass are tried again a few times, and all of it together ends after
//     Options.Limit.
//   - URLs, keys and answers of servers never appear in errors: the host does.
//     Redirects are not followed.
//   - Names are escaped for where they go: labels, JSON, Slack's markup, paths.
//   - Metrics keep their names and labels. A file of metrics is exchanged as a
//     whole; loads that did not run keep their last values in it, and a load that
//     fails keeps the time of its last success.
//
// # Example
//
//	n, err := notify.FromEnv(os.LookupEnv, notify.Options{Version: version})
//	if err != nil {
//		return err
//	}
//	warn(n.Start(ctx, notify.Run{ID: id, Started: now, Loads: loads}))
//	report := run.Execute(ctx, p, src, dests, opts)
//	warn(n.Finish(ctx, notify.Run{ID: id, Started: now, Finished: end, Loads: loadsOf(report)}))
package notify
