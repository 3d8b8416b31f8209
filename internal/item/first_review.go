package item

import (
	"strings"

	"yichuang/internal/store"
)

// FirstReview (初审) is what a lower organ does before the item's own organ decides (行政许可法 arts. 35, 43): it accepts, reviews and
// reports its opinion with all materials. The item's own limits run for the organ that decides, from the day of the report.
type FirstReview struct {
	UnitID string `json:"unit_id"` // the lower organ; "" where nobody reviews first
	Limit  Limit  `json:"limit"`   // the zero Limit for the law's 20 working days
	Basis  string `json:"basis"`   // of the review, and of a limit that is longer than the law's
}

// Active reports whether a lower organ reviews first.
func (f FirstReview) Active() bool { return f.UnitID != "" }

// firstDays is the limit of a first review in working days (行政许可法 art. 43).
const firstDays = 20

// Within is the limit of the first review.
func (f FirstReview) Within() Limit {
	if f.Limit.IsZero() {
		return Limit{N: firstDays, Unit: Workday}
	}
	return f.Limit
}

func (c *Content) checkFirst(k *checker) {
	f := &c.First
	f.Basis = strings.TrimSpace(f.Basis)
	if !f.Active() {
		if !f.Limit.IsZero() || f.Basis != "" {
			k.say("first_unit", "填了初审期限或依据的，请选择初审单位。")
		}
		return
	}
	k.limit("first_limit", "初审期限", f.Limit)
	k.text("first_basis", "初审依据", f.Basis, maxText)
	if f.Basis == "" {
		k.say("first_basis", "请写明由下级机关初审的依据；初审期限与二十个工作日不同的，一并写明规定它的条文。")
	}
	if !f.Limit.IsZero() && f.Limit.N == 0 {
		k.say("first_limit", "初审期限至少 1 日。")
	}
	if c.CaseKind == Instant || c.Commitment {
		k.say("first_unit", "即办件和可以告知承诺的事项当场决定，不能先由下级机关初审。")
	}
	if c.IsPackage() {
		k.say("first_unit", "一件事的初审写在所包括的事项里。")
	}
}

// reviewerTx checks the organ that reviews first: another unit of the centre.
func (m *Module) reviewerTx(tx *store.Tx, centre, own string, c *Content) error {
	if !c.First.Active() {
		return nil
	}
	if u, err := m.org.UnitTx(tx, centre, c.First.UnitID); err != nil || !u.Active(tx.Now().Date()) || u.ID == own {
		return ErrInput.Field("first_unit", "请选择实施主体以外的一个单位。")
	}
	return nil
}

// firstWords is the first review in a comparison of versions.
func firstWords(f FirstReview) string {
	if !f.Active() {
		return ""
	}
	return f.Within().Label() + "，" + f.Basis
}
