package complaint

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/blob"
	"yichuang/internal/clock"
	"yichuang/internal/crypt"
	"yichuang/internal/evidence"
	"yichuang/internal/hotline"
	"yichuang/internal/id"
	"yichuang/internal/once"
	"yichuang/internal/party"
	"yichuang/internal/store"
)

// IntakeInput is a matter as a clerk, the reporter himself or a program gives it.
type IntakeInput struct {
	Kind    Kind   `json:"kind" enum:"stuck,complaint" doc:"stuck 办不成事，complaint 投诉"`
	Title   string `json:"title,omitempty" maxLength:"60" doc:"一句话；不填取内容开头"`
	Content string `json:"content" maxLength:"4000" doc:"发生了什么、跑了几次、希望怎样解决"`
	About   string `json:"about,omitempty" maxLength:"200" doc:"投诉谁：姓名、工号、窗口或当时的情形"`
	UnitID  string `json:"unit_id,omitempty" maxLength:"40" doc:"涉及的单位"`
	SiteID  string `json:"site_id,omitempty" maxLength:"40" doc:"涉及的站点"`
	Window  string `json:"window,omitempty" maxLength:"20" doc:"涉及的窗口"`
	ItemID  string `json:"item_id,omitempty" maxLength:"40" doc:"涉及的事项"`
	CaseNo  string `json:"case_no,omitempty" maxLength:"30" doc:"涉及的办件编号"`
	Channel string `json:"channel,omitempty" maxLength:"10" doc:"窗口、电话或来访"`
	Name    string `json:"name,omitempty" maxLength:"50" doc:"反映人"`
	Phone   string `json:"phone,omitempty" maxLength:"20" doc:"联系电话"`
	Key     string `json:"-"` // idempotency key
	// Files are photographs and papers that came with it, saved by the attachment store.
	Files []blob.Upload `json:"-"`
}

// Registration (登记结果) is a new matter with the code by which the reporter follows it.
type Registration struct {
	Matter
	QueryCode string `json:"query_code"`
}

func (in *IntakeInput) normalize() {
	for _, s := range []*string{&in.Title, &in.Content, &in.About, &in.UnitID, &in.SiteID, &in.Window, &in.ItemID, &in.CaseNo, &in.Channel, &in.Name, &in.Phone} {
		*s = strings.TrimSpace(*s)
	}
	if in.Title == "" {
		in.Title = in.Content
	}
	if r := []rune(strings.Join(strings.Fields(in.Title), " ")); len(r) > 60 {
		in.Title = string(r[:59]) + "…"
	} else {
		in.Title = string(r)
	}
}

func (in *IntakeInput) validate() error {
	e := ErrInput
	if in.Kind != Stuck && in.Kind != Complaint {
		e = e.Field("kind", "请选择反映办不成事还是投诉。")
	}
	if n := utf8.RuneCountInString(in.Content); n < 5 || n > 4000 {
		e = e.Field("content", "请写明发生了什么、希望怎样解决，5 至 4000 个字。")
	}
	for _, x := range []struct {
		field, value string
		most         int
	}{{"about", in.About, 200}, {"window", in.Window, 20}, {"name", in.Name, 50}, {"case_no", in.CaseNo, 30}} {
		if utf8.RuneCountInString(x.value) > x.most {
			e = e.Field(x.field, "最多 %d 个字。", x.most)
		}
		if strings.ContainsRune(x.value, 0) || !utf8.ValidString(x.value) {
			e = e.Field(x.field, "含有无法识别的字符，请重新输入。")
		}
	}
	digits := crypt.Normal(crypt.KindPhone, in.Phone)
	switch {
	case in.Phone == "" && in.Kind == Stuck:
		e = e.Field("phone", "请填写联系电话，承办单位当天要联系您。")
	case in.Phone != "" && (len(digits) < 7 || len(digits) > 15):
		e = e.Field("phone", "联系电话不对，请填写手机号或带区号的座机。")
	}
	if strings.ContainsRune(in.Content, 0) || !utf8.ValidString(in.Content) {
		e = e.Field("content", "含有无法识别的字符，请重新输入。")
	}
	return e.OrNil()
}

