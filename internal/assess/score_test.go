package assess_test

import (
	"encoding/json"
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"

	"yichuang/internal/assess"
	"yichuang/internal/hotline/figure"
	"yichuang/internal/metric"
	"yichuang/internal/org"
)

func rate(m figure.Measure, num, den int64) metric.Figure {
	return metric.Figure{Metric: string(m), Form: metric.Rate, Ratio: metric.Ratio{Num: num, Den: den}}
}

func unit(id string, orders int64, figures ...metric.Figure) assess.Input {
	in := assess.Input{UnitID: id, Unit: id, Group: org.GroupCounty, Orders: orders, Figures: map[figure.Measure]metric.Figure{}}
	for _, f := range figures {
		in.Figures[figure.Measure(f.Metric)] = f
	}
	return in
}

func one(def assess.Definition, in ...assess.Input) []assess.Row {
	def.Groups = []org.UnitGroup{org.GroupCounty, org.GroupTownship}
	return assess.Score(&def, in)
}

func linear(code string, m figure.Measure, points, floor, full, least int64, small assess.Small) assess.Item {
	return assess.Item{Code: code, Name: code, Metric: m, Weight: points * 10000, Shape: assess.Linear, Floor: floor, Full: full, MinSample: least, Small: small}
}

func TestShapes(t *testing.T) {
	for _, c := range []struct {
		name string
		item assess.Item
		fig  metric.Figure
		want string
	}{
		{"linear half", linear("a", figure.MeasureOnTime, 30, 6000, 10000, 0, assess.AsIs), rate(figure.MeasureOnTime, 8, 10), "15"},
		{"linear exact third", linear("a", figure.MeasureOnTime, 30, 0, 10000, 0, assess.AsIs), rate(figure.MeasureOnTime, 1, 3), "10"},
		{"below floor", linear("a", figure.MeasureOnTime, 30, 6000, 10000, 0, assess.AsIs), rate(figure.MeasureOnTime, 1, 3), "0"},
		{"above full", linear("a", figure.MeasureOnTime, 30, 6000, 9000, 0, assess.AsIs), rate(figure.MeasureOnTime, 95, 100), "30"},
		{"less is better", linear("a", figure.MeasureReworked, 5, 2000, 0, 0, assess.AsIs), rate(figure.MeasureReworked, 5, 100), "15/4"},
		{"less is better, worst", linear("a", figure.MeasureReworked, 5, 2000, 0, 0, assess.AsIs), rate(figure.MeasureReworked, 50, 100), "0"},
		{"step", assess.Item{Code: "a", Name: "a", Metric: figure.MeasureOnTime, Weight: 100000, Shape: assess.Step, Steps: []assess.StepPart{{At: 9500, Share: 10000}, {At: 9000, Share: 8000}, {At: 8000, Share: 5000}}},
			rate(figure.MeasureOnTime, 90, 100), "8"},
		{"step of less is better", assess.Item{Code: "a", Name: "a", Metric: figure.MeasureReworked, Weight: 100000, Shape: assess.Step, Steps: []assess.StepPart{{At: 100, Share: 10000}, {At: 500, Share: 5000}}},
			rate(figure.MeasureReworked, 3, 100), "5"},
		{"no step", assess.Item{Code: "a", Name: "a", Metric: figure.MeasureOnTime, Weight: 100000, Shape: assess.Step, Steps: []assess.StepPart{{At: 9500, Share: 10000}}}, rate(figure.MeasureOnTime, 9, 10), "0"},
		// 一次性办结率 of 90 or more is 25, one point less for each percentage point below.
		{"deduct", assess.Item{Code: "a", Name: "a", Metric: figure.MeasureOnTime, Weight: 250000, Shape: assess.Deduct, Full: 9000, Rate: 10000}, rate(figure.MeasureOnTime, 85, 100), "20"},
		{"deduct nothing", assess.Item{Code: "a", Name: "a", Metric: figure.MeasureOnTime, Weight: 250000, Shape: assess.Deduct, Full: 9000, Rate: 10000}, rate(figure.MeasureOnTime, 95, 100), "25"},
		{"deduct all", assess.Item{Code: "a", Name: "a", Metric: figure.MeasureOnTime, Weight: 250000, Shape: assess.Deduct, Full: 9000, Rate: 10000}, rate(figure.MeasureOnTime, 1, 100), "0"},
		{"each", assess.Item{Code: "a", Name: "a", Metric: figure.MeasureDone, Shape: assess.Each, Side: assess.SideRest, Rate: 15}, rate(figure.MeasureDone, 90, 100), "3/200"},
	} {
		c.item.Small = assess.AsIs
		rows := one(assess.Definition{Items: []assess.Item{c.item}}, unit("u", 10, c.fig))
		if got := rows[0].Items[0].Points; got != c.want {
			t.Errorf("%s: %s points, want %s", c.name, got, c.want)
		}
	}
}

