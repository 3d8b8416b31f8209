package finance_test

import (
	"errors"
	"strings"
	"testing"

	"yichuang/internal/errs"
	"yichuang/internal/finance"
	"yichuang/internal/finance/narrative"
	"yichuang/internal/finance/statement"
	"yichuang/internal/store"
	"yichuang/internal/store/storetest"
)

// TestAnAccountantAddsALayoutAndTexts: a layout and texts of a region are added from files, chosen for a book, and used for
// its tables and sentences; the next version leaves a book on the one that it chose.
func TestAnAccountantAddsALayoutAndTexts(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		w := newWorld(t, db)
		w.year(t)
		layout, err := w.Template(w.finance.Ctx, finance.Layout, statement.DefaultTemplate)
		if err != nil {
			t.Fatal(err)
		}
		source := strings.NewReplacer("id: gansu-2024", "id: linxia-2024", "form: 公开01表", "form: 临公01表").Replace(layout.Source)
		if _, err := w.AddTemplate(w.leader.Ctx, finance.Layout, []byte(source)); errs.As(err).Kind != errs.Forbidden {
			t.Errorf("added by the leader: %v", err)
		}
		if _, err := w.AddTemplate(w.finance.Ctx, finance.Layout, []byte(layout.Source)); !errors.Is(err, finance.ErrTemplateTaken) {
			t.Errorf("the program's own id: %v", err)
		}
		if _, err := w.AddTemplate(w.finance.Ctx, finance.Layout, []byte("id: x\n")); !errors.Is(err, finance.ErrTemplateFile) {
			t.Errorf("half a file: %v", err)
		}
		first, err := w.AddTemplate(w.finance.Ctx, finance.Layout, []byte(source))
		if err != nil || first.Key() != "linxia-2024@1" || first.Region != "甘肃省" {
			t.Fatal(first, err)
		}
		if _, err := w.AddTemplate(w.finance.Ctx, finance.Layout, []byte(source)); !errors.Is(err, finance.ErrTemplateSame) {
			t.Errorf("the same again: %v", err)
		}
		standard, err := w.Template(w.finance.Ctx, finance.Texts, narrative.StandardID)
		if err != nil {
			t.Fatal(err)
		}
		texts, err := w.AddTemplate(w.finance.Ctx, finance.Texts, []byte(strings.NewReplacer("id: standard", "id: linxia", "年度收、支总计均为", "年度收支总计各为").Replace(standard.Source)))
		if err != nil {
			t.Fatal(err)
		}
		book, err := w.Book(w.finance.Ctx, 2024)
		if err != nil {
			t.Fatal(err)
		}
		in := finance.BookInput{Year: 2024, Department: book.Department, Template: first.Key(), Texts: texts.Key(), Level: book.Level}
		if _, err := w.ChangeBook(w.finance.Ctx, in, book.Version); err != nil {
			t.Fatal(err)
		}
		if _, err := w.AddTemplate(w.finance.Ctx, finance.Layout, []byte(strings.Replace(source, "临公01表", "临公一表", 1))); err != nil {
			t.Fatal(err)
		}
		d, err := w.Disclosure(w.finance.Ctx, 2024)
		if err != nil || d.Statement.Table("T01").Form != "临公01表" || !strings.Contains(d.Narrative.Section("1").Text(), "收支总计各为221.73万元") {
			t.Errorf("%v, %s, %s", err, d.Statement.Table("T01").Form, d.Narrative.Section("1").Text())
		}
		list, err := w.Templates(w.leader.Ctx, finance.Layout)
		if err != nil || len(list) != 4 || list[2].Key() != "linxia-2024@2" || list[2].Source != "" {
			t.Errorf("%v, %d templates", err, len(list))
		}
		in.Template = "linxia-2024@9"
		if _, err := w.ChangeBook(w.finance.Ctx, in, book.Version+1); !errors.Is(err, finance.ErrBookInput) {
			t.Errorf("a version that is not there: %v", err)
		}
	}, migrations()...)
}
