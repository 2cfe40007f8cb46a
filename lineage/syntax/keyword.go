package syntax

import "strings"

// A keyword is a word that means something to the parser somewhere. Whether it
// is reserved is the dialect's matter; 0 is no keyword.
type keyword uint16

const (
	_ keyword = iota
	kwAbort
	kwAction
	kwAdd
	kwAfter
	kwAgainst
	kwAggregate
	kwAlgorithm
	kwAll
	kwAlter
	kwAnalyze
	kwAnd
	kwAnti
	kwAny
	kwApply
	kwApproximate
	kwArray
	kwAs
	kwAsc
	kwAsof
	kwAssert
	kwAssertRowsModified
	kwAsymmetric
	kwAt
	kwAttach
	kwBackup
	kwBatch
	kwBefore
	kwBegin
	kwBetween
	kwBig
	kwBigdecimal
	kwBigint
	kwBignumeric
	kwBinary
	kwBit
	kwBool
	kwBoolean
	kwBoth
	kwBreadth
	kwBreak
	kwBroadcast
	kwBrowse
	kwBulk
	kwBy
	kwByte
	kwBytea
	kwCache
	kwCall
	kwCase
	kwCast
	kwCatch
	kwCenturies
	kwCentury
	kwChanges
	kwChar
	kwCharacter
	kwCheck
	kwCheckpoint
	kwClear
	kwClone
	kwClose
	kwCluster
	kwClustered
	kwCollate
	kwCollect
	kwColumns
	kwComment
	kwCommit
	kwCondition
	kwConflict
	kwConnect
	kwConnection
	kwConnectByRoot
	kwConstraint
	kwContained
	kwContains
	kwContinue
	kwConversion
	kwConvert
	kwCopy
	kwCorresponding
	kwCreate
	kwCross
	kwCube
	kwCurrent
	kwCursor
	kwCycle
	kwData
	kwDatabase
	kwDate
	kwDatetime
	kwDay
	kwDayofweek
	kwDayofyear
	kwDays
	kwDayHour
	kwDayMicrosecond
	kwDayMinute
	kwDaySecond
	kwDbcc
	kwDeallocate
	kwDecade
	kwDecades
	kwDecimal
	kwDeclare
	kwDeep
	kwDefault
	kwDefine
	kwDefiner
	kwDelayed
	kwDelete
	kwDelimiter
	kwDenseRank
	kwDeny
	kwDepth
	kwDesc
	kwDescribe
	kwDescriptor
	kwDetach
	kwDict
	kwDiscard
	kwDistinct
	kwDistinctrow
	kwDistribute
	kwDiv
	kwDo
	kwDocument
	kwDouble
	kwDrop
	kwDual
	kwDumpfile
	kwDuplicate
	kwDynamic
	kwEach
	kwElse
	kwElseif
	kwElsif
	kwEmpty
	kwEnd
	kwEnum
	kwEscape
	kwEvent
	kwEvolution
	kwExcept
	kwException
	kwExchange
	kwExclude
	kwExec
	kwExecute
	kwExists
	kwExit
	kwExplain
	kwExport
	kwExtend
	kwExtended
	kwExternal
	kwExtract
	kwFail
	kwFalse
	kwFetch
	kwFilter
	kwFinal
	kwFirst
	kwFloat8
	kwFlush
	kwFn
	kwFollowing
	kwFor
	kwForce
	kwForeign
	kwFork
	kwFormat
	kwFormatted
	kwFrom
	kwFull
	kwFulltext
	kwFunction
	kwGenerated
	kwGlob
	kwGlobal
	kwGo
	kwGrant
	kwGrants
	kwGroup
	kwGrouping
	kwGroups
	kwHandler
	kwHash
	kwHaving
	kwHighPriority
	kwHour
	kwHours
	kwHourMicrosecond
	kwHourMinute
	kwHourSecond
	kwHybrid
	kwIceberg
	kwIdentity
	kwIf
	kwIgnore
	kwIlike
	kwImmediate
	kwImport
	kwIn
	kwInclude
	kwIndex
	kwIndexed
	kwInet
	kwInner
	kwInout
	kwInsert
	kwInstall
	kwInt
	kwInteger
	kwIntersect
	kwInterval
	kwInto
	kwInvoker
	kwIs
	kwIsnull
	kwIsoweek
	kwIsoyear
	kwIterate
	kwJoin
	kwJSON
	kwJsonb
	kwJSONTable
	kwKeep
	kwKey
	kwKeys
	kwKill
	kwLambda
	kwLanguage
	kwLarge
	kwLast
	kwLateral
	kwLeading
	kwLeave
	kwLeft
	kwLike
	kwLimit
	kwLinear
	kwList
	kwListen
	kwLive
	kwLoad
	kwLocal
	kwLock
	kwLog
	kwLong
	kwLookup
	kwLoop
	kwLowCardinality
	kwLowPriority
	kwMacro
	kwMap
	kwMatch
	kwMatched
	kwMatches
	kwMatching
	kwMatchCondition
	kwMatchRecognize
	kwMaterialized
	kwMax
	kwMeasures
	kwMember
	kwMerge
	kwMicrosecond
	kwMicroseconds
	kwMillennium
	kwMillisecond
	kwMilliseconds
	kwMin
	kwMinus
	kwMinute
	kwMinutes
	kwMinuteMicrosecond
	kwMinuteSecond
	kwMissing
	kwMod
	kwModel
	kwModule
	kwMonth
	kwMonths
	kwMsck
	kwMultirange
	kwMultiset
	kwName
	kwNanosecond
	kwNanoseconds
	kwNational
	kwNatural
	kwNchar
	kwNested
	kwNew
	kwNext
	kwNfc
	kwNfd
	kwNfkc
	kwNfkd
	kwNo
	kwNocycle
	kwNolock
	kwNormalized
	kwNot
	kwNothing
	kwNotify
	kwNotnull
	kwNull
	kwNullable
	kwNulls
	kwNumeric
	kwObject
	kwOf
	kwOffset
	kwOmit
	kwOn
	kwOne
	kwOnly
	kwOpen
	kwOperator
	kwOptimize
	kwOption
	kwOptions
	kwOr
	kwOrder
	kwOrdinal
	kwOrdinality
	kwOthers
	kwOut
	kwOuter
	kwOutfile
	kwOutput
	kwOver
	kwOverlaps
	kwOverriding
	kwOverwrite
	kwPartition
	kwPartitioned
	kwPartitions
	kwPassing
	kwPast
	kwPattern
	kwPer
	kwPercent
	kwPeriod
	kwPivot
	kwPivotLonger
	kwPivotWider
	kwPlacing
	kwPlan
	kwPoint
	kwPosition
	kwPositional
	kwPragma
	kwPreceding
	kwPrecision
	kwPrepare
	kwPrewhere
	kwPrimary
	kwPrint
	kwPrior
	kwPrivate
	kwProc
	kwProcedure
	kwProto
	kwPrune
	kwPublic
	kwPurge
	kwPut
	kwQualify
	kwQuarter
	kwQuarters
	kwRaise
	kwRange
	kwRaw
	kwRead
	kwReadonly
	kwReadpast
	kwReassign
	kwRecord
	kwRecursive
	kwRef
	kwReferences
	kwRefresh
	kwRegclass
	kwRegexp
	kwReindex
	kwRelease
	kwRemote
	kwRemove
	kwRename
	kwRepair
	kwRepeat
	kwRepeatable
	kwReplace
	kwReplica
	kwReport
	kwReset
	kwResignal
	kwRespect
	kwRestore
	kwReturn
	kwReturning
	kwReturns
	kwRevoke
	kwRight
	kwRlike
	kwRollback
	kwRollup
	kwRow
	kwRows
	kwRun
	kwRunning
	kwSafeCast
	kwSafeOffset
	kwSafeOrdinal
	kwSample
	kwSavepoint
	kwScalar
	kwSchema
	kwSearch
	kwSecond
	kwSeconds
	kwSecondMicrosecond
	kwSecure
	kwSecurity
	kwSeed
	kwSelect
	kwSemi
	kwSeparator
	kwSequence
	kwSession
	kwSet
	kwSetof
	kwSets
	kwSettings
	kwShallow
	kwShare
	kwShow
	kwSiblings
	kwSignal
	kwSigned
	kwSimilar
	kwSkip
	kwSnapshot
	kwSome
	kwSort
	kwSounds
	kwSource
	kwSpatial
	kwSQL
	kwSQLBigResult
	kwSQLCalcFoundRows
	kwSQLNoCache
	kwSQLSmallResult
	kwStart
	kwStaticDescribe
	kwStraightJoin
	kwStreaming
	kwStrict
	kwStruct
	kwSubset
	kwSummarize
	kwSymmetric
	kwSystem
	kwSystemTime
	kwSystemVersion
	kwTable
	kwTablesample
	kwTarget
	kwTblproperties
	kwTee
	kwTemp
	kwTemporary
	kwText
	kwThen
	kwThrow
	kwTies
	kwTime
	kwTimestamp
	kwTimestamptz
	kwTimestampLtz
	kwTimestampNtz
	kwTimetz
	kwTo
	kwTop
	kwTotals
	kwTrailing
	kwTran
	kwTransaction
	kwTransient
	kwTreat
	kwTrigger
	kwTrue
	kwTruncate
	kwTry
	kwTryCast
	kwTryConvert
	kwTuple
	kwType
	kwUescape
	kwUnbounded
	kwUncache
	kwUndefined
	kwUndrop
	kwUnion
	kwUnique
	kwUnknown
	kwUnload
	kwUnlock
	kwUnlogged
	kwUnmatched
	kwUnnest
	kwUnpivot
	kwUnset
	kwUnsigned
	kwUntil
	kwUpdate
	kwUse
	kwUser
	kwUsing
	kwUUID
	kwVacuum
	kwValue
	kwValues
	kwVarbinary
	kwVarbit
	kwVarchar
	kwVariadic
	kwVarying
	kwVerbose
	kwVersion
	kwView
	kwVolatile
	kwWaitfor
	kwWeek
	kwWeeks
	kwWeight
	kwWhen
	kwWhere
	kwWhile
	kwWindow
	kwWith
	kwWithin
	kwWithout
	kwWork
	kwXML
	kwXmltable
	kwXor
	kwYear
	kwYears
	kwYearMonth
	kwZerofill
	kwZone

	keywordCount
)