// TestScenario14 is the second half of case 14: nobody was called back about a unit, so that the items about call-backs
// take no part and their weight goes to the others: neither 0 nor full.
func TestScenario14(t *testing.T) {
	def := assess.Definition{Items: []assess.Item{linear("ontime", figure.MeasureOnTime, 30, 0, 10000, 0, assess.AsIs), linear("both", figure.MeasureBoth, 70, 0, 10000, 0, assess.AsIs)}}
	rows := one(def, unit("a", 10, rate(figure.MeasureOnTime, 9, 10), rate(figure.MeasureBoth, 2, 3)), unit("b", 10, rate(figure.MeasureOnTime, 9, 10), rate(figure.MeasureBoth, 0, 0)))
	a, b := rows[0], rows[1]
	if a.Items[1].Figure.Text() != "66.67%" || a.Total != 7367 { // 27 + 70 × 2/3 = 73.666…
		t.Errorf("a: %s, total %d", a.Items[1].Figure.Text(), a.Total)
	}
	if b.Items[1].Judged || b.Items[1].Figure.Text() != "—" || b.Items[1].Note != assess.NoteNothing || b.Total != 9000 { // 90 % of all 100
		t.Errorf("b: %+v, total %d", b.Items[1], b.Total)
	}
}

func TestSmallSamples(t *testing.T) {
	def := assess.Definition{Items: []assess.Item{linear("x", figure.MeasureSatisfied, 60, 0, 10000, 10, assess.GroupMedian), linear("y", figure.MeasureOnTime, 40, 0, 10000, 0, assess.AsIs)}}
	full := rate(figure.MeasureOnTime, 10, 10)
	in := []assess.Input{unit("a", 10, rate(figure.MeasureSatisfied, 10, 10), full), unit("b", 10, rate(figure.MeasureSatisfied, 5, 10), full), unit("c", 10, rate(figure.MeasureSatisfied, 0, 9), full)}
	rows := one(def, in...)
	if c := rows[2].Items[0]; c.Points != "45" || c.Note != assess.NoteMedian || rows[2].Total != 8500 {
		t.Errorf("the median of 60 and 30: %+v, total %d", c, rows[2].Total)
	}
	alone := one(def, in[2])
	if c := alone[0].Items[0]; c.Judged || c.Note != assess.NoteSmall || alone[0].Total != 10000 {
		t.Errorf("a group without a sample: %+v, total %d", c, alone[0].Total)
	}
	def.Items[0].Small = assess.NotJudged
	if c := one(def, in...)[2].Items[0]; c.Judged {
		t.Errorf("not judged: %+v", c)
	}
	township := in[2]
	township.Group = org.GroupTownship
	if c := one(assess.Definition{Items: []assess.Item{linear("x", figure.MeasureSatisfied, 60, 0, 10000, 10, assess.GroupMedian), def.Items[1]}}, in[0], township)[1].Items[0]; c.Judged {
		t.Errorf("the median of another group: %+v", c)
	}
}

