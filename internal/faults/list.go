package faults

// A Fault is one that a load has to survive.
type Fault struct {
	Name string
	Test string // of sync/mysql, whose subtests are cases of the fault; or one of those
	// Happened is what came of it, where the test does not say so itself.
	Happened string
}

// List is every fault, in the order in which they are reported.
func List() []Fault {
	return []Fault{
		{"kill -9 of the client", "TestAKilledProcessIsFinishedByTheNextRun", ""},
		{"kill -9 of the server", "TestAKilledServerIsSurvivedByTheNextRun", ""},
		{"KILL of the connections", "TestAKilledConnectionIsSurvived", ""},
		{"connection or answer lost (2006, 2013)", "TestALostConnectionAtAnyStepIsSurvivedWithinTheRun", ""},
		{"connection lost that the server does not miss", "TestAConnectionThatTheServerDoesNotMissIsEnded", ""},
		{"lock wait timeout (1205)", "TestALockThatIsHeldTooLongIsWaitedFor", ""},
		{"deadlock (1213)", "TestADeadlockIsTriedAgainAsAWhole", ""},
		{"server turns read-only (1290)", "TestAServerThatBecomesReadOnlyChangesNothing", ""},
		{"too many connections (1040)", "TestTooManyConnectionsAreWaitedFor", ""},
		{"row larger than a packet (1153)", "TestARowLargerThanAPacketIsABadRow", "that row is rejected, the others are written"},
		{"reader that blocks RENAME", "TestAReaderThatBlocksTheExchangeIsWaitedFor", ""},
		{"two runs at once", "TestOneRunPerTableAtATime", ""},
		{"interrupt", "TestACancelledRunRollsBack", "rolled back, done by the next run"},
		{"source breaks off", "TestASourceThatBreaksOffChangesNothing", "nothing changed, done in a further attempt"},
		{"source delivers fewer rows than it counted", "TestNothingIsDeletedBecauseOfRowsThatWereNotRead", "failed, nothing deleted"},
		{"DDL between plan and run", "TestAPlanForAnotherTableIsStale", "refused: the plan is stale"},
		{"DDL while a copy is filled", "TestWhatIsDoneToATableWhileItsCopyIsFilledIsNotLost", ""},
		{"the application writes during a run", "TestRowsThatTheApplicationChangesMeanwhileAreComparedAgain", "compared again under a lock, its rows kept"},
		{"suspicious model", "TestGuardsRefuseBeforeAnythingIsWritten", "refused by a guard, done with approval"},
		{"duplicate and NULL keys", "TestDuplicateAndNullKeysAreBadRows", "rejected, the rows with these keys kept"},
		{"keys that collide in the collation", "TestKeysThatTheCollationTakesForTheSameAreBadRowsAndNeverMerged", "failed as a whole, or rejected; never merged"},
		{"generated column", "TestThePlanRefusesWhatTheServerShows/a generated column", "refused by the plan"},
		{"the server refuses rows", "TestRowsThatTheServerRefusesAreFoundOneByOne", "those rows are found and rejected, the others are written"},
		{"child of a row to be deleted", "TestADeleteOfARowThatOthersNeedChangesNothing", "failed, nothing changed"},
		{"server's settings", "TestServersWithOtherSettingsGiveTheSameResult", "the same rows, and a second run changes none"},
	}
}
