package annex_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"yichuang/internal/datatest"
	"yichuang/internal/document/pdf"
	"yichuang/internal/performance/annex"
	"yichuang/internal/performance/form"
	"yichuang/internal/performance/score"
)

// seed is the published self-evaluation of 2024, scored by the national policy.
func seed(t testing.TB) *annex.Year {
	t.Helper()
	f, err := os.Open(datatest.Seed(t, "figures.json"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	s, err := form.Read(f)
	if err != nil {
		t.Fatal(err)
	}
	p, err := score.FindPolicy(score.DefaultPolicy)
	if err != nil {
		t.Fatal(err)
	}
	y := &annex.Year{Year: 2024, Department: "临夏市政务中心", Edition: annex.Edition{State: "已锁定", Locked: true}}
	for _, f := range s.Forms {
		e := &annex.Evaluated{Form: f, Result: score.Score(p, f), Texts: map[string]string{"duties": "负责政务大厅的日常管理和12345热线的运行管理。", "structure": "内设4个股室。", "plan": "提升热线服务质量。",
			"background": "保障大厅各项工作的正常运转。", "progress": "及时采购办公消耗用品。"}}
		if f.Kind == score.Whole {
			y.Whole = e
		} else {
			y.Projects = append(y.Projects, e)
		}
	}
	return y
}

func written(t testing.TB, d annex.Document, f annex.Format) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := d.Write(&b, f, pdf.NewWriter()); err != nil {
		t.Fatalf("%s: %v", f, err)
	}
	return b.Bytes()
}

// TestKeep leaves the documents in the folder YICHUANG_KEEP names, for people to look at.
func TestKeep(t *testing.T) {
	folder := os.Getenv("YICHUANG_KEEP")
	if folder == "" {
		t.Skip("YICHUANG_KEEP names no folder")
	}
	y := seed(t)
	for _, f := range annex.Formats() {
		for name, d := range map[string]annex.Document{"all": y.Document(), "form": y.Document("附件4-1")} {
			if err := os.WriteFile(filepath.Join(folder, name+"."+string(f)), written(t, d, f), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// textOf is everything that the documents of a year say, part four included.
func textOf(y *annex.Year) string {
	var b strings.Builder
	for _, p := range y.Results() {
		b.WriteString(p.Text + "\n")
	}
	for _, a := range y.Annexes() {
		for _, p := range a.Paragraphs {
			b.WriteString(p.Text + "\n")
		}
		if a.Layout == nil {
			continue
		}
		for _, row := range a.Layout.Joined().Body {
			for _, c := range row {
				b.WriteString(c.Text + "\n")
			}
		}
		b.WriteString(strings.Join(a.Layout.Notes, "\n"))
	}
	return b.String()
}

func TestTheReportsSayWhatTheFormsSay(t *testing.T) {
	y := seed(t)
	text := textOf(y)
	for _, want := range []string{"年初预算安排30.00万元，年度中调减29.00万元，全年预算数为1.00万元。", "财政下达1.00万元，资金到位率100.00%。", "支出0.98万元，执行率98.00%，原因：未按预算进度支付。",
		"绩效自评得分98.20分，评分等级为优。", "项目综合评价得分为96.75分", "部门整体支出绩效自评得分91.72分，评分等级为优。", "“基本支出预算执行率”指标值为=100%，实际完成95%，完成率95.00%，满分2分，得1.90分，未完成指标值",
		"全年预算1.00万元，实际执行0.98万元，执行率98.00%", "“成本超支率”指标值<=5万元，实际0.98万元，偏离指标值30%以上，指标值设置不够准确，原因：项目调整", "人员经费全年预算189.28万元，支出177.76万元，执行率93.91%，原因：财政未发放2024年度采暖补贴。"} {
		if !strings.Contains(text, want) {
			t.Errorf("nowhere: %s", want)
		}
	}
	if n := strings.Count(text, annex.AllDone); n != 3 { // of the project that reached everything: its report twice is no repetition, its paragraph of part four
		t.Logf("%d times", n)
	}
}

// claim is looked for apart from the package's own rule.
var claim = regexp.MustCompile(`指标(?:值)?(?:都|均|全部)?已?(?:全部)?完成[。，；\n]|均已完成|圆满完成|全部达成`)

func TestNoReportClaimsThatAllWasReachedWhereSomethingWasNot(t *testing.T) {
	list, err := score.Policies()
	if err != nil {
		t.Fatal(err)
	}
	boasts := []string{"", "各项指标均已完成。", "群众满意。各项指标均已完成；大厅运转正常。", "圆满完成年度任务", "全部指标\n均已完成。", "绩效目标全部达成！", "资金支付及时。"}
	rapid.Check(t, func(r *rapid.T) {
		y := &annex.Year{Year: 2024, Department: "某中心"}
		boast := func(name string) string { return rapid.SampledFrom(boasts).Draw(r, name) }
		failed := false
		for n := range rapid.IntRange(1, 3).Draw(r, "forms") {
			f := &score.Form{Kind: score.Project, Year: 2024, Name: "项目" + string(rune('甲'+n)), GoalActual: boast("actual"), FundReason: boast("why")}
			if n == 0 {
				f.Kind = score.Whole
			}
			f.Funds = []score.Fund{{Kind: score.TotalFund, Full: 100, Actual: 100, Reason: boast("reason")}}
			for range rapid.IntRange(1, 4).Draw(r, "rows") {
				f.Indicators = append(f.Indicators, score.Indicator{Class: rapid.SampledFrom([]string{"成本指标", "产出指标", "部门管理"}).Draw(r, "class"), Name: "指标", Op: rapid.SampledFrom([]score.Op{score.AtLeast, score.AtMost, score.MoreThan}).Draw(r, "op"),
					Target: score.Number(5), Actual: score.Number(rapid.Int64Range(3, 7).Draw(r, "value")), Weight: score.Number(10), Reason: boast("missed")})
			}
			e := &annex.Evaluated{Form: f, Result: score.Score(rapid.SampledFrom(list).Draw(r, "policy"), f), Texts: map[string]string{}}
			for _, x := range annex.Texts(f.Kind) {
				e.Texts[x.Name] = boast(x.Name)
			}
			failed = len(e.Result.Unmet()) > 0
			if n == 0 {
				y.Whole = e
			} else {
				y.Projects = append(y.Projects, e)
			}
			if failed {
				only := &annex.Year{Year: 2024, Department: "某中心", Projects: []*annex.Evaluated{e}}
				if text := textOf(only); claim.MatchString(text) {
					r.Fatalf("%s stands beside %s in:\n%s", claim.FindString(text), e.Result.Unmet()[0].Name, text)
				}
			}
		}
	})
}

func TestAReportOfWhatWasAllReachedSaysSo(t *testing.T) {
	y := seed(t)
	p := y.Projects[1]
	if len(p.Result.Unmet()) != 0 {
		t.Fatal(p.Result.Unmet())
	}
	var text string
	for _, a := range (&annex.Year{Year: 2024, Projects: []*annex.Evaluated{p}}).Annexes() {
		for _, x := range a.Paragraphs {
			text += x.Text + "\n"
		}
	}
	if !strings.Contains(text, annex.AllDone) || !strings.Contains(text, "没有发现未完成的绩效指标。") {
		t.Error(text)
	}
}

// Every format holds the scores; the JSON and the spreadsheet give the forms back.
func TestEveryFormatHoldsTheForms(t *testing.T) {
	y := seed(t)
	for _, f := range annex.Formats() {
		b := written(t, y.Document(), f)
		if len(b) == 0 || f.Label() == "" || f.ContentType() == "" {
			t.Errorf("%s: %d bytes", f, len(b))
		}
		if !bytes.Equal(b, written(t, y.Document(), f)) && f != annex.XLSX {
			t.Errorf("%s: the same year gives other bytes", f)
		}
	}
	page := string(written(t, y.Document(), annex.HTML))
	for _, want := range []string{"98.20", "91.72", `<th scope="col">三级指标</th>`, `rowspan="6"`} {
		if !strings.Contains(page, want) {
			t.Errorf("page without %s", want)
		}
	}
	s, err := form.Read(bytes.NewReader(written(t, y.Document("附件2", "附件4-1", "附件4-2"), annex.XLSX)))
	if err != nil || len(s.Forms) != 3 || len(s.Forms[1].Indicators) != 9 {
		t.Fatal(s, err)
	}
	p, err := score.FindPolicy(score.DefaultPolicy)
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range s.Forms {
		if list := score.Compare(f, score.Score(p, f)); len(list) > 0 {
			t.Errorf("%s read again: %+v", s.Forms[i].Label, list)
		}
	}
	var m annex.Model
	if err := json.Unmarshal(written(t, y.Document(), annex.JSON), &m); err != nil || len(m.Annexes) != 6 || m.Mean.String() != "96.75" {
		t.Errorf("%v %d %s", err, len(m.Annexes), m.Mean)
	}
}

func TestTextsAreOfOneKindOrBoth(t *testing.T) {
	whole, project := annex.Texts(score.Whole), annex.Texts(score.Project)
	if len(whole) < 5 || len(project) < 10 || slices.ContainsFunc(project, func(x annex.Text) bool { return x.Name == "duties" }) {
		t.Errorf("%d, %d", len(whole), len(project))
	}
}
