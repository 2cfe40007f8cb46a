package report

import (
	"fmt"
	"strings"

	"impact/lineage/effect"
)

func japanese() *catalogue {
	return &catalogue{
		rules: map[effect.Rule]ruleText{
			effect.RuleModelUnresolved:    {"{name} がなくなるため {subject} の SQL が失敗します", "{subject} から {name} を取り除く"},
			effect.RuleModelSetOperation:  {"{subject} の集合演算で列の数や並びが合わなくなります", "集合演算の各クエリの列をそろえる"},
			effect.RuleModelElsewhere:     {"{name} がなくなると同じ名前が別の列を指します。エラーにはなりません", "どの列のことか明示する"},
			effect.RuleModelUnread:        {"{subject} は SQL を読めないため、壊れるかもしれません", "プロジェクトをコンパイルするか、モデルを確認する"},
			effect.RuleModelStale:         {"上流が壊れるため {subject} は更新されません", ""},
			effect.RuleModelColumnLost:    {"{columns} が * を通じて消えます", ""},
			effect.RuleModelValue:         {"{columns} の値が変わります", ""},
			effect.RuleModelRows:          {"{column} が {subject} の行を決めています", "{subject} にどの行が必要か確認する"},
			effect.RuleTestUnresolved:     {"テストが {columns} を参照しています", "テストを直すか削除する"},
			effect.RuleUnitTest:           {"ユニットテストが {columns} を参照しています", "ユニットテストから {columns} を取り除く"},
			effect.RuleHookUnresolved:     {"{subject} のフックまたはオペレーションが {columns} を参照しています", "フックから {columns} を取り除く"},
			effect.RuleContract:           {"{subject} のコントラクトが {columns} を約束しています", "コントラクトから {columns} を外すか、別の値で補う"},
			effect.RuleConfig:             {"{subject} の設定が {columns} を参照しています", "設定から {columns} を取り除く"},
			effect.RuleFreshness:          {"{subject} の loaded_at_field が {columns} です", "別の loaded_at_field を選ぶ"},
			effect.RuleSourceFrozen:       {"{subject} への転送が失敗し、更新が止まります", "転送設定から {column} を外す"},
			effect.RuleExposureStale:      {"{subject} は修正されるまで古いデータを表示します", ""},
			effect.RuleExposureColumnLost: {"{subject} から {columns} が消えます", ""},
			effect.RuleExposureValue:      {"{subject} の {columns} の値が変わります", ""},
			effect.RuleExposureRows:       {"{column} が {subject} に出る行を決めています", ""},
			effect.RuleLoadColumnMissing:  {"ロード {subject} が、なくなる {columns} を割り当てています", "割り当てから {columns} を取り除く"},
			effect.RuleLoadStale:          {"ロード {subject} は修正されるまで止まります", ""},
			effect.RuleDestinationNotNull: {"{subject} の {columns} が NULL になりますが、NOT NULL で既定値がありません", "値を補うか NULL を許可する"},
			effect.RuleDestinationLost:    {"{subject} から {columns} が消えます", "アプリケーションで {columns} を読むのをやめる"},
			effect.RuleDestinationValue:   {"{subject} の {columns} の値が変わります", ""},
			effect.RuleDestinationRows:    {"{column} が {subject} の行を決めています", ""},
			effect.RuleDocMentions:        {"{subject} のドキュメントに {columns} があります", "ドキュメントから {columns} を取り除く"},
			effect.RuleMetricMentions:     {"メトリクス {subject} が {columns} を使っています", "メトリクスを確認する"},
			effect.RuleSemanticMentions:   {"セマンティックモデル {subject} が {columns} を参照しています", "セマンティックモデルから {columns} を取り除く"},
			effect.RuleStandardField:      {"{column} は標準項目なので削除できません。実際に起こり得るのは、連携ユーザーから見えなくなるか、入力されなくなることです", ""},
		},
		titles: map[section]string{
			sectionBreaks:    "壊れるもの",
			sectionElsewhere: "エラーなしに別の列を指すもの",
			sectionTests:     "失敗するテスト",
			sectionLoads:     "ロード",
			sectionStale:     "修正まで更新されないもの",
			sectionLost:      "エラーなしに消える列",
			sectionColumns:   "連携先の列",
			sectionValues:    "修正後に値が変わる列",
			sectionRows:      "行が変わるもの",
			sectionNotes:     "ほかの参照",
			sectionOwners:    "知らせる相手",
			sectionRepairs:   "修正箇所 (この順に)",
			sectionCoverage:  "解析範囲",
		},
		severities: map[effect.Severity]string{
			effect.Break: "破損", effect.Loss: "消失", effect.Stale: "停止",
			effect.Rows: "行", effect.Value: "値", effect.Note: "参考",
		},
		via: map[string]string{
			"direct": "そのまま", "transform": "変換", "aggregate": "集計", "conditional": "条件",
			"filter": "絞り込み", "join": "結合", "group": "グループ化", "order": "並べ替え",
			"window": "ウィンドウ", "load": "ロード", "key": "キー", "lookup": "参照",
		},
		rungs: map[string]string{
			"id": "dbt の ID", "meta": "meta", "connector": "コネクタの規則",
			"normalized": "表記の近さ", "bare": "列名だけ",
		},
		count:    japaneseCount,
		list:     func(names []string) string { return strings.Join(names, "、") },
		headline: japaneseHeadline,
		verdict: func(v verdict) string {
			var parts []string
			if v&stops != 0 {
				parts = append(parts, "更新が止まる")
			}
			switch {
			case v&gone != 0:
				parts = append(parts, "消える")
			case v&refused != 0:
				parts = append(parts, "NULL を受け付けない")
			case v&changes != 0:
				parts = append(parts, "値が変わる")
			}
			return strings.Join(parts, " → 修正後: ")
		},
		disappears: func(columns string, n int) string {
			return fmt.Sprintf("%s が %d か所から消えます", columns, n)
		},
		understood: func(c effect.Coverage) string {
			text := fmt.Sprintf("モデル %d 件のうち %d 件を解析", c.Models, c.Bound)
			if c.Models > 0 {
				text += fmt.Sprintf(" (%d%%)", c.Percent)
			}
			return text
		},
		remaining: func(c effect.Coverage) string {
			var parts []string
			add := func(n int, what string) {
				if n > 0 {
					parts = append(parts, fmt.Sprintf("%s %d 件", what, n))
				}
			}
			add(c.Widened, "一部だけ解析")
			add(c.Unparsed, "構文を読めない")
			add(c.NotCompiled, "未コンパイル")
			add(c.Python, "Python")
			if c.OpenSources > 0 {
				parts = append(parts, fmt.Sprintf("ソース %d 件のうち %d 件はカタログなし", c.Sources, c.OpenSources))
			}
			return strings.Join(parts, "、")
		},
		onDrop: func(onDrop, relation, column string) string {
			switch onDrop {
			case "null":
				return fmt.Sprintf("レイクの %s は残り、値が NULL になります (on_drop: null)。", column)
			case "fails":
				return fmt.Sprintf("%s の転送は、この項目を設定から外すまで失敗します (on_drop: fails)。", relation)
			}
			return ""
		},
		asked:   func(asked, rung string) string { return fmt.Sprintf("%s (%sで特定)", asked, rung) },
		more:    func(n int) string { return fmt.Sprintf("… ほか %d 件", n) },
		moreHow: func(n int) string { return fmt.Sprintf("… ほか %d 件 (--format json ですべて表示)", n) },
		steps:   func(n int) string { return fmt.Sprintf("… %d 段階省略 …", n) },
		gaps: func(affected, all int) string {
			switch affected {
			case 0:
				return fmt.Sprintf("解析できない箇所が %d 件ありますが、この列の下流ではありません", all)
			case all:
				return fmt.Sprintf("この列の下流に解析できない箇所が %d 件あります。結果に漏れがあるかもしれません", all)
			}
			return fmt.Sprintf("解析できない箇所 %d 件のうち %d 件がこの列の下流にあります。結果に漏れがあるかもしれません", all, affected)
		},
		confidence: func(c string) string {
			switch c {
			case "", "exact":
				return ""
			case "inferred":
				return "推定"
			case "widened":
				return "可能性: 途中に解析できない箇所があります"
			}
			return c
		},
		hint: "対処", warning: "警告", owner: "担当", evidence: "根拠",
		unknownColumn: "この列はカタログにはなく、SQL にだけ現れます。",
		finding:       "内容", effect: "最も重い影響", subject: "対象", where: "場所",
	}
}