// Valid refuses what nobody could register, before files that came with it are kept.
func (in IntakeInput) Valid() error {
	in.normalize()
	return in.validate()
}

// registerPerm is the permission that registering a kind of matter takes.
func registerPerm(k Kind) actor.Permission {
	if k == Complaint {
		return PermComplaintRegister
	}
	return PermStuckRegister
}

// Register takes a matter down for the reporter (登记), at the window or by telephone.
func (m *Module) Register(ctx context.Context, in IntakeInput) (Registration, error) {
	if err := actor.From(ctx).Require(registerPerm(in.Kind)); err != nil {
		return Registration{}, err
	}
	if in.Channel == "" {
		in.Channel = ChannelWindow
	}
	if !slices.Contains(Channels, in.Channel) {
		return Registration{}, ErrInput.Field("channel", "请选择来源。")
	}
	return m.register(ctx, in, registerPerm(in.Kind))
}

// ReporterActor is somebody on the public pages of a centre.
func ReporterActor(centre, ip, requestID string) *actor.Actor {
	return &actor.Actor{Kind: actor.Citizen, Name: "群众", CentreID: centre, IP: ip, RequestID: requestID}
}

// Submit takes a matter that the reporter writes himself on the public page. A complaint may be anonymous; then nobody can be told.
func (m *Module) Submit(ctx context.Context, in IntakeInput) (Registration, error) {
	if a := actor.From(ctx); a.Kind != actor.Citizen || a.CentreID == "" {
		return Registration{}, actor.ErrForbidden
	}
	in.Channel = ChannelOnline
	return m.register(ctx, in, "")
}

func (m *Module) register(ctx context.Context, in IntakeInput, perm actor.Permission) (Registration, error) {
	in.normalize()
	if err := in.validate(); err != nil {
		return Registration{}, err
	}
	a := actor.From(ctx)
	who := m.party.Seal(party.Contact{Name: in.Name, Phone: crypt.Normal(crypt.KindPhone, in.Phone)})
	digest := []any{in.Kind, m.party.PhoneIndex(in.Phone), in.Content, in.CaseNo}
	if len(in.Files) > 0 {
		digest = append(digest, evidence.Sums(in.Files))
	}
	var out Registration
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		f := &file{Matter: Matter{CentreID: a.CentreID, ID: MatterID(tx.NewID()), Kind: in.Kind, Title: in.Title, Channel: in.Channel, UnitID: in.UnitID, SiteID: in.SiteID, Window: in.Window, ItemID: in.ItemID}}
		prior, repeated, err := once.ClaimContent(tx, in.Key, "complaint.register", digest, string(f.ID))
		if err != nil {
			return err
		}
		if repeated {
			out, err = m.again(tx, a.CentreID, MatterID(prior))
			return err
		}
		if err := m.concern(tx, f, in.CaseNo); err != nil {
			return err
		}
		if f.ReporterID, err = m.party.SaveAsGiven(tx, a.CentreID, who); err != nil {
			return err
		}
		if out, err = m.open(tx, f, Words{Content: in.Content, About: in.About}, perm); err != nil || len(in.Files) == 0 {
			return err
		}
		err = m.attach(tx, f, "", in.Files, perm)
		out.Matter = f.Matter
		return err
	})
	return out, err
}

