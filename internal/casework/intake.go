package casework

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/crypt"
	"yichuang/internal/item"
	"yichuang/internal/once"
	"yichuang/internal/party"
	"yichuang/internal/store"
)

func itoa[N int | int64](n N) string { return strconv.FormatInt(int64(n), 10) }

// VisitID is the id of a visit.
type VisitID string

// Visit (来访) is one applicant at a window with one item or several (一窗受理): one receipt, one query code, one progress.
type Visit struct {
	CentreID    string        `db:"centre_id" json:"-"`
	ID          VisitID       `db:"id" json:"id"`
	No          string        `db:"no" json:"no"`
	ApplicantID string        `db:"applicant_id" json:"-"`
	AgentID     string        `db:"agent_id" json:"-"`
	SiteID      string        `db:"site_id" json:"site_id"`
	Window      string        `db:"window_no" json:"window,omitempty"`
	Channel     string        `db:"channel" json:"channel"`
	At          clock.Instant `db:"at" json:"at"`
	CreatedBy   string        `db:"created_by" json:"created_by"`
	QueryBix    string        `db:"query_bix" json:"-"`
	PackageID   string        `db:"package_id" json:"package_id,omitempty"` // the package (一件事) that was applied for
	PackageName string        `db:"package_name" json:"package_name,omitempty"`
	LeadUnitID  string        `db:"lead_unit_id" json:"lead_unit_id,omitempty"`       // its leading organ (牵头部门)
	Messages    bool          `db:"messages" json:"messages"`                         // who came agreed to short messages
	Identity    string        `db:"identity" json:"identity,omitempty"`               // how who came was identified: see IdentityWays; "" where nobody came
	Authority   string        `db:"agent_authority" json:"agent_authority,omitempty"` // by what an agent acts: see AgentAuthorities
	TicketID    string        `db:"ticket_id" json:"ticket_id,omitempty"`             // the number (号票) that was being served where it was received
}

// IntakeItem is one item that the applicant applies for.
type IntakeItem struct {
	ItemID  string            `json:"item_id"`
	Answers map[string]string `json:"answers,omitempty"`   // to the item's situations
	Had     []string          `json:"materials,omitempty"` // codes of the materials that were handed in
	Reason  string            `json:"reason,omitempty"`    // why the same item is applied for twice
	Follows CaseID            `json:"follows,omitempty" maxLength:"40" doc:"再次申请的填原办件的编号：须已结束，同一事项、同一申请人"`
	Renews  string            `json:"renews,omitempty" maxLength:"100" doc:"申请延续的填原证照的编号：须在有效期内，同一单位、同一持证人"`
	Files   Uploads           `json:"-"` // what came with it, by material
}

// IntakeInput is what a window takes from a visitor.
type IntakeInput struct {
	Applicant party.Applicant
	Agent     party.Applicant // who came in the applicant's place; the zero value for himself
	Window    string
	Channel   string // one of IntakeChannels, "" for the window; of an online application ChannelOnline or ChannelMobile
	Items     []IntakeItem
	Package   string // id of the package (一件事) whose members the items are; "" for none
	Messages  bool   // who came agreed to short messages (个人信息保护法 art. 14)
	Identity  string // how who came was identified, one of IdentityWays; required at a window
	Authority string // by what the agent acts, one of AgentAuthorities
	Key       string // idempotency key
}

// Intake (收件结果) is a visit with its cases, its receipt and the code by which the applicant follows it.
type Intake struct {
	Visit     Visit  `json:"visit"`
	Cases     []Case `json:"cases"`
	ReceiptNo string `json:"receipt_no"`
	ReceiptID string `json:"receipt_id"`
	QueryCode string `json:"query_code"`
}

const maxItems = 20