func TestWhoIsNotAssessed(t *testing.T) {
	def := assess.Definition{Items: []assess.Item{linear("x", figure.MeasureOnTime, 100, 0, 10000, 0, assess.AsIs)}, Exclusions: []assess.Exclusion{{UnitID: "out", Reason: "本月新设"}},
		Bands: []assess.Band{{Name: "优秀", From: 9000}, {Name: "不合格", From: 0}}}
	rows := one(def, unit("idle", 0), unit("out", 5, rate(figure.MeasureOnTime, 5, 5)), unit("nothing", 5, rate(figure.MeasureOnTime, 0, 0)), unit("zero", 5, rate(figure.MeasureOnTime, 0, 5)))
	notes := map[string]string{}
	for _, r := range rows {
		notes[r.UnitID] = fmt.Sprint(r.Assessed, r.Note, r.Total, r.Band)
	}
	want := map[string]string{"idle": "false" + assess.NoteNoOrders + "0", "out": "false" + assess.NoteExcluded + "本月新设0", "nothing": "false" + assess.NoteNoItems + "0", "zero": "true0不合格"}
	for id, w := range want {
		if got := notes[id]; got != w && got != fmt.Sprint(w) {
			t.Errorf("%s: %q, want %q", id, got, w)
		}
	}
}

func TestEventsCapsBandsAndPlaces(t *testing.T) {
	def := assess.Definition{Items: []assess.Item{linear("x", figure.MeasureOnTime, 100, 0, 10000, 0, assess.AsIs)}, Cap: 10000, BonusCap: 300, DeductCap: 500, Ranked: true,
		Bands: []assess.Band{{Name: "优秀", From: 9000}, {Name: "良好", From: 8000}, {Name: "合格", From: 6000}, {Name: "不合格", From: 0}}}
	with := func(id string, num, bonus, deduct int64) assess.Input {
		in := unit(id, 10, rate(figure.MeasureOnTime, num, 1000))
		in.Bonus, in.Deduct = bonus, deduct
		return in
	}
	rows := one(def, with("a", 990, 500, 0), with("b", 900, 0, 100), with("c", 899, 100, 0), with("d", 20, 0, 900), with("e", 900, 0, 100))
	for i, want := range []string{"10000 优秀 1", "8900 良好 3", "9090 优秀 2", "0 不合格 5", "8900 良好 3"} {
		if got := fmt.Sprint(rows[i].Total, " ", rows[i].Band, " ", rows[i].Place); got != want {
			t.Errorf("%s: %s, want %s", rows[i].UnitID, got, want)
		}
	}
}

// TestByCountsFormula computes the public formula once by hand in fractions: 0.0025·90 + 0.0015·10 + 0.025·2 + 0.0125·1
// − 0.05·3 − 0.0125·0 + 175·2/3 + 125·1/3 + 2.5·0.9 + 1·1.
func TestByCountsFormula(t *testing.T) {
	var def assess.Definition
	for _, s := range assess.ReadySchemes() {
		if s.Code == assess.CodeByCounts {
			def = s.Def
		}
		if err := s.Def.Check(); err != nil {
			t.Errorf("%s: %v", s.Code, err)
		}
	}
	overdue := metric.Figure{Metric: string(figure.MeasureOverdue), Form: metric.Count, Ratio: metric.Ratio{Num: 3}}
	rows := assess.Score(&def, []assess.Input{unit("u", 100, rate(figure.MeasureDone, 90, 100), rate(figure.MeasureBoth, 2, 3), rate(figure.MeasureEither, 1, 3), overdue,
		rate(figure.MeasureSatisfied, 3, 3), rate(figure.MeasureFinished, 100, 100))})
	want := new(big.Rat)
	for _, x := range []string{"225/1000", "15/1000", "5/100", "125/10000", "-15/100", "350/3", "125/3", "225/100", "1"} {
		r, _ := new(big.Rat).SetString(x)
		want.Add(want, r)
	}
	if got := rows[0].Total; got != metric.HalfUp(want.Mul(want, big.NewRat(100, 1))) || got != 16174 {
		t.Errorf("total %d, want %s", got, want.FloatString(4))
	}
}

