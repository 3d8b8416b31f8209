package rating

import (
	"yichuang/internal/clock"
	"yichuang/internal/store"
)

// Rating (评价) is what somebody said of a service. Rows are not edited but for their validity: a rater who changes the
// rating in time makes a new version, and the one before stays. Text is stored without what tells who wrote it; what was
// typed is sealed, and so is the rater.
type Rating struct {
	CentreID  string        `db:"centre_id" json:"-"`
	ID        string        `db:"id" json:"id"`
	ServiceID string        `db:"service_id" json:"-"`
	Version   int64         `db:"version" json:"version"`
	Current   bool          `db:"current" json:"-"`
	Level     Level         `db:"level" json:"level"`
	Channel   Channel       `db:"channel" json:"channel"`
	Labels    string        `db:"labels" json:"labels,omitempty"`
	Text      string        `db:"text" json:"text,omitempty"`
	TextEnc   []byte        `db:"text_enc" json:"-"`
	RealName  bool          `db:"named" json:"real_name"`
	RaterID   string        `db:"rater_id" json:"-"`
	RaterBix  string        `db:"rater_bix" json:"-"`
	At        clock.Instant `db:"at" json:"at"`
	FirstAt   clock.Instant `db:"first_at" json:"-"` // of the first version
	TakenBy   string        `db:"taken_by" json:"-"` // who typed it for a caller
	Kind      ServiceKind   `db:"kind" json:"kind"`
	Title     string        `db:"title" json:"title"`
	UnitID    string        `db:"unit_id" json:"unit_id,omitempty"`
	SiteID    string        `db:"site_id" json:"site_id,omitempty"`
	StaffID   string        `db:"staff_id" json:"-"`
	Valid     bool          `db:"valid" json:"valid"`
	Ground    Ground        `db:"ground" json:"ground,omitempty"` // why it was excluded
	Reason    string        `db:"reason" json:"reason,omitempty"`
	DecidedAt clock.Instant `db:"decided_at" json:"decided_at,omitzero"`
}

var ratingColumns = store.Columns[Rating]("")

// LabelNames words the labels that were ticked.
func (r *Rating) LabelNames() []string { return labelNames(r.Labels) }

// Ground is why a rating is excluded, or an appeal is made (申诉理由).
type Ground string

// The grounds: a rating by mistake, a malicious one (国办发〔2019〕51号), one of a matter that is not the unit's, and one that
// says the same again.
const (
	Mistaken  Ground = "mistaken"  // 误评
	Malicious Ground = "malicious" // 恶意评价
	Foreign   Ground = "foreign"   // 不属于本单位的服务
	Duplicate Ground = "duplicate" // 重复评价
)

// Grounds lists the grounds of an appeal in the order of the form.
func Grounds() []Ground { return []Ground{Mistaken, Malicious, Foreign} }

// Label is the ground's Chinese name.
func (g Ground) Label() string {
	return map[Ground]string{Mistaken: "误评", Malicious: "恶意评价", Foreign: "不是本单位的服务", Duplicate: "重复评价"}[g]
}
