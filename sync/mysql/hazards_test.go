package mysql_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"strings"
	"testing"
)

// hazards are the ways in which loads are known to harm tables, and the tests
// that hold ours to handling or refusing them. Faults (processes, servers and
// connections that are lost) have a list of their own in internal/faults.
var hazards = []struct {
	hazard string
	tests  []string
}{
	{"LOAD DATA cuts, drops and invents values and calls that a warning", []string{"TestAValueThatTheColumnCannotKeepIsABadRow", "TestKeysThatTheCollationTakesForTheSameAreBadRowsAndNeverMerged"}},
	{"LOAD DATA without a character set destroys Japanese in a latin1 database", []string{"TestServersWithOtherSettingsGiveTheSameResult"}},
	{"a reader that fails in the middle leaves the rows sent so far", []string{"TestASourceThatBreaksOffChangesNothing"}},
	{"a source that is cancelled ends quietly, as if there were no more rows", []string{"TestConformance", "TestNothingIsDeletedBecauseOfRowsThatWereNotRead"}},
	{"DELETE and INSERT, or REPLACE, destroy children and the application's columns", []string{"TestAnUpdateKeepsChildrenAndTheApplicationsColumns", "TestReplaceComparesRowsWhereTheTableCannotBeExchanged"}},
	{"ON DELETE CASCADE takes rows along that nobody owns", []string{"TestThePlanRefusesWhatTheServerShows", "TestChildrenInOtherDatabasesAreSeen"}},
	{"ON DELETE RESTRICT ends a delete in the middle", []string{"TestADeleteOfARowThatOthersNeedChangesNothing"}},
	{"ON DUPLICATE KEY UPDATE changes a row through another unique index", []string{"TestUpsertNeverRemovesAndNeverTouchesARowThroughAnotherUniqueIndex"}},
	{"rows exchange unique values", []string{"TestConformance", "TestRowsThatExchangeValuesWhichMayNotBeNULLAreRefusedWithTheRemedy", "TestAnyTableBecomesTheModelAndNothingElseChanges"}},
	{"unique indexes hold many NULLs", []string{"TestUniqueIndexesMayHoldManyNULLs", "TestThePlanRefusesWhatTheServerShows"}},
	{"RENAME leaves foreign keys and triggers with the old table", []string{"TestReplaceComparesRowsWhereTheTableCannotBeExchanged", "TestThePlanRefusesWhatTheServerShows"}},
	{"a copy of a table restarts AUTO_INCREMENT and loses its definition", []string{"TestReplaceExchangesTheTableAndKeepsWhatItIs", "TestAGeneratedColumnOfTheApplicationIsKept", "TestIdsThatWereGivenAreNotGivenAgain"}},
	{"a name leads to another application's table on the same server", []string{"TestATableIsFoundInItsDatabaseOnly"}},
	{"a server ends connections that wait for a model", []string{"TestASlowModelOutlivesTheServersTimeout"}},
	{"read_only does not keep an administrator from writing a replica", []string{"TestAServerThatBecomesReadOnlyChangesNothing"}},
	{"RENAME waits behind readers, and readers behind it", []string{"TestAReaderThatBlocksTheExchangeIsWaitedFor"}},
	{"TRUNCATE leaves orphans, and readers an empty table", []string{"TestHandWrittenLoadsBreakWhatOursKeep", "TestAKilledProcessIsFinishedByTheNextRun"}},
	{"a replace without the source's key renumbers ids", []string{"TestHandWrittenLoadsBreakWhatOursKeep"}},
	{"children are inserted before their parents", []string{"TestHandWrittenLoadsBreakWhatOursKeep", "TestTablesThatReferToEachOtherAreLoadedInOneTransaction"}},
	{"keys that differ in case, accents, kana or spaces collapse", []string{"TestKeysThatTheCollationTakesForTheSameAreBadRowsAndNeverMerged"}},
	{"a comparison in SQL misses changes of case, kana and spaces", []string{"TestMirrorTellsValuesApartThatTheCollationTakesForTheSame"}},
	{"DECIMAL loses its scale with a note only", []string{"TestAValueThatTheColumnCannotKeepIsABadRow"}},
	{"TIMESTAMP holds 1970 to 2038", []string{"TestAValueThatTheColumnCannotKeepIsABadRow"}},
	{"a value changes as it is written, and is written for ever", []string{"TestEveryTypeIsKeptAndASecondRunChangesNoRow"}},
	{"a deadlock takes the transaction, a lock wait the statement only", []string{"TestADeadlockIsTriedAgainAsAWhole", "TestALockThatIsHeldTooLongIsWaitedFor"}},
	{"the pool sends a statement a second time", []string{"TestALostConnectionAtAnyStepIsSurvivedWithinTheRun"}},
	{"strict mode is off, quotes and backslashes mean something else", []string{"TestServersWithOtherSettingsGiveTheSameResult"}},
	{"local_infile is off, packets are small", []string{"TestServersWithOtherSettingsGiveTheSameResult", "TestARowLargerThanAPacketIsABadRow"}},
	{"four bytes of UTF-8 in utf8mb3", []string{"TestAValueThatTheColumnCannotKeepIsABadRow"}},
	{"duplicate and NULL keys", []string{"TestDuplicateAndNullKeysAreBadRows"}},
	{"generated columns", []string{"TestThePlanRefusesWhatTheServerShows", "TestAGeneratedColumnOfTheApplicationIsKept"}},
	{"a trigger that signals", []string{"TestRowsThatTheServerRefusesAreFoundOneByOne"}},
	{"no rows at all, or all of them changed", []string{"TestGuardsRefuseBeforeAnythingIsWritten"}},
	{"a migration between plan and run", []string{"TestAPlanForAnotherTableIsStale", "TestATableThatIsCreatedMeanwhileMakesThePlanStale"}},
	{"a migration that removed a column, or made one that needs a value", []string{"TestThePlanRefusesWhatTheServerShows"}},
	{"the application changes rows during the run", []string{"TestRowsThatTheApplicationChangesMeanwhileAreComparedAgain", "TestAnyTableBecomesTheModelAndNothingElseChanges"}},
	{"two runs at once", []string{"TestOneRunPerTableAtATime"}},
	{"values in logs and errors", []string{"TestErrorsAndEventsHoldNoValuesAndNoPassword"}},
}

func TestEveryHazardHasItsTests(t *testing.T) {
	t.Parallel()
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), f.Name(), nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range parsed.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok {
				known[fn.Name.Name] = true
			}
		}
	}
	for _, h := range hazards {
		for _, name := range h.tests {
			if !known[name] {
				t.Errorf("%s: there is no %s", h.hazard, name)
			}
		}
	}
}
