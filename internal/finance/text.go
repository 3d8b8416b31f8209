package finance

import (
	"context"
	"regexp"
	"strings"
	"unicode/utf8"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/errs"
	"yichuang/internal/finance/fiscal"
	"yichuang/internal/finance/narrative"
	"yichuang/internal/store"
)

// Names of the texts that people write, beside the reasons of differences.
const (
	TextDuties    = "duties"    // 部门职责
	TextStructure = "structure" // 机构设置
	reasonPrefix  = "reason."
)

// Refusals about texts.
var (
	ErrTextInput = errs.New(errs.Invalid, "finance.text_input", "填写的内容有误，没有保存。请按提示修改。")
)

const (
	maxReason = 300
	maxText   = 5000
)

// typedFigure finds amounts and percentages that somebody typed: figures of the text come from the tables.
var typedFigure = regexp.MustCompile(`[0-9０-９][0-9０-９.,，]*\s*(万元|亿元|元|%|％)`)

// placeholder finds what was left to be filled in.
var placeholder = regexp.MustCompile(`[xX×＊*]{2,}|[{｛].*[}｝]|［.*］`)

// checkReason says what is wrong with a reason, "" for nothing.
func checkReason(text string) string {
	switch {
	case text == "":
		return "请写明原因，不能为空。"
	case utf8.RuneCountInString(text) > maxReason:
		return "原因不超过 300 个字。"
	case typedFigure.MatchString(text):
		return "原因里不要写金额和百分比：数字由表自动带出，写了会与表不一致。"
	case placeholder.MatchString(text):
		return "原因里还有没有填完的占位符。"
	}
	return ""
}

// isAsk reports whether a text may ask for a reason under this key: a comparison with last year, with the budget of a code,
// or of one of the three public expenses.
func isAsk(key string) bool {
	kind, rest, _ := strings.Cut(key, ".")
	switch kind {
	case "yoy", "sangong":
		return narrative.Metric(rest).Label() != ""
	case "budget":
		fund, code, _ := strings.Cut(rest, ".")
		return fiscal.Fund(fund).Label() != "" && fiscal.Func.Shaped(code)
	}
	return false
}

// SetReason writes the reason of a difference (差异原因).
func (m *Module) SetReason(ctx context.Context, year int, key, text string) error {
	text = strings.TrimSuffix(strings.TrimSpace(text), "。")
	if problem := checkReason(text); problem != "" {
		return ErrTextInput.Field("reason", "%s", problem)
	}
	if !isAsk(key) {
		return ErrTextInput.Field("reason", "没有这一项差异。")
	}
	return m.setText(ctx, year, reasonPrefix+key, text)
}

// SetText writes one of the texts that are not computed, such as 部门职责.
func (m *Module) SetText(ctx context.Context, year int, name, text string) error {
	if text = strings.TrimSpace(text); utf8.RuneCountInString(text) > maxText {
		return ErrTextInput.Field(name, "不超过 5000 个字。")
	}
	if placeholder.MatchString(text) {
		return ErrTextInput.Field(name, "还有没有填完的占位符。")
	}
	if name != TextDuties && name != TextStructure {
		return ErrTextInput.Field(name, "没有这一项文字。")
	}
	return m.setText(ctx, year, name, text)
}

func (m *Module) setText(ctx context.Context, year int, name, text string) error {
	return m.change(ctx, PermDraft, year, func(tx *store.Tx, b *Book) error {
		if err := requireDraft(tx, b); err != nil {
			return err
		}
		err := tx.Queue(`INSERT INTO finance_text (centre_id, year, name, text, at, by_user) VALUES ($1, $2, $3, $4, $5, $6)
			ON CONFLICT (centre_id, year, name) DO UPDATE SET text = excluded.text, at = excluded.at, by_user = excluded.by_user`, b.CentreID, year, name, text, int64(tx.Now()), actor.From(ctx).UserID)
		if err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "finance.text", Permission: PermDraft, Kind: "book", Object: bookObject(year), Detail: map[string]any{"name": name}})
	})
}

type textRow struct {
	Name string `db:"name"`
	Text string `db:"text"`
}

// textsTx gives the reasons by key, and the other texts by name.
func textsTx(tx *store.Tx, b *Book) (reasons, texts map[string]string, err error) {
	rows, err := store.Select[textRow](tx, "SELECT name, text FROM finance_text WHERE centre_id = $1 AND year = $2", b.CentreID, b.Year)
	reasons, texts = map[string]string{}, map[string]string{}
	for _, r := range rows {
		if key, ok := strings.CutPrefix(r.Name, reasonPrefix); ok {
			reasons[key] = r.Text
		} else {
			texts[r.Name] = r.Text
		}
	}
	return reasons, texts, err
}
