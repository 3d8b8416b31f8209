package item

import (
	"fmt"
	"strings"

	"yichuang/internal/org"
)

// Renewal (有效期和延续) is how long what an item gives is valid, and what the law says about renewing it (行政许可法 art. 50).
type Renewal struct {
	Term    Limit  `json:"term"`      // 有效期限, in days, months or years; the zero Limit for none that is fixed
	Lead    int    `json:"lead_days"` // 提前申请: natural days before the end by which the holder applies; 0 for the law's 30
	Silence string `json:"silence"`   // see Silences
	Basis   string `json:"basis"`     // of what differs from 行政许可法 art. 50
}

// The answers to whether silence until the end renews (逾期未决定).
const (
	SilenceByLaw  = ""         // as 行政许可法 art. 50 says: a permit is renewed, anything else is not
	SilenceRenews = "continue" // 视为准予延续, by another law
	SilenceEnds   = "end"      // 不视为准予延续, by another law
)

// Silences lists what becomes of an application for renewal about which nothing was decided by the end.
func Silences() []org.Choice {
	return []org.Choice{{Value: SilenceByLaw, Label: "依行政许可法：许可视为准予延续"}, {Value: SilenceRenews, Label: "依其他规定：视为准予延续"}, {Value: SilenceEnds, Label: "依其他规定：不视为准予延续"}}
}

// leadDays is how many days before the end the holder of a permit applies for renewal (行政许可法 art. 50).
const leadDays = 30

// LeadDays is how many days before the end the holder applies.
func (r *Renewal) LeadDays() int {
	if r.Lead > 0 {
		return r.Lead
	}
	return leadDays
}

// RenewsBySilence reports whether an application for renewal is granted by law where nothing was decided by the end.
func (c *Content) RenewsBySilence() bool {
	return c.Renewal.Silence == SilenceRenews || c.Renewal.Silence == SilenceByLaw && c.Kind == Permit
}

// The longest term of a certificate, in years, and the longest lead in days.
const (
	maxTermYears = 70
	maxLead      = 365
)

func (c *Content) checkRenewal(k *checker) {
	r := &c.Renewal
	r.Basis = strings.TrimSpace(r.Basis)
	most := map[LimitUnit]int{Day: 366 * 5, Month: 12 * maxTermYears, Year: maxTermYears}[r.Term.Unit]
	if !r.Term.IsZero() && (r.Term.N < 1 || r.Term.N > most) || r.Term.IsZero() && r.Term.N != 0 {
		k.say("renewal_term", "有效期限应是若干自然日、月或年，最长 %d 年。", maxTermYears)
	}
	if r.Lead < 0 || r.Lead > maxLead {
		k.say("renewal_lead", "提前申请的天数应在 0 到 %d 之间。", maxLead)
	}
	k.code("renewal_silence", "逾期未决定的后果", r.Silence, Silences())
	if (r.Silence != SilenceByLaw || r.Lead != 0 && r.Lead != leadDays) && r.Basis == "" {
		k.say("renewal_basis", "与行政许可法第五十条不同的，请写明依据的法律、法规或规章。")
	}
	k.text("renewal_basis", "延续的依据", r.Basis, maxText)
}

// TermLabel is how long what the item gives is valid and when its holder applies for renewal; "" where nothing is fixed.
func (c *Content) TermLabel() string {
	if c.Renewal.Term.IsZero() {
		return ""
	}
	return fmt.Sprintf("%s，期满 %d 日前申请延续", c.Renewal.Term.Label(), c.Renewal.LeadDays())
}