// concern fills in what the matter is about: the case, its item and unit, or those that were named.
func (m *Module) concern(tx *store.Tx, f *file, caseNo string) error {
	if caseNo != "" {
		c, err := m.casework.CaseTx(tx, f.CentreID, "no", strings.ToUpper(caseNo))
		if err != nil {
			return ErrCase.Field("case_no", "%s", ErrCase.Public)
		}
		f.CaseID, f.CaseNo, f.ItemID, f.ItemName = string(c.ID), c.No, c.ItemID, c.ItemName
		if f.UnitID == "" {
			f.UnitID = c.UnitID
		}
		if f.SiteID == "" {
			f.SiteID, f.Window = c.SiteID, orText(f.Window, c.Window)
		}
	} else if f.ItemID != "" {
		it, err := m.item.ItemTx(tx, f.CentreID, f.ItemID)
		if err != nil {
			return ErrInput.Field("item_id", "没有这个事项，请重新选择。")
		}
		if f.ItemName = it.Name; f.UnitID == "" {
			f.UnitID = it.UnitID
		}
	}
	return m.mustPlace(tx, f)
}

// mustPlace refuses a unit or site that is not the centre's.
func (m *Module) mustPlace(tx *store.Tx, f *file) error {
	if f.UnitID != "" {
		if _, err := m.org.UnitTx(tx, f.CentreID, f.UnitID); err != nil {
			return ErrUnit.Field("unit_id", "%s", ErrUnit.Public)
		}
	}
	if f.SiteID == "" {
		f.SiteID = actor.From(tx.Context()).SiteID
		return nil
	}
	if _, err := m.org.SiteTx(tx, f.CentreID, f.SiteID); err != nil {
		return ErrInput.Field("site_id", "没有这个站点，请重新选择。")
	}
	return nil
}