func japaneseCount(n int, noun string) string {
	nouns := map[string]string{
		"model": "モデル", "snapshot": "スナップショット", "seed": "シード", "source": "ソース",
		"test": "テスト", "unit_test": "ユニットテスト", "operation": "オペレーション", "exposure": "エクスポージャー", "load": "ロード",
		"table": "テーブル", "metric": "メトリクス", "semantic_model": "セマンティックモデル",
		"column": "列", "relation": "リレーション", "field": "項目", "place": "箇所",
	}
	if name, ok := nouns[noun]; ok {
		noun = name
	}
	return fmt.Sprintf("%s %d 件", noun, n)
}

func japaneseHeadline(h headline) string {
	// Each part ends in a connecting form; the last one takes the final form.
	type part struct{ open, final string }
	var parts []part
	if len(h.broken) > 0 {
		var broken []string
		for _, t := range h.broken {
			broken = append(broken, japaneseCount(t.n, t.noun))
		}
		text := strings.Join(broken, "・")
		parts = append(parts, part{text + "が壊れ", text + "が壊れます"})
	}
	if h.stopped > 0 {
		text := japaneseCount(h.stopped, "load")
		parts = append(parts, part{text + "が止まり", text + "が止まります"})
	}
	if h.lost > 0 {
		parts = append(parts, part{fmt.Sprintf("%d 列がエラーなしに消え", h.lost), fmt.Sprintf("%d 列がエラーなしに消えます", h.lost)})
	}
	if h.columns > 0 {
		where := fmt.Sprintf("連携先 %d テーブルの %d 列", len(h.tables), h.columns)
		if len(h.tables) == 1 {
			where = fmt.Sprintf("%s の %d 列", h.tables[0], h.columns)
		}
		parts = append(parts, part{where + "に影響し", where + "に影響します"})
	}
	if h.rows > 0 && len(parts) < 3 {
		text := japaneseCount(h.rows, "relation")
		parts = append(parts, part{text + "の行が変わり", text + "の行が変わります"})
	}
	if h.changed > 0 && h.columns == 0 && len(parts) < 3 {
		parts = append(parts, part{fmt.Sprintf("%d 列の値が変わり", h.changed), fmt.Sprintf("%d 列の値が変わります", h.changed)})
	}
	if h.stale > 0 && len(parts) == 0 {
		text := japaneseCount(h.stale, "relation")
		parts = append(parts, part{text + "の更新が止まり", text + "の更新が止まります"})
	}
	var text strings.Builder
	switch {
	case len(parts) > 0:
		text.WriteString(h.column + " を削除すると、")
		if len(h.broken) == 0 {
			text.WriteString("壊れるものはありませんが、")
		}
		for i, p := range parts {
			if i == len(parts)-1 {
				text.WriteString(p.final)
				break
			}
			text.WriteString(p.open + "、")
		}
	case h.notes > 0:
		fmt.Fprintf(&text, "%s を削除しても何も壊れません。参照だけが %d 件あります", h.column, h.notes)
	case h.coverage.Bound < h.coverage.Models:
		fmt.Fprintf(&text, "解析できた範囲で %s を読むものはありません", h.column)
	default:
		fmt.Fprintf(&text, "このプロジェクトで %s を読むものはありません", h.column)
	}
	return text.String()
}
