package casework

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/crypt"
	"yichuang/internal/id"
	"yichuang/internal/store"
)

// VoucherKind is which paper a voucher is.
type VoucherKind string

// The vouchers of a case (文书, hall reference §2.1).
const (
	VoucherReceipt    VoucherKind = "receipt"    // 接件回执
	VoucherCorrection VoucherKind = "correction" // 一次性补正告知书
	VoucherAccepted   VoucherKind = "accepted"   // 受理通知书
	VoucherRefused    VoucherKind = "refused"    // 不予受理通知书
	VoucherProcedure  VoucherKind = "procedure"  // 特别程序告知书
	VoucherExtension  VoucherKind = "extension"  // 延期告知书
	VoucherGranted    VoucherKind = "granted"    // 准予许可决定书
	VoucherDenied     VoucherKind = "denied"     // 不予许可决定书
	VoucherDelivery   VoucherKind = "delivery"   // 送达回证
	VoucherTolerance  VoucherKind = "tolerance"  // 容缺承诺书
	VoucherPledge     VoucherKind = "pledge"     // 告知承诺书

	VoucherHearingRight VoucherKind = "hearing_right" // 听证权利告知书
	VoucherHearing      VoucherKind = "hearing"       // 听证通知书
	VoucherRevoked      VoucherKind = "revoked"       // 撤销决定书
	VoucherContinued    VoucherKind = "continued"     // 视为准予延续通知书
	VoucherFix          VoucherKind = "fix"           // 责令限期整改通知书
	VoucherFirst        VoucherKind = "first"         // 初审意见和材料移送单
)

// VoucherKinds lists the vouchers in the order of a case's life.
var VoucherKinds = []VoucherKind{VoucherReceipt, VoucherCorrection, VoucherTolerance, VoucherPledge, VoucherAccepted, VoucherRefused, VoucherFirst, VoucherProcedure, VoucherExtension, VoucherHearingRight, VoucherHearing, VoucherGranted, VoucherDenied, VoucherContinued, VoucherDelivery, VoucherFix, VoucherRevoked}

var voucherTitles = map[VoucherKind]string{VoucherReceipt: "接件回执", VoucherCorrection: "一次性补正告知书", VoucherAccepted: "受理通知书", VoucherRefused: "不予受理通知书",
	VoucherProcedure: "特别程序告知书", VoucherExtension: "延期告知书", VoucherGranted: "准予决定书", VoucherDenied: "不予决定书", VoucherDelivery: "送达回证",
	VoucherTolerance: "容缺受理承诺书", VoucherPledge: "告知承诺书", VoucherHearingRight: "听证权利告知书", VoucherHearing: "听证通知书", VoucherRevoked: "撤销决定书", VoucherContinued: "视为准予延续通知书", VoucherFirst: "初审意见和材料移送单", VoucherFix: "责令限期整改通知书"}

var voucherSeries = map[VoucherKind]string{VoucherReceipt: "政务收", VoucherCorrection: "政务补", VoucherAccepted: "政务受", VoucherRefused: "政务不受", VoucherProcedure: "政务特",
	VoucherExtension: "政务延", VoucherGranted: "政务准", VoucherDenied: "政务不准", VoucherDelivery: "政务送", VoucherTolerance: "政务容", VoucherPledge: "政务诺", VoucherHearingRight: "政务听告", VoucherHearing: "政务听", VoucherRevoked: "政务撤", VoucherContinued: "政务视延", VoucherFirst: "政务初", VoucherFix: "政务改"}

// Title is the voucher's Chinese name.
func (k VoucherKind) Title() string { return voucherTitles[k] }

// Sealed reports whether the paper bears the organ's seal (行政许可法 art. 32, 38, 39); what the applicant signs does not.
func (k VoucherKind) Sealed() bool {
	return k != VoucherTolerance && k != VoucherPledge && k != VoucherDelivery
}

// Fact is one line of a voucher: 办件编号, 事项名称.
type Fact struct {
	Label string `json:"label"`
	Value string `json:"value"`
}

// Letter is what a voucher says, without the applicant's name: that is read from the applicant when it is printed.
type Letter struct {
	Facts []Fact   `json:"facts"`
	Text  []string `json:"text"`  // paragraphs before the list
	List  []string `json:"list"`  // numbered
	After []string `json:"after"` // paragraphs after the list
}