func orText(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// open numbers a new matter and writes it, with its first event; a complaint must be answered whether it is accepted.
func (m *Module) open(tx *store.Tx, f *file, w Words, perm actor.Permission) (Registration, error) {
	if err := audit.Lock(tx, f.CentreID, string(f.ID)); err != nil {
		return Registration{}, err
	}
	var err error
	today := tx.Now().Date()
	if f.No, err = nextNumber(tx, f.CentreID, map[Kind]string{Stuck: "F", Complaint: "T"}[f.Kind], today); err != nil {
		return Registration{}, err
	}
	if f.cal, err = m.calendar.ForCentre(tx, f.CentreID, ""); err != nil {
		return Registration{}, err
	}
	f.State, f.Round, f.ReceivedAt, f.CreatedBy, f.EventHash = Registered, 1, tx.Now(), actor.From(tx.Context()).UserID, []byte{}
	f.QueryBix = m.codeIndex(m.QueryCode(f.ID))
	w.CentreID, w.MatterID = f.CentreID, f.ID
	if err := store.Insert(tx, "complaint_text", w); err != nil {
		return Registration{}, err
	}
	if f.Kind == Complaint {
		n, err := days(tx, f.CentreID, LimitAccept)
		if err != nil {
			return Registration{}, err
		}
		if err := f.start(tx, ClockAccept, today, n); err != nil {
			return Registration{}, err
		}
	}
	if err := m.finish(tx, f, ActRegister, perm, note{data: map[string]any{"channel": f.Channel}}); err != nil {
		return Registration{}, err
	}
	return Registration{f.Matter, m.QueryCode(f.ID)}, nil
}

// again gives what an earlier request with the same key made.
func (m *Module) again(tx *store.Tx, centre string, id MatterID) (Registration, error) {
	c, err := store.Get[Matter](tx, "SELECT "+matterColumns+" FROM complaint_matter WHERE centre_id = $1 AND id = $2", centre, id)
	return Registration{c, m.QueryCode(id)}, err
}

// TakeOver makes a matter of a ticket of the hotline (转办不成事、转投诉). Words and caller stay with the ticket, which keeps its promise
// to the caller; the matter is tied to it. A ticket that a unit has already cannot become a complaint, because the unit may know the
// caller; and the ticket must hide him and name the unit complained of first, which by the hotline's own rule never gets it.
func (m *Module) TakeOver(ctx context.Context, ticketNo string, kind Kind, in IntakeInput) (Registration, error) {
	a := actor.From(ctx)
	if err := a.Require(registerPerm(kind)); err != nil {
		return Registration{}, err
	}
	t, err := m.hotline.Find(ctx, strings.TrimSpace(ticketNo))
	if err != nil {
		return Registration{}, err
	}
	switch {
	case !t.Open:
		return Registration{}, ErrTicketClosed
	case kind == Complaint && len(t.Legs) > 0:
		return Registration{}, ErrTicketAssigned
	case kind == Complaint && t.Confidential == hotline.NotConfidential && !t.Anonymous:
		return Registration{}, ErrTicketOpen
	case kind == Complaint && t.AccusedUnit == "":
		return Registration{}, ErrTicketAccused
	case kind == Complaint:
		in.UnitID = t.AccusedUnit // the hotline sends the ticket to any unit but this one
	}
	in.normalize()
	var out Registration
	err = m.db.WithTx(ctx, func(tx *store.Tx) error {
		f := &file{Matter: Matter{CentreID: a.CentreID, ID: MatterID(tx.NewID()), Kind: kind, Title: in.Title, Channel: ChannelHotline, UnitID: in.UnitID, SiteID: in.SiteID, Window: in.Window,
			ItemID: in.ItemID, TicketID: string(t.ID), TicketNo: t.No, ReporterID: t.CallerID}}
		if err := lockBoth(tx, a.CentreID, string(t.ID), string(f.ID)); err != nil {
			return err
		}
		if err := m.hotline.UnchangedTx(tx, &t.Ticket); err != nil {
			return err
		}
		taken, err := store.Select[string](tx, "SELECT no FROM complaint_matter WHERE centre_id = $1 AND ticket_id = $2 AND ticket_id <> ''", a.CentreID, t.ID)
		if err != nil {
			return err
		}
		if len(taken) > 0 {
			return ErrTicketTaken.Say("这张热线工单已经转为 %s。请打开那一件。", taken[0]).With("no", taken[0])
		}
		if err := m.concern(tx, f, in.CaseNo); err != nil {
			return err
		}
		out, err = m.open(tx, f, Words{About: in.About}, registerPerm(kind))
		return err
	})
	return out, err
}

// lockBoth locks the audit streams of two objects in the one order that everybody keeps.
func lockBoth(tx *store.Tx, centre string, objects ...string) error {
	audit.LockOrder(objects)
	for _, o := range objects {
		if err := audit.Lock(tx, centre, o); err != nil {
			return err
		}
	}
	return nil
}

// nextNumber gives the next number of a day: F20260508-0012.
func nextNumber(tx *store.Tx, centre, prefix string, day clock.Date) (string, error) {
	series := fmt.Sprintf("%s%04d%02d%02d", prefix, day.Year(), day.Month(), day.DayOfMonth())
	n, err := store.Get[int64](tx, `INSERT INTO complaint_number (centre_id, series, n) VALUES ($1, $2, 1)
		ON CONFLICT (centre_id, series) DO UPDATE SET n = complaint_number.n + 1 RETURNING n`, centre, series)
	return fmt.Sprintf("%s-%04d", series, n), err
}

// codeLen is the length of query codes: 10 characters of base 32 are 50 bits.
const codeLen = 10

// QueryCode is the code (查询码) by which a reporter follows a matter, derived from the key file so that it need not be stored.
func (m *Module) QueryCode(of MatterID) string {
	b := crypt.SM3([]byte(m.keys.BlindIndex(crypt.Kind("complaint-query"), string(of))))
	var n int64
	for _, c := range b[:8] {
		n = n<<8 | int64(c)
	}
	return strings.ToUpper(id.Format(n & (1<<62 - 1))[id.Len-codeLen:])
}

func (m *Module) codeIndex(code string) string {
	return m.keys.BlindIndex(crypt.Kind("complaint-code"), code)
}

// plainCode undoes what people do to a code when they copy it from paper.
func plainCode(code string) string {
	return strings.NewReplacer(" ", "", "-", "", "O", "0", "I", "1", "L", "1").Replace(strings.ToUpper(strings.TrimSpace(code)))
}
