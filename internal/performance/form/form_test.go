package form_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"yichuang/internal/datatest"
	"yichuang/internal/errs"
	"yichuang/internal/money"
	"yichuang/internal/performance/form"
	"yichuang/internal/performance/score"
)

func seed(t testing.TB) *form.Set {
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
	return s
}

// plain is a form without what a spreadsheet does not keep, its stated numbers without zeros at their ends.
func plain(f *score.Form) string {
	c := *f
	c.Funds = append([]score.Fund{}, f.Funds...)
	for i := range c.Funds {
		if c.Kind == score.Project {
			c.Funds[i].Reason = ""
		}
		c.Funds[i].Stated = trimmed(c.Funds[i].Stated)
	}
	c.Indicators = append([]score.Indicator{}, f.Indicators...)
	for i := range c.Indicators {
		x := &c.Indicators[i]
		x.ID, x.Source, x.Stated = "", "", trimmed(x.Stated)
	}
	c.Total = trimmed(score.Stated{Score: f.Total}).Score
	c.Grade = ""
	b, err := json.MarshalIndent(c, "", " ")
	if err != nil {
		return err.Error()
	}
	return string(b)
}

func trimmed(s score.Stated) score.Stated {
	for _, x := range []*string{&s.Completion, &s.Score} {
		if d, ok := score.PrintedNumber(*x); ok {
			*x = d.Trim().String()
		}
	}
	return s
}

func back(t testing.TB, s *form.Set) *form.Set {
	t.Helper()
	var b bytes.Buffer
	if err := s.WriteXLSX(&b, nil); err != nil {
		t.Fatal(err)
	}
	out, err := form.Read(&b)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestTheFormsOfTheSeedComeBackFromASpreadsheet(t *testing.T) {
	s := seed(t)
	got := back(t, s)
	if len(got.Forms) != 3 {
		t.Fatalf("%d forms", len(got.Forms))
	}
	for i, f := range s.Forms {
		if a, b := plain(f), plain(got.Forms[i]); a != b {
			t.Errorf("%s changed:\n%s\n%s", f.Label, a, b)
		}
	}
}

func words(t *rapid.T, name string) string {
	return rapid.SampledFrom([]string{"", "保障大厅运转", "资金支付及时性", "群众满意度", "第一行\n第二行", "热线12345办结率"}).Draw(t, name)
}

func decimal(t *rapid.T, name string) score.Decimal {
	n := rapid.Int64Range(-99999, 999999).Draw(t, name)
	d, err := score.ParseDecimal(fmt.Sprintf("%d.%02d", n/100, abs(n%100)))
	if err != nil {
		t.Fatal(err)
	}
	return d.Trim()
}

func abs(n int64) int64 {
	if n < 0 {
		return -n
	}
	return n
}

func anyForm(t *rapid.T) *score.Form {
	f := &score.Form{Kind: rapid.SampledFrom([]score.Kind{score.Whole, score.Project}).Draw(t, "kind"), Year: 2024, Name: "政务大厅经费", Goal: words(t, "goal"), GoalActual: words(t, "done")}
	if f.Kind == score.Project {
		f.Supervisor, f.Implementer, f.FundReason = "主管单位", "实施的单位", words(t, "why")
	}
	for _, k := range f.Kind.FundKinds() {
		amount := rapid.Int64Range(-1_000_000_00, 900_000_000_00)
		f.Funds = append(f.Funds, score.Fund{Kind: k, Initial: money.Fen(amount.Draw(t, "initial")), Full: money.Fen(amount.Draw(t, "full")), Actual: money.Fen(amount.Draw(t, "actual"))})
	}
	for n := range rapid.IntRange(1, 12).Draw(t, "rows") {
		i := score.Indicator{Class: rapid.SampledFrom([]string{"成本指标", "产出指标", "效益指标"}).Draw(t, "class"), Group: rapid.SampledFrom([]string{"数量指标", "质量指标", ""}).Draw(t, "group"), Name: fmt.Sprint("指标", n),
			Op: rapid.SampledFrom(score.Ops()).Draw(t, "op"), Weight: score.Number(rapid.Int64Range(1, 30).Draw(t, "weight")), Reason: strings.TrimSpace(words(t, "reason"))}
		if i.Op == score.Quality {
			i.Goal, i.Band = rapid.SampledFrom([]string{"及时", "规范"}).Draw(t, "quality"), "100%-80%(含)"
			if rapid.Bool().Draw(t, "given") {
				i.Share, _ = score.ParseDecimal("0.95")
				i.Given = "材料齐全"
			}
		} else {
			i.Target, i.Actual, i.Unit = decimal(t, "target"), decimal(t, "actual"), rapid.SampledFrom([]string{"%", "人", "万元", ""}).Draw(t, "unit")
		}
		f.Indicators = append(f.Indicators, i)
	}
	return f
}

func TestAFormComesBackFromASpreadsheet(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		f := anyForm(r)
		got := back(t, &form.Set{Forms: []*score.Form{f}})
		if a, b := plain(f), plain(got.Forms[0]); a != b {
			r.Fatalf("changed:\n%s\n%s", a, b)
		}
	})
}