func (in *IntakeInput) validate(window bool) error {
	if err := in.Applicant.Validate(); err != nil {
		return err
	}
	e := ErrInput
	if in.Agent.Name != "" {
		if err := in.Agent.Validate(); err != nil {
			e = e.Field("agent_name", "代办人信息有误：请核对姓名、证件号码和电话。")
		}
	}
	if n := len(in.Items); n == 0 || n > maxItems {
		e = e.Field("items", "请选择申请的事项，一次最多 %d 项。", maxItems)
	}
	if utf8.RuneCountInString(in.Window) > 20 {
		e = e.Field("window", "窗口编号最多 20 个字。")
	}
	if !slices.Contains(IntakeChannels(), or(in.Channel, ChannelWindow)) && !online(in.Channel) {
		e = e.Field("channel", "请选择申请方式。")
	}
	if window {
		e = in.identified(e)
	}
	seen := map[string]bool{}
	for _, it := range in.Items {
		if seen[it.ItemID] {
			e = e.Field("items", "同一事项选了两次。")
		}
		seen[it.ItemID] = true
	}
	return e.OrNil()
}

// Receive takes the applications of a visitor (接件): one visit, a case for each item in the version in force today, one
// receipt. Each case goes to its own organ, and the five days for asking for corrections begin (行政许可法 art. 32).
func (m *Module) Receive(ctx context.Context, in IntakeInput) (Intake, error) {
	a := actor.From(ctx)
	if err := a.Require(PermReceive); err != nil {
		return Intake{}, err
	}
	if online(in.Channel) {
		in.Channel = ""
	}
	if err := in.validate(true); err != nil {
		return Intake{}, err
	}
	who := m.party.SealApplicant(in.Applicant)
	var agent party.SealedApplicant
	if in.Agent.Name != "" {
		agent = m.party.SealApplicant(in.Agent)
	}
	digest := []any{m.keys.BlindIndex(crypt.KindID, in.Applicant.IDNo), in.Window, in.Items, in.Package, in.Identity, in.Authority}
	if in.Channel != "" {
		digest = append(digest, in.Channel)
	}
	var out Intake
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		out = Intake{}
		id := VisitID(tx.NewID())
		prior, repeated, err := once.ClaimContent(tx, in.Key, "casework.receive", digest, string(id))
		if err != nil {
			return err
		}
		if repeated {
			out, err = m.intakeOf(tx, a.CentreID, VisitID(prior))
			return err
		}
		v := Visit{CentreID: a.CentreID, ID: id, SiteID: a.SiteID, Window: strings.TrimSpace(in.Window), Channel: or(in.Channel, ChannelWindow), At: tx.Now(), CreatedBy: a.UserID, QueryBix: m.codeIndex(m.QueryCode(id)), Messages: in.Messages, Identity: in.Identity, Authority: in.Authority}
		if v.ApplicantID, err = m.party.SaveApplicant(tx, a.CentreID, who); err != nil {
			return err
		}
		if in.Agent.Name != "" {
			if v.AgentID, err = m.party.SaveApplicant(tx, a.CentreID, agent); err != nil {
				return err
			}
		}
		if err := m.lead(tx, &v, in.Package, in.Items); err != nil {
			return err
		}
		if err := m.linkTicket(tx, &v); err != nil {
			return err
		}
		out, err = m.receive(tx, v, in.Items)
		return err
	})
	return out, err
}

// lead notes the package (一件事) that a visit applies for, and its leading organ: all of its items are members of it.
func (m *Module) lead(tx *store.Tx, v *Visit, id string, items []IntakeItem) error {
	if id == "" {
		return nil
	}
	it, terms, err := m.inForce(tx, v.CentreID, id, tx.Now().Date())
	if err != nil {
		return err
	}
	for _, x := range items {
		if !slices.Contains(terms.Members, x.ItemID) {
			return ErrInput.Field("items", "所选的事项不都属于“%s”，请分开申请。", terms.Name)
		}
	}
	v.PackageID, v.PackageName, v.LeadUnitID = it.ID, terms.Name, it.UnitID
	return nil
}