// naiveTotal computes a total with fractions from the definition's words, unlike Score.
func naiveTotal(def *assess.Definition, in assess.Input) (int64, bool) {
	got, weights, all := new(big.Rat), int64(0), int64(0)
	for _, it := range def.Items {
		all += it.Weight
		f := in.Figures[it.Metric]
		if f.Den == 0 {
			continue
		}
		percent := new(big.Rat).SetFrac64(f.Num*100, f.Den)
		share := new(big.Rat).Quo(new(big.Rat).Sub(percent, big.NewRat(it.Floor, 100)), big.NewRat(it.Full-it.Floor, 100))
		if share.Cmp(big.NewRat(1, 1)) > 0 {
			share.SetInt64(1)
		}
		if share.Sign() < 0 {
			share.SetInt64(0)
		}
		got.Add(got, share.Mul(share, big.NewRat(it.Weight, 10000)))
		weights += it.Weight
	}
	if weights == 0 {
		return 0, false
	}
	got.Mul(got, big.NewRat(all, weights)).Mul(got, big.NewRat(100, 1))
	n, _ := new(big.Int).SetString(got.FloatString(0), 10) // rounds half away from zero
	return n.Int64(), true
}

func TestScoresAgreeWithASecondComputationAndDoNotDependOnOrder(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	measures := []figure.Measure{figure.MeasureSigned, figure.MeasureOnTime, figure.MeasureSolved, figure.MeasureSatisfied}
	for range 300 {
		var def assess.Definition
		for i, m := range measures {
			floor := r.Int64N(6000)
			def.Items = append(def.Items, linear(fmt.Sprint(i), m, 1+r.Int64N(40), floor, floor+1+r.Int64N(4000), 0, assess.AsIs))
		}
		def.Groups = []org.UnitGroup{org.GroupCounty}
		var in []assess.Input
		for u := range 5 {
			x := unit(fmt.Sprint("u", u), 1+r.Int64N(3))
			for _, m := range measures {
				den := r.Int64N(4)
				x.Figures[m] = rate(m, r.Int64N(den+1), den)
			}
			in = append(in, x)
		}
		rows := assess.Score(&def, in)
		for i, row := range rows {
			if want, ok := naiveTotal(&def, in[i]); row.Assessed != ok || ok && row.Total != want {
				t.Fatalf("%+v: %t %d, want %t %d", in[i], row.Assessed, row.Total, ok, want)
			}
		}
		mixed := slices.Clone(in)
		r.Shuffle(len(mixed), func(i, k int) { mixed[i], mixed[k] = mixed[k], mixed[i] })
		x, _ := json.Marshal(rows)
		y, _ := json.Marshal(assess.Score(&def, mixed))
		if string(x) != string(y) {
			t.Fatal("the order of the units changes the sheet")
		}
	}
}

func TestDefinitionsAreChecked(t *testing.T) {
	good := assess.ReadySchemes()[0].Def
	for name, change := range map[string]func(*assess.Definition){
		"no groups":      func(d *assess.Definition) { d.Groups = nil },
		"no items":       func(d *assess.Definition) { d.Items = nil },
		"same code":      func(d *assess.Definition) { d.Items[1].Code = d.Items[0].Code },
		"no weight":      func(d *assess.Definition) { d.Items[0].Weight = 0 },
		"unknown metric": func(d *assess.Definition) { d.Items[0].Metric = "M99" },
		"not by unit":    func(d *assess.Definition) { d.Items[0].Metric = figure.MeasureAnswered },
		"floor is full":  func(d *assess.Definition) { d.Items[0].Floor = d.Items[0].Full },
		"shape":          func(d *assess.Definition) { d.Items[0].Shape = "magic" },
		"bands":          func(d *assess.Definition) { d.Bands[0].From = 0 },
		"exclusion":      func(d *assess.Definition) { d.Exclusions = []assess.Exclusion{{UnitID: "u"}} },
		"steps in a mess": func(d *assess.Definition) {
			d.Items[0].Shape, d.Items[0].Steps = assess.Step, []assess.StepPart{{At: 1, Share: 1}, {At: 2, Share: 2}}
		},
	} {
		text, _ := good.Text()
		var d assess.Definition
		if err := json.Unmarshal([]byte(text), &d); err != nil {
			t.Fatal(err)
		}
		change(&d)
		if d.Check() == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
