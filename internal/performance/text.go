package performance

import (
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"yichuang/internal/actor"
	"yichuang/internal/performance/annex"
	"yichuang/internal/performance/score"
	"yichuang/internal/store"
)

type textRow struct {
	Name string `db:"name"`
	Text string `db:"text"`
}

// textsTx gives the texts of a programme by name.
func textsTx(tx *store.Tx, p *Programme) (map[string]string, error) {
	rows, err := store.Select[textRow](tx, "SELECT name, text FROM performance_text WHERE centre_id = $1 AND programme_id = $2", p.CentreID, p.ID)
	out := map[string]string{}
	for _, r := range rows {
		out[r.Name] = r.Text
	}
	return out, err
}

// TextName is a text of a form or report that people write.
type TextName struct {
	Name, Label string
	Usual       string // where nobody writes anything
	Report      bool   // of the report, not of the form
}

// TextNames lists what people write beside values: the reasons of the money's rows, and the texts of the report.
func TextNames(k score.Kind) []TextName {
	var out []TextName
	if k == score.Whole {
		for _, f := range k.FundKinds() {
			out = append(out, TextName{Name: fundText(f), Label: "“" + f.Label() + "”未完成原因"})
		}
	}
	for _, t := range annex.Texts(k) {
		out = append(out, TextName{Name: t.Name, Label: t.Label, Usual: t.Usual, Report: true})
	}
	return out
}

// setTexts writes texts of a programme; an empty one is taken out.
func setTexts(tx *store.Tx, p *Programme, texts map[string]string) error {
	e := ErrInput
	by := actor.From(tx.Context()).UserID
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		text := strings.TrimSpace(texts[name])
		if !slices.ContainsFunc(TextNames(p.Kind), func(n TextName) bool { return n.Name == name }) {
			e = e.Field(name, "没有这一项文字。")
		}
		if utf8.RuneCountInString(text) > maxText {
			e = e.Field(name, "%d 个字以内。", maxText)
		}
		if err := putText(tx, p, name, text, by); err != nil {
			return err
		}
	}
	return e.OrNil()
}

func putText(tx *store.Tx, p *Programme, name, text, by string) error {
	if text == "" {
		_, err := tx.Exec("DELETE FROM performance_text WHERE centre_id = $1 AND programme_id = $2 AND name = $3", p.CentreID, p.ID, name)
		return err
	}
	return tx.Queue(`INSERT INTO performance_text (centre_id, programme_id, name, text, at, by_user) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (centre_id, programme_id, name) DO UPDATE SET text = excluded.text, at = excluded.at, by_user = excluded.by_user`, p.CentreID, p.ID, name, text, int64(tx.Now()), by)
}