func (m *Module) receive(tx *store.Tx, v Visit, items []IntakeItem) (Intake, error) {
	var err error
	if v.No, err = nextNumber(tx, v.CentreID, "S", tx.Now().Date()); err != nil {
		return Intake{}, err
	}
	if err := store.Insert(tx, "casework_visit", v); err != nil {
		return Intake{}, err
	}
	out := Intake{Visit: v, QueryCode: m.QueryCode(v.ID)}
	ids := make([]string, len(items))
	for i := range items {
		ids[i] = tx.NewID()
	}
	items, earlier, err := takenUp(tx, v.CentreID, items)
	if err != nil {
		return out, err
	}
	locked := append(slices.Clone(ids), earlier...)
	audit.LockOrder(locked)
	for _, id := range locked {
		if err := audit.Lock(tx, v.CentreID, id); err != nil {
			return out, err
		}
	}
	var dossiers []*dossier
	for i, in := range items {
		d, err := m.open(tx, v, CaseID(ids[i]), in)
		if err != nil {
			return out, err
		}
		out.Cases, dossiers = append(out.Cases, d.Case), append(dossiers, d)
	}
	receipt, err := m.issueReceipt(tx, v, dossiers)
	out.ReceiptNo, out.ReceiptID = receipt.No, receipt.ID
	return out, err
}

// open makes one case of a visit. One that was applied for online waits for its preliminary look (预审); its receipt is the
// moment at which it came in all the same, and so the days for asking for corrections begin then (行政许可法 art. 29, 32).
func (m *Module) open(tx *store.Tx, v Visit, id CaseID, in IntakeItem) (*dossier, error) {
	today := tx.Now().Date()
	it, terms, err := m.inForce(tx, v.CentreID, in.ItemID, today)
	if err != nil {
		return nil, err
	}
	online := online(v.Channel)
	if online && !terms.Online() {
		return nil, ErrOffline.Say("“%s”还没有开通网上申请。请到大厅窗口办理。", terms.Name)
	}
	d := &dossier{terms: terms, Case: Case{CentreID: v.CentreID, ID: id, VisitID: string(v.ID), ItemID: it.ID, VersionID: terms.VersionID, ItemName: terms.Name, UnitID: it.UnitID,
		SiteID: v.SiteID, Window: v.Window, Kind: terms.CaseKind, State: Received, ApplicantID: v.ApplicantID, AgentID: v.AgentID, Channel: v.Channel, ReceivedAt: tx.Now(), Trips: 1,
		Follows: in.Follows, CreatedBy: v.CreatedBy, Messages: v.Messages, Reminders: v.Messages, EventHash: []byte{}}}
	if terms.First.Active() {
		d.FirstUnit, d.UnitID = terms.First.UnitID, terms.First.UnitID
	}
	action := ActReceive
	if online {
		d.State, action = Applied, ActApply
	}
	if v.Channel != ChannelWindow { // nobody came
		d.Trips = 0
	}
	if len(terms.Fees) > 0 {
		d.Fee = FeeOwed
	}
	if d.cal, err = m.calendar.ForCentre(tx, v.CentreID, ""); err != nil {
		return nil, err
	}
	if err := m.refuseTwice(tx, d, in.Reason); err != nil {
		return nil, err
	}
	if err := m.follow(tx, d); err != nil {
		return nil, err
	}
	late, err := m.renews(tx, d, it.UnitID, in.Renews)
	if err != nil {
		return nil, err
	}
	if err := m.authorize(tx, d, nil, receiving); err != nil {
		return nil, err
	}
	if d.No, err = nextNumber(tx, v.CentreID, "B", today); err != nil {
		return nil, err
	}
	sums, err := m.takeMaterials(tx, d, in)
	if err != nil {
		return nil, err
	}
	if err := d.begin(tx, online); err != nil {
		return nil, err
	}
	data := map[string]any{"version": d.VersionID, "visit": v.No, "missing": len(terms.missing(d.materials)), "calendar_revision": d.cal.Revision()}
	if v.Identity != "" {
		data["identity"] = v.Identity
	}
	if v.Authority != "" {
		data["agent_authority"] = v.Authority
	}
	if v.TicketID != "" {
		data["ticket"] = v.TicketID
	}
	if len(sums) > 0 {
		data["files"] = sums
	}
	if d.Follows != "" {
		data["follows"] = d.Follows
	}
	if d.Renews != "" {
		data["renews"], data["late"] = d.Renews, late
	}
	if err := noteFollowed(tx, d); err != nil {
		return nil, err
	}
	return d, m.finish(tx, d, action, note{text: strings.TrimSpace(in.Reason), data: data})
}