// Voucher (文书) is a numbered paper of a case or, for a receipt, of a visit. It never changes; a wrong one is followed by a
// right one.
type Voucher struct {
	CentreID  string        `db:"centre_id" json:"-"`
	ID        string        `db:"id" json:"id"`
	Kind      VoucherKind   `db:"kind" json:"kind"`
	No        string        `db:"no" json:"no"`
	CaseID    CaseID        `db:"case_id" json:"case_id,omitempty"`
	VisitID   VisitID       `db:"visit_id" json:"visit_id"`
	UnitID    string        `db:"unit_id" json:"unit_id,omitempty"`
	SiteID    string        `db:"site_id" json:"site_id,omitempty"`
	Day       clock.Date    `db:"day" json:"day"`
	Body      string        `db:"body" json:"-"`
	IssuedBy  string        `db:"issued_by" json:"issued_by,omitempty"`
	IssuedAt  clock.Instant `db:"issued_at" json:"issued_at"`
	PrintedAt clock.Instant `db:"printed_at" json:"printed_at,omitzero"`
	ReadAt    clock.Instant `db:"read_at" json:"read_at,omitzero"` // when its applicant first opened it by query code
}

var voucherColumns = store.Columns[Voucher]("")

// Letter reads what the voucher says.
func (v *Voucher) Letter() (Letter, error) {
	var l Letter
	err := json.Unmarshal([]byte(v.Body), &l)
	return l, err
}

// issue numbers and stores a voucher of a case. It waits to be printed.
func (m *Module) issue(tx *store.Tx, d *dossier, kind VoucherKind, l Letter) (Voucher, error) {
	l.Facts = append([]Fact{{"办件编号", d.No}, {"事项名称", d.ItemName}, {"申请日期", d.ReceivedAt.Date().String()}}, l.Facts...)
	return m.write(tx, Voucher{Kind: kind, CaseID: d.ID, VisitID: VisitID(d.VisitID), UnitID: d.UnitID, SiteID: d.SiteID, CentreID: d.CentreID}, l)
}

func (m *Module) write(tx *store.Tx, v Voucher, l Letter) (Voucher, error) {
	body, err := json.Marshal(l)
	if err != nil {
		return v, err
	}
	v.ID, v.Day, v.Body, v.IssuedBy, v.IssuedAt = tx.NewID(), tx.Now().Date(), string(body), actor.From(tx.Context()).UserID, tx.Now()
	n, err := count(tx, v.CentreID, string(v.Kind)+itoa(v.Day.Year()))
	if err != nil {
		return v, err
	}
	v.No = fmt.Sprintf("%s〔%d〕%05d号", voucherSeries[v.Kind], v.Day.Year(), n)
	return v, store.Insert(tx, "casework_voucher", v)
}

// codeLen is the length of query and verification codes: 10 characters of base 32 are 50 bits.
const codeLen = 10

// code derives a code from the key file, so that it need not be stored and can be told again.
func (m *Module) code(kind, object string) string {
	b := crypt.SM3([]byte(m.keys.BlindIndex(crypt.Kind(kind), object)))
	var n int64
	for _, c := range b[:8] {
		n = n<<8 | int64(c)
	}
	return strings.ToUpper(id.Format(n & (1<<62 - 1))[id.Len-codeLen:])
}

// QueryCode is the code (查询码) by which an applicant follows a visit.
func (m *Module) QueryCode(v VisitID) string { return m.code("casework-query", string(v)) }

// VerifyCode is the code (验证码) by which anybody verifies a voucher.
func (m *Module) VerifyCode(voucher string) string { return m.code("casework-voucher", voucher) }

func (m *Module) codeIndex(code string) string {
	return m.keys.BlindIndex(crypt.Kind("casework-code"), code)
}

// plainCode undoes what people do to a code when they copy it from paper.
func plainCode(code string) string {
	return strings.NewReplacer(" ", "", "-", "", "O", "0", "I", "1", "L", "1").Replace(strings.ToUpper(strings.TrimSpace(code)))
}

// loadVoucher reads a voucher that the actor may see with a permission.
func loadVoucher(tx *store.Tx, a *actor.Actor, perm actor.Permission, voucher string) (Voucher, []Case, error) {
	v, err := store.Get[Voucher](tx, "SELECT "+voucherColumns+" FROM casework_voucher WHERE centre_id = $1 AND id = $2", a.CentreID, voucher)
	if errors.Is(err, store.ErrNotFound) {
		return v, nil, ErrVoucher
	}
	if err != nil {
		return v, nil, err
	}
	cases, err := casesOf(tx, a.CentreID, v.VisitID)
	if err != nil {
		return v, nil, err
	}
	var of []Case
	for _, c := range cases {
		if v.CaseID == "" || c.ID == v.CaseID {
			of = append(of, c)
		}
	}
	for i := range of {
		if of[i].visible(a, perm) == nil {
			return v, of, nil
		}
	}
	return v, nil, ErrVoucher.Hide()
}
