package knowledge_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"slices"
	"strings"
	"testing"

	"yichuang/internal/actor"
	"yichuang/internal/knowledge"
	"yichuang/internal/org"
)

func list(t testing.TB, lines ...string) knowledge.List {
	t.Helper()
	b := []byte(strings.Join(lines, "\n") + "\n")
	l, err := knowledge.ReadList("知识.csv", bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	return l
}

const head = "标题,问题,答案,文号,主责单位,有效期,公开级别,编号,备用"

func verdicts(p knowledge.ImportPlan) string {
	var out []string
	for _, r := range p.Rows {
		out = append(out, string(r.Verdict))
	}
	return strings.Join(out, " ")
}

func TestImportIsAllOrNothing(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		office := w.as(org.RoleKnowledge)
		bad := list(t, head, "甲,甲？,答一,文1,市医保局,2026-12-31,公开,,", "乙,乙？,答二,文2,没有的局,2026-12-31,内部,,", "丙,丙？,答三,,市医保局,去年,绝密,,", ",,无题,文,,,,,", "丁,丁？,答四,文4,,,,ZS99999,", "甲,甲？,又一次,文1,,,,,")
		p := must(w.m.PreviewImport(office, bad, false))(t)
		if got := verdicts(p); got != "added refused refused refused refused refused" {
			t.Errorf("verdicts: %s", got)
		}
		if !slices.Equal(p.Ignored, []string{"备用"}) || p.Rows[2].Line != 4 || len(p.Rows[2].Notes) != 2 {
			t.Errorf("plan: %+v", p)
		}
		if _, err := w.m.ApplyImport(office, p.ID, p.Digest); !errors.Is(err, knowledge.ErrImportRefused) {
			t.Errorf("import with refused rows: %v", err)
		}
		if rows, _, err := w.m.List(office, knowledge.Filter{}); err != nil || len(rows) > 0 {
			t.Errorf("%d entries after a preview, %v", len(rows), err)
		}
		good := list(t, head, "甲,甲？,答一,文1,市医保局,2026-12-31,公开,,", "乙,,答二,文2,,长期,,,")
		p = must(w.m.PreviewImport(office, good, true))(t)
		if _, err := w.m.ApplyImport(office, p.ID, "0123456789abcdef"); !errors.Is(err, knowledge.ErrImportMoved) {
			t.Errorf("another digest: %v", err)
		}
		must(w.m.ApplyImport(office, p.ID, p.Digest))(t)
		if _, err := w.m.ApplyImport(office, p.ID, p.Digest); !errors.Is(err, knowledge.ErrImportGone) {
			t.Errorf("the same import again: %v", err)
		}
		if r := must(w.m.Search(w.citizen(), knowledge.Search{Query: "甲"}))(t); len(r.Entries) != 1 || r.Entries[0].UnitName != "市医保局" {
			t.Errorf("published: %+v", r.Entries)
		}
		again := list(t, head, "甲,甲？,答一,文1,市医保局,2026-12-31,公开,,", "乙,,换了答案,,,,,,")
		p = must(w.m.PreviewImport(office, again, false))(t)
		if got := verdicts(p); got != "unchanged changed" || !slices.Equal(p.Rows[1].Notes, []string{"答"}) {
			t.Errorf("the same list again: %s %+v", got, p.Rows)
		}
		must(w.m.ApplyImport(office, p.ID, p.Digest))(t)
		d := must(w.m.Find(office, "ZS00002"))(t)
		if d.Stage != knowledge.OfficeReview || d.Shown.Answer != "答二" || d.Work.Answer != "换了答案" || d.Shown.Question != "乙" {
			t.Errorf("changed by import: %+v", d)
		}
		if _, err := w.m.PreviewImport(w.as(org.RoleAgent), good, false); !errors.Is(err, actor.ErrForbidden) {
			t.Errorf("a call-taker imports: %v", err)
		}
	})
}

func TestWhatIsExportedCanBeImported(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.publish(func(c *knowledge.Content) { c.Answer = "第一行\n第二行，有逗号和\"引号\"" })
		var b bytes.Buffer
		out := csv.NewWriter(&b)
		if err := out.Write(knowledge.ExportColumns); err != nil {
			t.Fatal(err)
		}
		if err := w.m.Export(w.as(org.RoleKnowledge), knowledge.Filter{}, out.Write); err != nil {
			t.Fatal(err)
		}
		out.Flush()
		l := must(knowledge.ReadList("导出.csv", bytes.NewReader(b.Bytes()), int64(b.Len())))(t)
		p := must(w.m.PreviewImport(w.as(org.RoleKnowledge), l, true))(t)
		if got := verdicts(p); got != "unchanged" {
			t.Errorf("an export imported: %s %+v", got, p.Rows)
		}
	})
}

func FuzzReadList(f *testing.F) {
	f.Add([]byte(head + "\n甲,乙,丙,丁\n"))
	f.Add([]byte("标题\n\xff\xfe"))
	f.Fuzz(func(t *testing.T, b []byte) {
		l, err := knowledge.ReadList("x.csv", bytes.NewReader(b), int64(len(b)))
		if err == nil && len(l.Rows) == 0 {
			t.Error("an empty list is no error")
		}
	})
}
