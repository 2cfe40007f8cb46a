package mysql

import (
	"testing"
)

func TestRightsAreReadFromWhatTheServerSays(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name                   string
		lines                  []string
		right, database, table string
		want                   bool
	}{
		{"nothing", nil, "SELECT", "a", "t", false},
		{"usage is nothing", []string{"GRANT USAGE ON *.* TO `u`@`%`"}, "USAGE", "a", "t", false},
		{"on the table", []string{"GRANT SELECT, INSERT ON `a`.`t` TO 'u'@'%'"}, "INSERT", "a", "t", true},
		{"on another table", []string{"GRANT SELECT ON `a`.`s` TO 'u'@'%'"}, "SELECT", "a", "t", false},
		{"on the database", []string{"GRANT CREATE TEMPORARY TABLES ON `a`.* TO 'u'@'%'"}, "CREATE TEMPORARY TABLES", "a", "*", true},
		{"a right on a table is none on all", []string{"GRANT REFERENCES ON `a`.`t` TO 'u'@'%'"}, "REFERENCES", "a", "*", false},
		{"all privileges", []string{"GRANT ALL PRIVILEGES ON `a`.* TO `u`@`%` WITH GRANT OPTION"}, "ALTER", "a", "t", true},
		{"on everything", []string{"GRANT SELECT, DROP ON *.* TO `u`@`%` IDENTIFIED BY PASSWORD '*ABC'"}, "DROP", "b", "t", true},
		{"on columns is not on the table", []string{"GRANT SELECT (`id`, `TO x`), UPDATE (v), DELETE ON `a`.`t` TO 'u'@'%'"}, "UPDATE", "a", "t", false},
		{"beside columns", []string{"GRANT SELECT (`id`), UPDATE (v), DELETE ON `a`.`t` TO 'u'@'%'"}, "DELETE", "a", "t", true},
		{"a pattern", []string{"GRANT SELECT ON `shop\\_%`.* TO 'u'@'%'"}, "SELECT", "shop_eu", "t", true},
		{"an escape takes the character itself", []string{"GRANT SELECT ON `shop\\_eu`.* TO 'u'@'%'"}, "SELECT", "shopXeu", "t", false},
		{"a wildcard", []string{"GRANT SELECT ON `shop_eu`.* TO 'u'@'%'"}, "SELECT", "shopXeu", "t", true},
		{"quotes in names", []string{"GRANT SELECT ON `a``.``b`.`t` TO 'u'@'%'"}, "SELECT", "a`.`b", "t", true},
		{"a role is no right", []string{"GRANT `r`@`%` TO `u`@`%`"}, "SELECT", "a", "t", false},
		{"a routine is no table", []string{"GRANT EXECUTE, SELECT ON PROCEDURE `a`.`t` TO 'u'@'%'"}, "SELECT", "a", "t", false},
		{"taken away of everything", []string{"GRANT SELECT, INSERT ON *.* TO `u`@`%`", "REVOKE INSERT ON `a`.* FROM `u`@`%`"}, "INSERT", "a", "t", false},
		{"not taken away elsewhere", []string{"GRANT SELECT, INSERT ON *.* TO `u`@`%`", "REVOKE INSERT ON `a`.* FROM `u`@`%`"}, "INSERT", "b", "t", true},
		{"taken away and given by name", []string{"GRANT INSERT ON *.* TO `u`@`%`", "REVOKE INSERT ON `a`.* FROM `u`@`%`", "GRANT INSERT ON `a`.`t` TO `u`@`%`"}, "INSERT", "a", "t", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p := &privileges{}
			for _, line := range c.lines {
				p.add(line)
			}
			if got := p.has(c.right, c.database, c.table); got != c.want {
				t.Errorf("got %v of %+v", got, p.grants)
			}
		})
	}
	if got := account(`o'b\r@10.%`); got != `'o''b\\r'@'10.%'` {
		t.Error(got)
	}
}

func FuzzPrivileges(f *testing.F) {
	f.Add("GRANT SELECT (`id`), UPDATE ON `a\\_%`.`t` TO 'u'@'%'", "a_b", "t")
	f.Add("REVOKE ALL PRIVILEGES ON `%`.* FROM u", "%", "*")
	f.Add("GRANT SELECT ON `\\`.* TO u", "\\", "*")
	f.Fuzz(func(t *testing.T, line, database, table string) {
		p := &privileges{}
		p.add(line)
		p.has("SELECT", database, table)
		p.seesAll(database)
		if !like(database, database) && like("%", database) {
			return // an escape or a wildcard in it
		}
		if !like("%", database) {
			t.Errorf("%q is not matched by everything", database)
		}
	})
}

func TestAnAccountIsQuotedHoweverItIsWritten(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"impact": "'impact'@'%'", "impact@%": "'impact'@'%'", "'impact'@'%'": "'impact'@'%'", "`im``pact`@10.0.%": "'im`pact'@'10.0.%'",
		`"o'b"@'localhost'`: "'o''b'@'localhost'", "'o''b'": "'o''b'@'%'", "app-1@app_2.example.com": "'app-1'@'app_2.example.com'",
		"": "", "@": "", "a b": "", "a@b@c": "", "'a'; DROP TABLE x": "", "'a": "", "a@": "", "x\ny": "",
	} {
		got, err := Account(name)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q: %s, %v", name, got, err)
		}
	}
}
