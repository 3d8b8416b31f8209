package check

import (
	"yichuang/internal/finance/disclosed"
	"yichuang/internal/money"
)

// Claim is what the text says of one subject, as rules see it.
type Claim struct {
	Subject    string `expr:"subject"`
	Words      string `expr:"words"`
	Section    string `expr:"section"`
	Part       string `expr:"part"`
	Actual     Num    `expr:"actual"`
	Initial    Num    `expr:"initial"`
	Full       Num    `expr:"full"`
	Change     Num    `expr:"change"`     // signed
	Growth     Num    `expr:"growth"`     // signed
	Completion Num    `expr:"completion"` // printed
	Share      Num    `expr:"share"`
	Base       string `expr:"base"`    // of the completion
	ShareOf    string `expr:"shareof"` // subject of the whole
	Than       string `expr:"than"`
	ThanText   string `expr:"thantext"`
	Flat       bool   `expr:"flat"`
	Reason     string `expr:"reason"`
	Why        string `expr:"why"`
	ChangeSign int    `expr:"changesign"`
	GrowthSign int    `expr:"growthsign"`
	At         disclosed.Place
	c          *disclosed.Claim
}

// placesOf is how many decimals the amounts of a document usually have; an amount with fewer has its zeros left off.
func placesOf(d *disclosed.Document) int {
	counts := map[int]int{}
	for _, c := range d.Claims {
		for _, f := range c.Facts {
			if f.Unit == "万元" {
				counts[f.Value.Places]++
			}
		}
	}
	best, n := 0, 0
	for p, k := range counts {
		if k > n || k == n && p > best {
			best, n = p, k
		}
	}
	return best
}

func claimOf(c *disclosed.Claim, places int) *Claim {
	out := &Claim{Subject: c.Subject, Words: c.Words, Section: c.Section.Title(), Part: string(c.Section.Part), Than: c.Than, ThanText: c.ThanText, Flat: c.Flat, Reason: c.Reason, Why: c.WhyChange, At: c.Place, c: c}
	none := notApplicable("文中没有写")
	out.Actual, out.Initial, out.Full, out.Change, out.Growth, out.Completion, out.Share = none, none, none, none, none, none, none
	for i := range c.Facts {
		f := &c.Facts[i]
		n := factNum(f)
		if f.Unit == "万元" {
			n = n.atPlaces(places)
		}
		n.At = &out.At
		switch f.Metric {
		case disclosed.Actual:
			out.Actual = n
		case disclosed.Initial:
			out.Initial = n
		case disclosed.FullYear:
			out.Full = n
		case disclosed.Change:
			out.Change, out.ChangeSign = signed(n, f.Sign), f.Sign
		case disclosed.Growth:
			out.Growth, out.GrowthSign = signed(n, f.Sign), f.Sign
		case disclosed.Completion:
			out.Completion, out.Base = n, f.Base
		case disclosed.Share:
			out.Share, out.ShareOf = n, f.Base
		}
	}
	return out
}

func signed(n Num, sign int) Num {
	if sign < 0 {
		n.V, n.Lo, n.Hi = -n.V, -n.Hi, -n.Lo
		n.Text = ""
	}
	return n
}

// factNum is a figure of a sentence: an amount in 万元, a rate in percent.
func factNum(f *disclosed.Fact) Num {
	unit := map[string]money.Fen{"万元": money.WanYuan, "元": money.Yuan, "亿元": 10_000 * money.WanYuan}[f.Unit]
	if unit == 0 {
		return number(f.Value, 1, 1)
	}
	return number(f.Value, int64(unit), int64(money.WanYuan))
}