func TestAFormComesBackFromJSON(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s := &form.Set{Forms: []*score.Form{anyForm(r)}, Claims: []score.Claim{{Section: "第四部分", Subject: score.ClaimMean, Value: "91.82"}}}
		var b bytes.Buffer
		if err := s.WriteJSON(&b); err != nil {
			r.Fatal(err)
		}
		got, err := form.Read(&b)
		if err != nil || !reflect.DeepEqual(got, s) {
			r.Fatalf("%v\n%+v\n%+v", err, got.Forms[0], s.Forms[0])
		}
	})
}

func TestWhatIsNoFormIsRefused(t *testing.T) {
	for name, text := range map[string]string{"empty": "", "text": "你好", "json": "{}", "other json": `{"format":"x","forms":[{}]}`, "no kind": `{"format":"yichuang.performance/1","forms":[{"name":"a"}]}`,
		"null": `{"format":"yichuang.performance/1","forms":[null]}`, "zip": "PK\x03\x04kaputt", "bad target": `{"annex2":{"year":"2024","indicators":[["a","b","c",">=x","1",null,"2","","",null]]}}`,
		"bad year": `{"annex2":{"year":"zwei"}}`, "bad money": `{"annex2":{"year":"2024","funds":[["年度资金总额","x","1","1"]]}}`} {
		_, err := form.Read(strings.NewReader(text))
		var e *errs.Error
		if !errors.As(err, &e) || e.Kind != errs.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	var j, x bytes.Buffer
	s := &form.Set{Forms: []*score.Form{{Kind: score.Project, Year: 2024, Name: "项目", Funds: []score.Fund{{Kind: score.TotalFund, Full: 100}}, Indicators: []score.Indicator{{Name: "a", Op: score.AtLeast, Target: score.Number(5), Weight: score.Number(90)}}}}}
	if s.WriteJSON(&j) != nil || s.WriteXLSX(&x, nil) != nil {
		f.Fatal("cannot write")
	}
	f.Add(j.Bytes())
	f.Add(x.Bytes())
	f.Add([]byte(`{"annex4_1":{"year":"2024","project":"p","funds":[["年度资金总额：","30","1","0.98","10","98","9.8"]],"indicators":[["a","b","c","<=5万元","0.98","20","万元","19.60%","3.92",null]]}}`))
	p, err := score.FindPolicy(score.DefaultPolicy)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := form.Read(bytes.NewReader(b))
		if err != nil {
			return
		}
		for _, x := range s.Forms {
			score.Compare(x, score.Score(p, x))
		}
		score.Review(s.Forms, s.Claims)
	})
}
