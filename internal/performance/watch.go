package performance

import (
	"math/big"
	"strings"

	"yichuang/internal/clock"
	"yichuang/internal/metric"
	"yichuang/internal/performance/score"
)

// Watch (绩效监控记录) is what was found about a programme on a day of its year, frozen with its hash.
type Watch struct {
	CentreID    string        `db:"centre_id" json:"-"`
	ProgrammeID string        `db:"programme_id" json:"-"`
	ID          string        `db:"id" json:"id"`
	Day         clock.Date    `db:"day" json:"day"`
	Light       score.Warning `db:"light" json:"light,omitempty"`
	Reason      string        `db:"reason" json:"reason,omitempty"`
	Content     string        `db:"content" json:"-"`
	Hash        string        `db:"hash" json:"hash"`
	At          clock.Instant `db:"at" json:"at"`
	By          string        `db:"by_user" json:"by"`
	ByName      string        `db:"by_name" json:"by_name"`
}

// Progress (进度) is how far a row is against how far it should be on a day. Shares are in hundredths of a percent; none
// where Known is false.
type Progress struct {
	Name     string        `json:"name"`
	Target   string        `json:"target"`
	Actual   string        `json:"actual"`
	Share    int64         `json:"share"`    // of the year's target that is reached
	Expected int64         `json:"expected"` // of it that should be
	Known    bool          `json:"known"`
	Light    score.Warning `json:"light,omitempty"`
	Origin   string        `json:"origin,omitempty"`
	Href     string        `json:"-"`
}

// Standing (监控情况) is the money and the indicators of a programme on a day, with the lights.
type Standing struct {
	Day      clock.Date    `json:"day"`
	Policy   string        `json:"policy"`
	Expected int64         `json:"expected"` // share of the budget that should be spent
	Money    Progress      `json:"money"`
	Rows     []Progress    `json:"rows"`
	Light    score.Warning `json:"light,omitempty"`
	Why      []string      `json:"why,omitempty"` // of a light that is on
	// NeedsReason is whether the policy asks why.
	NeedsReason bool        `json:"needs_reason"`
	Form        score.Form  `json:"form"`
	Origins     []Origin    `json:"origins"`
	Facts       []FrozenRef `json:"facts,omitempty"`
}

// FrozenRef names a frozen fact by what it is and its hash.
type FrozenRef struct {
	Metric string `json:"metric"`
	Hash   []byte `json:"hash"`
}

// expectedShare is the part of the year's budget that should be spent by the end of a day, in hundredths of a percent: by
// the days of the year, or by the profile's months with the days of the running month.
func expectedShare(year int, profile []int64, day clock.Date) int64 {
	first := clock.Day(year, 1, 1)
	if day < first {
		return 0
	}
	if day.Year() > year {
		return 10000
	}
	if profile == nil {
		return metric.HalfUp(big.NewRat(int64(day-first+1)*10000, int64(clock.Day(year+1, 1, 1)-first)))
	}
	month := int(day.Month())
	before := int64(0)
	if month > 1 {
		before = profile[month-2]
	}
	start := clock.Day(year, day.Month(), 1)
	length := int64(metric.Month(day).To - start)
	part := big.NewRat((profile[month-1]-before)*100*int64(day-start+1), length)
	return before*100 + metric.HalfUp(part)
}

// standing judges a form on a day by the limits of a policy (预警, 全国规则 §2.6): red where the work is ahead of the money by
// more than the policy's share, yellow where the money is behind its course by more than its share; a row by how much of
// what is due it has reached.
func standing(f *score.Form, origins []Origin, policy *score.Policy, profile []int64, day clock.Date) *Standing {
	s := &Standing{Day: day, Policy: policy.ID, Expected: expectedShare(f.Year, profile, day), Form: *f, Origins: origins}
	money, _ := f.Fund(score.TotalFund)
	s.Money = Progress{Name: "预算执行", Target: money.Full.WanYuan() + " 万元", Actual: money.Actual.WanYuan() + " 万元", Expected: s.Expected, Known: money.Full > 0}
	if s.Money.Known {
		s.Money.Share = metric.HalfUp(big.NewRat(int64(money.Actual)*10000, int64(money.Full)))
		s.Money.Light = light(s.Money.Share, s.Expected, policy)
	}
	for i := range f.Indicators {
		s.Rows = append(s.Rows, progress(&f.Indicators[i], origins, i, s.Expected, policy))
	}
	s.judge(policy)
	return s
}