// keywordTexts holds the keywords in the order of the constants.
var keywordTexts = strings.Fields(`
ABORT ACTION ADD AFTER AGAINST AGGREGATE ALGORITHM ALL ALTER ANALYZE AND ANTI ANY APPLY APPROXIMATE ARRAY AS
ASC ASOF ASSERT ASSERT_ROWS_MODIFIED ASYMMETRIC AT ATTACH BACKUP BATCH BEFORE BEGIN BETWEEN BIG BIGDECIMAL
BIGINT BIGNUMERIC BINARY BIT BOOL BOOLEAN BOTH BREADTH BREAK BROADCAST BROWSE BULK BY BYTE BYTEA CACHE CALL
CASE CAST CATCH CENTURIES CENTURY CHANGES CHAR CHARACTER CHECK CHECKPOINT CLEAR CLONE CLOSE CLUSTER CLUSTERED
COLLATE COLLECT COLUMNS COMMENT COMMIT CONDITION CONFLICT CONNECT CONNECTION CONNECT_BY_ROOT CONSTRAINT
CONTAINED CONTAINS CONTINUE CONVERSION CONVERT COPY CORRESPONDING CREATE CROSS CUBE CURRENT CURSOR CYCLE DATA
DATABASE DATE DATETIME DAY DAYOFWEEK DAYOFYEAR DAYS DAY_HOUR DAY_MICROSECOND DAY_MINUTE DAY_SECOND DBCC
DEALLOCATE DECADE DECADES DECIMAL DECLARE DEEP DEFAULT DEFINE DEFINER DELAYED DELETE DELIMITER DENSE_RANK DENY
DEPTH DESC DESCRIBE DESCRIPTOR DETACH DICT DISCARD DISTINCT DISTINCTROW DISTRIBUTE DIV DO DOCUMENT DOUBLE DROP
DUAL DUMPFILE DUPLICATE DYNAMIC EACH ELSE ELSEIF ELSIF EMPTY END ENUM ESCAPE EVENT EVOLUTION EXCEPT EXCEPTION
EXCHANGE EXCLUDE EXEC EXECUTE EXISTS EXIT EXPLAIN EXPORT EXTEND EXTENDED EXTERNAL EXTRACT FAIL FALSE FETCH
FILTER FINAL FIRST FLOAT8 FLUSH FN FOLLOWING FOR FORCE FOREIGN FORK FORMAT FORMATTED FROM FULL FULLTEXT
FUNCTION GENERATED GLOB GLOBAL GO GRANT GRANTS GROUP GROUPING GROUPS HANDLER HASH HAVING HIGH_PRIORITY HOUR
HOURS HOUR_MICROSECOND HOUR_MINUTE HOUR_SECOND HYBRID ICEBERG IDENTITY IF IGNORE ILIKE IMMEDIATE IMPORT IN
INCLUDE INDEX INDEXED INET INNER INOUT INSERT INSTALL INT INTEGER INTERSECT INTERVAL INTO INVOKER IS ISNULL
ISOWEEK ISOYEAR ITERATE JOIN JSON JSONB JSON_TABLE KEEP KEY KEYS KILL LAMBDA LANGUAGE LARGE LAST LATERAL
LEADING LEAVE LEFT LIKE LIMIT LINEAR LIST LISTEN LIVE LOAD LOCAL LOCK LOG LONG LOOKUP LOOP LOW_CARDINALITY
LOW_PRIORITY MACRO MAP MATCH MATCHED MATCHES MATCHING MATCH_CONDITION MATCH_RECOGNIZE MATERIALIZED MAX
MEASURES MEMBER MERGE MICROSECOND MICROSECONDS MILLENNIUM MILLISECOND MILLISECONDS MIN MINUS MINUTE MINUTES
MINUTE_MICROSECOND MINUTE_SECOND MISSING MOD MODEL MODULE MONTH MONTHS MSCK MULTIRANGE MULTISET NAME
NANOSECOND NANOSECONDS NATIONAL NATURAL NCHAR NESTED NEW NEXT NFC NFD NFKC NFKD NO NOCYCLE NOLOCK NORMALIZED
NOT NOTHING NOTIFY NOTNULL NULL NULLABLE NULLS NUMERIC OBJECT OF OFFSET OMIT ON ONE ONLY OPEN OPERATOR
OPTIMIZE OPTION OPTIONS OR ORDER ORDINAL ORDINALITY OTHERS OUT OUTER OUTFILE OUTPUT OVER OVERLAPS OVERRIDING
OVERWRITE PARTITION PARTITIONED PARTITIONS PASSING PAST PATTERN PER PERCENT PERIOD PIVOT PIVOT_LONGER
PIVOT_WIDER PLACING PLAN POINT POSITION POSITIONAL PRAGMA PRECEDING PRECISION PREPARE PREWHERE PRIMARY PRINT
PRIOR PRIVATE PROC PROCEDURE PROTO PRUNE PUBLIC PURGE PUT QUALIFY QUARTER QUARTERS RAISE RANGE RAW READ
READONLY READPAST REASSIGN RECORD RECURSIVE REF REFERENCES REFRESH REGCLASS REGEXP REINDEX RELEASE REMOTE
REMOVE RENAME REPAIR REPEAT REPEATABLE REPLACE REPLICA REPORT RESET RESIGNAL RESPECT RESTORE RETURN RETURNING
RETURNS REVOKE RIGHT RLIKE ROLLBACK ROLLUP ROW ROWS RUN RUNNING SAFE_CAST SAFE_OFFSET SAFE_ORDINAL SAMPLE
SAVEPOINT SCALAR SCHEMA SEARCH SECOND SECONDS SECOND_MICROSECOND SECURE SECURITY SEED SELECT SEMI SEPARATOR
SEQUENCE SESSION SET SETOF SETS SETTINGS SHALLOW SHARE SHOW SIBLINGS SIGNAL SIGNED SIMILAR SKIP SNAPSHOT SOME
SORT SOUNDS SOURCE SPATIAL SQL SQL_BIG_RESULT SQL_CALC_FOUND_ROWS SQL_NO_CACHE SQL_SMALL_RESULT START
STATIC_DESCRIBE STRAIGHT_JOIN STREAMING STRICT STRUCT SUBSET SUMMARIZE SYMMETRIC SYSTEM SYSTEM_TIME
SYSTEM_VERSION TABLE TABLESAMPLE TARGET TBLPROPERTIES TEE TEMP TEMPORARY TEXT THEN THROW TIES TIME TIMESTAMP
TIMESTAMPTZ TIMESTAMP_LTZ TIMESTAMP_NTZ TIMETZ TO TOP TOTALS TRAILING TRAN TRANSACTION TRANSIENT TREAT TRIGGER
TRUE TRUNCATE TRY TRY_CAST TRY_CONVERT TUPLE TYPE UESCAPE UNBOUNDED UNCACHE UNDEFINED UNDROP UNION UNIQUE
UNKNOWN UNLOAD UNLOCK UNLOGGED UNMATCHED UNNEST UNPIVOT UNSET UNSIGNED UNTIL UPDATE USE USER USING UUID VACUUM
VALUE VALUES VARBINARY VARBIT VARCHAR VARIADIC VARYING VERBOSE VERSION VIEW VOLATILE WAITFOR WEEK WEEKS WEIGHT
WHEN WHERE WHILE WINDOW WITH WITHIN WITHOUT WORK XML XMLTABLE XOR YEAR YEARS YEAR_MONTH ZEROFILL ZONE
`)

