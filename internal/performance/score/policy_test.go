package score_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"yichuang/internal/errs"
	"yichuang/internal/performance/score"
)

func national(t testing.TB) string { return policy(t, "national-default").Source() }

func TestAPolicyThatIsWrongIsRefusedWithAReason(t *testing.T) {
	for name, c := range map[string]struct{ old, new, want string }{
		"unknown field":     {"version: 1", "version: 1\ncolour: red", "colour"},
		"no version":        {"version: 1", "version: 0", "版本"},
		"weights":           {"{成本: 20, 产出: 40, 效益: 30}", "{成本: 20, 产出: 40, 效益: 31}", "不等于 100"},
		"grades":            {"{name: 良, from: 80}", "{name: 良, from: 95}", "从高到低"},
		"lowest grade":      {"{name: 差, from: 0}", "{name: 差, from: 10}", "0 分起"},
		"bands":             {"from: 0.6, to: 0.8, usual: 0.7", "from: 0.6, to: 0.7, usual: 0.65", "首尾相接"},
		"usual":             {"usual: 0.9", "usual: 0.7", "不在区间里"},
		"operator":          {"ops: [le, lt]", "ops: [le]", "没有计分规则"},
		"quality by rule":   {"ops: [le, lt]", "ops: [le, lt, qual]", "不能用规则计分"},
		"measure":           {"measure: reverse", "measure: sideways", "sideways"},
		"award":             {"measure: reverse, award: proportional", "measure: reverse, award: steps", "台阶"},
		"more than weight":  {"weight: 10, cap: 1", "weight: 10, cap: 2", "封顶"},
		"rounding":          {"score: half_up", "score: up", "舍入"},
		"sum":               {"sum: exact", "sum: all", "合计方式"},
		"rounded more":      {"total_places: 2, sum: exact", "total_places: 1, sum: rounded", "小数位数"},
		"number":            {"weight: 10,", "weight: zehn,", "YAML"},
		"too many decimals": {"over: 0.3", "over: 0.30000001", "YAML"},
	} {
		_, err := score.ReadPolicy([]byte(strings.Replace(national(t), c.old, c.new, 1)))
		var e *errs.Error
		if !errors.As(err, &e) || !errors.Is(err, score.ErrPolicy) || !strings.Contains(e.Public, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestPoliciesOfAFolderAreReadBesideThoseOfTheProgram(t *testing.T) {
	own := strings.Replace(national(t), "id: national-default", "id: own-county", 1)
	list, err := score.ReadPolicies(fstest.MapFS{"a.yaml": {Data: []byte(own)}}, "*.yaml")
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	if p, err := score.FindPolicy("own-county", list...); err != nil || p.ID != "own-county" {
		t.Error(p, err)
	}
	if _, err := score.FindPolicy("own-county"); !errors.Is(err, score.ErrNoPolicy) {
		t.Error(err)
	}
	if _, err := score.ReadPolicies(fstest.MapFS{"a.yaml": {Data: []byte(own)}, "b.yaml": {Data: []byte(own)}}, "*.yaml"); !errors.Is(err, score.ErrDuplicated) {
		t.Error(err)
	}
	if _, err := score.ReadPolicies(os.DirFS(filepath.Join(t.TempDir(), "none")), "*.yaml"); !errors.Is(err, score.ErrPolicy) {
		t.Errorf("a folder that is not there: %v", err)
	}
	_, err = score.ReadPolicies(fstest.MapFS{"bad.yaml": {Data: []byte("id: x")}}, "*.yaml")
	if err == nil || !strings.Contains(err.Error(), "bad.yaml") {
		t.Error(err)
	}
}

func TestTheBoundariesOfGradesAreIncluded(t *testing.T) {
	p := policy(t, "national-default")
	for score100, want := range map[string]string{"100": "优", "90": "优", "89.99": "良", "80.00": "良", "79.99": "中", "60": "中", "59.99": "差", "0": "差"} {
		if got := p.GradeOf(parse(score100)); got != want {
			t.Errorf("%s is %s, want %s", score100, got, want)
		}
	}
	if got := policy(t, "hubei").GradeOf(score.Number(95)); got != "" {
		t.Errorf("a policy without grades gives %s", got)
	}
}

func FuzzReadPolicy(f *testing.F) {
	for _, id := range []string{"national-default", "seed-observed", "hubei"} {
		f.Add([]byte(policy(f, id).Source()))
	}
	f.Add([]byte("id: [1"))
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := score.ReadPolicy(b)
		if err != nil {
			return
		}
		form := &score.Form{Kind: score.Project, Funds: []score.Fund{{Kind: score.TotalFund, Full: 3, Actual: 2}}}
		for _, op := range score.Ops() {
			form.Indicators = append(form.Indicators, score.Indicator{Op: op, Target: score.Number(3), Actual: score.Number(4), Weight: score.Number(15), Band: p.Bands[0].Name})
		}
		for _, x := range score.Score(p, form).Rows {
			if x.Exact.Rat().Sign() < 0 || x.Exact.Rat().Cmp(score.Number(15).Rat()) > 0 {
				t.Fatalf("%+v", x)
			}
		}
	})
}

func FuzzParseDecimal(f *testing.F) {
	for _, s := range []string{"0", "95.30", "-0.5", "1,234.5", "", "1e3", "九"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := score.ParseDecimal(s)
		if err != nil {
			return
		}
		back, err := score.ParseDecimal(d.String())
		if err != nil || back.Blank() != d.Blank() || back.Cmp(d) != 0 || back.Places() != d.Places() {
			t.Fatalf("%q is %s, read again %s, %v", s, d, back, err)
		}
	})
}