// progress is how far one indicator is.
func progress(x *score.Indicator, origins []Origin, i int, expected int64, policy *score.Policy) Progress {
	p := Progress{Name: x.Name, Target: x.TargetText(), Expected: expected}
	if i < len(origins) {
		p.Origin, p.Href = strings.TrimSpace(origins[i].Label+" "+origins[i].Sides), origins[i].Href
	}
	if x.Op == score.Quality {
		p.Actual = x.Band
		return p
	}
	if x.Actual.Blank() {
		return p
	}
	p.Known, p.Actual = true, x.Actual.String()+x.Unit
	if !accumulates(x) { // a rate or a limit holds all year long
		p.Expected = 10000
	}
	switch {
	case x.Op.Met(x.Target, x.Actual):
		p.Share = 10000
	case x.Op.Reverse() || x.Target.Sign() <= 0:
		p.Light = score.Red
	default:
		part := new(big.Rat).Quo(x.Actual.Rat(), x.Target.Rat())
		p.Share = max(0, metric.HalfUp(part.Mul(part, big.NewRat(10000, 1))))
		p.Light = light(p.Share, p.Expected, policy)
	}
	return p
}

// accumulates reports whether the value of an indicator grows with the year: a count does, a percentage or an upper limit
// does not.
func accumulates(x *score.Indicator) bool {
	return !x.Op.Reverse() && !strings.ContainsAny(x.Unit, "%％")
}

// light compares what is reached with what is due.
func light(share, expected int64, policy *score.Policy) score.Warning {
	if expected <= 0 {
		return ""
	}
	part := big.NewRat(share, expected)
	switch {
	case !policy.Monitor.Red.Blank() && part.Cmp(policy.Monitor.Red.Rat()) < 0:
		return score.Red
	case !policy.Monitor.Yellow.Blank() && part.Cmp(policy.Monitor.Yellow.Rat()) < 0:
		return score.Yellow
	}
	return ""
}

// judge puts the lights together.
func (s *Standing) judge(policy *score.Policy) {
	on := func(l score.Warning, why string) {
		if s.Light != score.Red {
			s.Light = l
		}
		s.Why = append(s.Why, why)
	}
	for i, r := range append([]Progress{s.Money}, s.Rows...) {
		if r.Light == "" {
			continue
		}
		what := "只完成应完成进度的" + percentOf(r.Share, r.Expected)
		if r.Share == 0 && i > 0 {
			what = "现在是 " + r.Actual + "，没有达到 " + r.Target
		}
		on(r.Light, "“"+r.Name+"”"+what)
	}
	if s.Money.Known {
		behind := big.NewRat(s.Expected-s.Money.Share, 10000)
		if !policy.Warnings.Yellow.Blank() && behind.Cmp(policy.Warnings.Yellow.Rat()) > 0 {
			on(score.Yellow, "预算执行比进度低 "+metric.Hundredths(s.Expected-s.Money.Share)+" 个百分点")
		}
		if work, ok := s.work(); ok && work > 0 && s.Expected > 0 {
			done := min(10000, metric.HalfUp(big.NewRat(s.Money.Share*10000, s.Expected)))
			if gap := big.NewRat(work-done, work); !policy.Warnings.Red.Blank() && gap.Cmp(policy.Warnings.Red.Rat()) > 0 {
				on(score.Red, "绩效指标完成应完成的 "+metric.Hundredths(work)+"%，预算执行只完成应执行的 "+metric.Hundredths(done)+"%")
			}
		}
	}
	s.NeedsReason = s.Light != ""
}

// work is how much of what is due the indicators have reached, by their weights, in hundredths of a percent.
func (s *Standing) work() (int64, bool) {
	sum, weights := new(big.Rat), new(big.Rat)
	for i, r := range s.Rows {
		if !r.Known || r.Expected <= 0 {
			continue
		}
		w := s.Form.Indicators[i].Weight.Rat()
		part := big.NewRat(min(r.Share, r.Expected), r.Expected)
		sum.Add(sum, part.Mul(part, w))
		weights.Add(weights, w)
	}
	if weights.Sign() == 0 {
		return 0, false
	}
	sum.Quo(sum, weights)
	return metric.HalfUp(sum.Mul(sum, big.NewRat(10000, 1))), true
}

func percentOf(part, whole int64) string {
	if whole <= 0 {
		return "—"
	}
	return " " + metric.Hundredths(metric.HalfUp(big.NewRat(part*10000, whole))) + "%"
}