// String returns the keyword in upper case.
func (k keyword) String() string {
	if k == 0 || k >= keywordCount {
		return ""
	}
	return keywordTexts[k-1]
}

// keywordSlots is a power of two, several times the number of keywords.
const keywordSlots = 2048

// keywordTable finds keywords by their Fold, with linear probing.
var keywordTable = func() (table [keywordSlots]struct {
	hash uint32
	kw   keyword
}) {
	for i, text := range keywordTexts {
		h := Fold(text)
		slot := h % keywordSlots
		for table[slot].kw != 0 {
			slot = (slot + 1) % keywordSlots
		}
		table[slot].hash, table[slot].kw = h, keyword(i+1)
	}
	return table
}()

// findKeyword returns the keyword that a word with the given Fold is, or 0.
func findKeyword(word string, hash uint32) keyword {
	for slot := hash % keywordSlots; ; slot = (slot + 1) % keywordSlots {
		e := &keywordTable[slot]
		if e.kw == 0 {
			return 0
		}
		if e.hash == hash && EqualFold(word, keywordTexts[e.kw-1]) {
			return e.kw
		}
	}
}

// A keywordSet is a set of keywords.
type keywordSet [(keywordCount + 63) / 64]uint64

// newKeywordSet makes a set of words separated by spaces, each of which must be
// a keyword.
func newKeywordSet(words string) (s keywordSet) {
	for _, w := range strings.Fields(words) {
		kw := findKeyword(w, Fold(w))
		s[kw/64] |= 1 << (kw % 64)
	}
	return s
}

func (s *keywordSet) has(kw keyword) bool { return s[kw/64]&(1<<(kw%64)) != 0 }