// begin starts the clocks of a case that has come in.
func (d *dossier) begin(tx *store.Tx, online bool) error {
	today := tx.Now().Date()
	if online {
		if err := d.start(tx, ClockPrereview, "", today, item.Limit{N: reviewDays, Unit: item.Workday}); err != nil {
			return err
		}
	}
	return d.start(tx, ClockNotice, "", today, item.Limit{N: noticeDays, Unit: item.Workday})
}

// refuseTwice refuses a second open case of the same item and applicant without a reason.
func (m *Module) refuseTwice(tx *store.Tx, d *dossier, reason string) error {
	same, err := m.party.SamePaper(tx, d.CentreID, d.ApplicantID)
	if err != nil || strings.TrimSpace(reason) != "" {
		return err
	}
	w := (&store.Where{}).And("centre_id = ?", d.CentreID).And("item_id = ?", d.ItemID).And("open")
	store.In(w, "applicant_id", same)
	twins, err := store.Select[string](tx, "SELECT no FROM casework_case"+w.SQL()+" ORDER BY id LIMIT 1", w.Args...)
	if err != nil || len(twins) == 0 {
		return err
	}
	return ErrDuplicateOpen.Say("申请人的“%s”已有办件 %s 在办，没有再次接件。确需另办的，请写明理由。", d.ItemName, twins[0]).Field("reason", "请写明另办的理由。").With("no", twins[0])
}

// takeMaterials writes down which of the materials of the applicant's situation were handed in.
func (m *Module) takeMaterials(tx *store.Tx, d *dossier, in IntakeItem) (sums map[string][]string, err error) {
	had := map[string]bool{}
	for code := range in.Files {
		had[code] = true
	}
	for _, code := range in.Had {
		had[code] = true
	}
	for _, mat := range d.terms.MaterialsFor(in.Answers) {
		state := MaterialMissing
		if had[mat.Code] {
			state = MaterialHad
		}
		delete(had, mat.Code)
		if err := d.setMaterial(tx, mat, state); err != nil {
			return nil, err
		}
	}
	for code := range had {
		return nil, ErrMaterialNotListed.Say("材料“%s”不在办事指南的材料清单里，不能收取。", code)
	}
	if len(d.terms.missing(d.materials)) == 0 {
		d.CompleteAt = tx.Now()
	}
	return d.keepFiles(tx, in.Files)
}

// nextNumber gives the next number of a day: B20260508-0012.
func nextNumber(tx *store.Tx, centre, prefix string, day clock.Date) (string, error) {
	series := fmt.Sprintf("%s%04d%02d%02d", prefix, day.Year(), day.Month(), day.DayOfMonth())
	n, err := count(tx, centre, series)
	return fmt.Sprintf("%s-%04d", series, n), err
}

// count gives the next number of a series.
func count(tx *store.Tx, centre, series string) (int64, error) {
	return store.Get[int64](tx, `INSERT INTO casework_number (centre_id, series, n) VALUES ($1, $2, 1)
		ON CONFLICT (centre_id, series) DO UPDATE SET n = casework_number.n + 1 RETURNING n`, centre, series)
}

// intakeOf gives what an earlier request with the same key made.
func (m *Module) intakeOf(tx *store.Tx, centre string, id VisitID) (Intake, error) {
	v, err := store.Get[Visit](tx, "SELECT "+store.Columns[Visit]("")+" FROM casework_visit WHERE centre_id = $1 AND id = $2", centre, id)
	if err != nil {
		return Intake{}, err
	}
	out := Intake{Visit: v, QueryCode: m.QueryCode(v.ID)}
	if out.Cases, err = casesOf(tx, centre, id); err != nil {
		return out, err
	}
	r, err := store.Get[Voucher](tx, "SELECT "+voucherColumns+" FROM casework_voucher WHERE centre_id = $1 AND visit_id = $2 AND case_id = '' ORDER BY id LIMIT 1", centre, id)
	out.ReceiptNo, out.ReceiptID = r.No, r.ID
	return out, err
}

func casesOf(tx *store.Tx, centre string, visit VisitID) ([]Case, error) {
	return store.Select[Case](tx, "SELECT "+caseColumns+" FROM casework_case WHERE centre_id = $1 AND visit_id = $2 ORDER BY id", centre, visit)
}
